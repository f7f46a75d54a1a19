"""What a digest is made of, read in one go for many adapters: as the database holds it, nothing taken apart yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection

from lora_manager.db.cards import trigger_groups
from lora_manager.db.edits.state import tags_of_all
from lora_manager.db.plain_rows import WANTED, rows_of

MOST_RUNS = 200
"""The user's last generations with an adapter that are looked at."""

_ADAPTER = (
    "id", "revision", "name", "version", "author_username", "description", "notes", "base_model", "family", "archetype",
    "rating", "favourite", "uses", "downloads", "stats", "weight", "published_at", "version_id",
    "json_extract(sources, '$.weight')",
)  # fmt: skip
_FILE = (
    "network_file.id", "network_file.name", "stem", "size", "sha256", "autov2", "autov3", "published_name", "algorithm",
    "rank", "network_file.alpha", "preview", "root.path", "root.online", "header",
    "(SELECT json_group_array(stem) FROM former_name WHERE network_file_id = network_file.id)",
)  # fmt: skip
_ADAPTERS = f"SELECT {', '.join(_ADAPTER)} FROM adapter WHERE id IN {WANTED}"
_FILES = (
    f"SELECT adapter_id, {', '.join(_FILE)} FROM network_file JOIN root ON root.id = root_id "
    f"WHERE adapter_id IN {WANTED} AND is_primary"
)
_SIDECARS = (
    "SELECT network_file.adapter_id, document FROM sidecar JOIN network_file ON network_file.id = network_file_id "
    f"WHERE network_file.adapter_id IN {WANTED} AND format != 'text' AND document IS NOT NULL ORDER BY sidecar.id"
)
_RUNS = f"""
SELECT adapter_id, generation.id, prompt, te_weight, unet_weight, tag_name FROM (
    SELECT adapter_id, generation_id, te_weight, unet_weight, tag_name,
        row_number() OVER (PARTITION BY adapter_id ORDER BY generation_id DESC) AS place
    FROM use WHERE adapter_id IN {WANTED}
) JOIN generation ON generation.id = generation_id WHERE place <= {MOST_RUNS} ORDER BY generation.id DESC
"""
_LIKED = (
    "SELECT generation_id, max(CASE WHEN favourite AND rating < 5 THEN 5 ELSE rating END) "
    f"FROM image WHERE generation_id IN {WANTED} GROUP BY generation_id"
)
_BESIDE = f"SELECT generation_id, tag_name FROM use WHERE generation_id IN {WANTED} ORDER BY id"


class AdapterColumns(NamedTuple):
    """The columns of an adapter. stats: JSON. weight_source: who says the weight."""

    id: int
    revision: int
    name: str
    version: str | None
    author_username: str | None
    description: str | None
    notes: str | None
    base_model: str
    family: str
    archetype: str | None
    rating: int
    favourite: int
    uses: int
    downloads: int | None
    stats: Any
    weight: float | None
    published_at: str | None
    version_id: int | None
    weight_source: str | None


class FileColumns(NamedTuple):
    """The columns of its primary file. root, online: where it lies. header: packed metadata.

    former_stems: what it was called before it was renamed, JSON.
    """

    id: int
    name: str
    stem: str
    size: int
    sha256: str | None
    autov2: str | None
    autov3: str | None
    published_name: str | None
    algorithm: str
    rank: int | None
    alpha: float | None
    preview: str | None
    root: str
    online: int
    header: bytes | None
    former_stems: str


class RunColumns(NamedTuple):
    """One of the user's generations with an adapter. tag_name: as the adapter was called in it. liked: 0 to 5.

    others: how the other adapters in it were called.
    """

    prompt: str
    te_weight: float
    unet_weight: float
    tag_name: str
    liked: int
    others: tuple[str, ...]


@dataclass(frozen=True)
class DigestSource:
    """All that is read of one adapter. documents: its sidecars, packed. runs: the newest first."""

    adapter: AdapterColumns
    file: FileColumns | None
    tags: Sequence[str]
    trigger_groups: Sequence[Sequence[str]]
    documents: Sequence[bytes]
    runs: Sequence[RunColumns]


def read_sources(connection: Connection, adapter_ids: Sequence[int]) -> list[DigestSource]:
    """Return what there is of these adapters (a chunk of them), in their order; those that are gone are left out."""
    adapters = {row[0]: AdapterColumns(*row) for row in rows_of(connection, _ADAPTERS, adapter_ids)}
    files = {row[0]: FileColumns(*row[1:]) for row in rows_of(connection, _FILES, adapter_ids)}
    tags = tags_of_all(connection, adapter_ids)
    groups: Mapping[int, Any] = trigger_groups(connection, adapter_ids)
    documents = defaultdict(list)
    for adapter_id, document in rows_of(connection, _SIDECARS, adapter_ids):
        documents[adapter_id].append(document)
    runs = _runs(connection, [adapter_id for adapter_id, row in adapters.items() if row.uses])
    return [
        DigestSource(
            adapters[adapter_id],
            files.get(adapter_id),
            tags.get(adapter_id, ()),
            groups.get(adapter_id, ()),
            documents.get(adapter_id, ()),
            runs.get(adapter_id, ()),
        )
        for adapter_id in adapter_ids
        if adapter_id in adapters
    ]


def _runs(connection: Connection, adapter_ids: Sequence[int]) -> Mapping[int, list[RunColumns]]:
    rows = rows_of(connection, _RUNS, adapter_ids)
    generations = list({row[1] for row in rows})
    liked = dict(rows_of(connection, _LIKED, generations))
    beside = defaultdict(list)
    for generation_id, tag_name in rows_of(connection, _BESIDE, generations):
        beside[generation_id].append(tag_name)
    found = defaultdict(list)
    for adapter_id, generation_id, prompt, te_weight, unet_weight, tag_name in rows:
        others = tuple(name for name in beside[generation_id] if name != tag_name)
        run = RunColumns(prompt, te_weight, unet_weight, tag_name, liked.get(generation_id) or 0, others)
        found[adapter_id].append(run)
    return found
