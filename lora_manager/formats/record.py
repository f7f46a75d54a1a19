"""AdapterRecord: what one source (a sidecar, a header) says of an adapter; and the merge of several into one.

A field left None was not said. Precedence and field mapping: the sidecar format notes, section 2.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Source(str, Enum):
    """Where a value comes from. The order of the members is the order of precedence, best first."""

    USER = "user"
    TEXT = "text"
    A1111 = "a1111"
    CIVITAI_VERSION = "civitai_version"
    CIVITAI_MODEL = "civitai_model"
    STABILITY_MATRIX = "stability_matrix"
    COMFYUI_LORA_MANAGER = "comfyui_lora_manager"
    RGTHREE = "rgthree"
    CIVARCHIVE = "civarchive"
    DRAW_THINGS = "draw_things"
    SWARMUI = "swarmui"
    OTHER = "other"
    MODELSPEC = "modelspec"
    KOHYA = "kohya"
    DETECTED = "detected"
    FILE_NAME = "file_name"


WeightRange = tuple[float | None, float | None]
"""The lowest and the highest weight that makes sense."""


@dataclass
class AdapterFields:
    """What can be said of an adapter. Lists keep the source's order; text is plain unless the name says HTML.

    weight: the multiplier that is recommended. weight_range: from where to where it works, either end may be open.
    nsfw_level: Civitai's bit mask (PG 1, PG13 2, R 4, X 8, XXX 16).
    published_at: ISO 8601, UTC. stats: counters as written. trained_words: verbatim, one entry per author's entry.
    favourite, rating (1 to 5): what its user said of it in another program.
    description_html: the author's HTML, unsanitised; version_description_html what is said of this version only.
    sha256: lower-case claim about the local file. What has no field stays in the document, which the database keeps.
    """

    name: str | None = None
    version: str | None = None
    description_html: str | None = None
    version_description_html: str | None = None
    author_username: str | None = None
    published_at: str | None = None
    visibility: str | None = None
    tags: tuple[str, ...] = ()
    trained_words: tuple[str, ...] = ()
    activation_text: str | None = None
    negative_text: str | None = None
    notes: str | None = None
    weight: float | None = None
    weight_range: WeightRange | None = None
    sd_version: str | None = None
    nsfw_level: int | None = None
    supports_generation: bool | None = None
    archetype: str | None = None
    archetype_confidence: float | None = None
    sha256: str | None = None
    download_url: str | None = None
    primary_file_name: str | None = None
    model_id: int | None = None
    version_id: int | None = None
    stats: dict[str, Any] | None = None
    favourite: bool | None = None
    rating: int | None = None


@dataclass
class AdapterRecord(AdapterFields):
    """What one source says.

    own: what its user said in that program, not what the program fetched; it comes before everything fetched.
    Never changed once made; not frozen only because making one would take four times as long, and a scan makes many.
    """

    source: Source = field(kw_only=True)
    own: bool = field(default=False, kw_only=True)
