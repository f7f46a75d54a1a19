"""The rows behind cards: what a grid or list shows of an adapter, fetched for a page of ids at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, and_, select

from lora_manager.db.tables import Adapter, NetworkFile, Root, TriggerWord


@dataclass
class Card:
    """One adapter with its primary file. Times are ISO text, `mtime_ns` nanoseconds, `size` bytes."""

    id: int
    name: str
    version: str | None
    author: str | None
    base_model: str
    family: str
    archetype: str | None
    weight: float | None
    sources: dict[str, str]
    uses: int
    last_used_at: str | None
    favourite: bool
    rating: int
    active: bool
    nsfw_level: int | None
    downloads: int | None
    published_at: str | None
    added_at: str
    root_id: int
    root: str
    relative_path: str
    folder: str
    file_name: str
    stem: str
    size: int
    mtime_ns: int
    algorithm: str
    rank: int | None
    state: str
    preview: str | None
    preview_version: str | None
    trigger_groups: list[list[str]] = field(default_factory=list)


_COLUMNS = (
    Adapter.id,
    Adapter.name,
    Adapter.version,
    Adapter.author_username,
    Adapter.base_model,
    Adapter.family,
    Adapter.archetype,
    Adapter.weight,
    Adapter.sources,
    Adapter.uses,
    Adapter.last_used_at,
    Adapter.favourite,
    Adapter.rating,
    Adapter.active,
    Adapter.nsfw_level,
    Adapter.downloads,
    Adapter.published_at,
    Adapter.added_at,
    NetworkFile.root_id,
    Root.path,
    NetworkFile.relative_path,
    NetworkFile.folder,
    NetworkFile.name,
    NetworkFile.stem,
    NetworkFile.size,
    NetworkFile.mtime_ns,
    NetworkFile.algorithm,
    NetworkFile.rank,
    NetworkFile.state,
    NetworkFile.preview,
    NetworkFile.preview_version,
)


def primary_file() -> ColumnElement[bool]:
    """Return the join condition between an adapter and the file that stands for it."""
    return and_(NetworkFile.adapter_id == Adapter.id, NetworkFile.is_primary)


def cards(connection: Connection, adapter_ids: Sequence[int]) -> list[Card]:
    """Return the cards of these adapters in the order given; ids that are gone are left out."""
    ids = list(adapter_ids)
    if not ids:
        return []
    statement = (
        select(*_COLUMNS)
        .join(NetworkFile, primary_file())
        .join(Root, Root.id == NetworkFile.root_id)
        .where(Adapter.id.in_(ids))
    )
    by_id = {row[0]: Card(*row) for row in connection.execute(statement)}
    for adapter_id, groups in trigger_groups(connection, ids).items():
        if adapter_id in by_id:
            by_id[adapter_id].trigger_groups = groups
    return [by_id[adapter_id] for adapter_id in ids if adapter_id in by_id]


def trigger_groups(connection: Connection, adapter_ids: Sequence[int]) -> dict[int, list[list[str]]]:
    """Return the trigger words of adapters, group by group."""
    statement = (
        select(TriggerWord.adapter_id, TriggerWord.group_no, TriggerWord.word)
        .where(TriggerWord.adapter_id.in_(adapter_ids))
        .order_by(TriggerWord.adapter_id, TriggerWord.group_no, TriggerWord.position)
    )
    words: dict[int, dict[int, list[str]]] = defaultdict(dict)
    for adapter_id, group_no, word in connection.execute(statement):
        words[adapter_id].setdefault(group_no, []).append(word)
    return {adapter_id: list(groups.values()) for adapter_id, groups in words.items()}
