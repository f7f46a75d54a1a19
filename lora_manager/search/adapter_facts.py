"""AdapterFacts: everything that recommending reads of one adapter, put together from all that the database holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lora_manager.formats.example_prompts import ExamplePrompt

__all__ = ["AdapterFacts", "ExamplePrompt"]


@dataclass(frozen=True)
class AdapterFacts:
    """One adapter. What nobody says is empty or None; every text is plain, and bounded.

    name, version, author: as shown. file_name: the stem, without folder and ending;
    file_names: what else others call the file. tags, trigger_groups: as shown; the
    words of a group belong together. description: the author's text without HTML. notes: the user's own text.
    captions: tags of the training captions with how often each was there, most frequent first, at most 200. base_model:
    as shown; family: its family, for example "SDXL". algorithm: "lora", "lokr", ...; rank: of the network. archetype:
    said by a source or the user, never guessed here. rating: the user's, 1 to 5. uses: the user's generations with it.
    downloads: by the community, 0 where unknown. stats: the community's counters as written. weight: recommended
    multiplier, weight_source: who says so ("user", "civitai_version", ...). examples: the user's own first, the newest
    of those first, at most 60. published_at: ISO 8601. header: training facts, those that the file says of
    "resolution", "steps", "epochs", "images", "optimizer", "dim", "alpha" and "base_checkpoint".
    """

    id: int
    name: str = ""
    version: str = ""
    file_name: str = ""
    file_names: tuple[str, ...] = ()
    author: str = ""
    tags: tuple[str, ...] = ()
    trigger_groups: tuple[tuple[str, ...], ...] = ()
    description: str = ""
    notes: str = ""
    captions: tuple[tuple[str, int], ...] = ()
    base_model: str = ""
    family: str = ""
    algorithm: str = ""
    rank: int | None = None
    archetype: str | None = None
    rating: int | None = None
    favourite: bool = False
    uses: int = 0
    downloads: int = 0
    stats: Mapping[str, Any] = field(default_factory=dict)
    has_preview: bool = False
    weight: float | None = None
    weight_source: str = ""
    examples: tuple[ExamplePrompt, ...] = ()
    published_at: str = ""
    header: Mapping[str, Any] = field(default_factory=dict)
