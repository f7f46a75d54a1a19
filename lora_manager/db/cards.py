"""The rows behind cards: what a grid or list shows of an adapter, fetched for a page of ids at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_

from lora_manager.db.plain_rows import WANTED, rows_of
from lora_manager.db.tables import Adapter, NetworkFile


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
    weight_source: str | None
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
    "adapter.id",
    "adapter.name",
    "adapter.version",
    "adapter.author_username",
    "adapter.base_model",
    "adapter.family",
    "adapter.archetype",
    "adapter.weight",
    "json_extract(adapter.sources, '$.weight')",
    "adapter.uses",
    "adapter.last_used_at",
    "adapter.favourite",
    "adapter.rating",
    "adapter.active",
    "adapter.nsfw_level",
    "adapter.downloads",
    "adapter.published_at",
    "adapter.added_at",
    "network_file.root_id",
    "root.path",
    "network_file.relative_path",
    "network_file.folder",
    "network_file.name",
    "network_file.stem",
    "network_file.size",
    "network_file.mtime_ns",
    "network_file.algorithm",
    "network_file.rank",
    "network_file.state",
    "network_file.preview",
    "network_file.preview_version",
)
# In plain SQL: of a page that costs a few milliseconds, putting a statement together and reading its rows as objects is
# the greater part.
_CARDS = (
    f"SELECT {', '.join(_COLUMNS)} FROM adapter "
    "JOIN network_file ON network_file.adapter_id = adapter.id AND is_primary "
    f"JOIN root ON root.id = root_id WHERE adapter.id IN {WANTED}"
)
_TRIGGERS = (
    f"SELECT adapter_id, group_no, word FROM trigger_word WHERE adapter_id IN {WANTED} "
    "ORDER BY adapter_id, group_no, position"
)


def primary_file() -> ColumnElement[bool]:
    """Return the join condition between an adapter and the file that stands for it."""
    return and_(NetworkFile.adapter_id == Adapter.id, NetworkFile.is_primary)


def cards(connection: Connection, adapter_ids: Sequence[int]) -> list[Card]:
    """Return the cards of these adapters in the order given; ids that are gone are left out."""
    ids = list(adapter_ids)
    by_id = {row[0]: _card(row) for row in rows_of(connection, _CARDS, ids)}
    for adapter_id, groups in trigger_groups(connection, ids).items():
        if adapter_id in by_id:
            by_id[adapter_id].trigger_groups = groups
    return [by_id[adapter_id] for adapter_id in ids if adapter_id in by_id]


def trigger_groups(connection: Connection, adapter_ids: Sequence[int]) -> dict[int, list[list[str]]]:
    """Return the trigger words of adapters, group by group."""
    words: dict[int, dict[int, list[str]]] = defaultdict(dict)
    for adapter_id, group_no, word in rows_of(connection, _TRIGGERS, list(adapter_ids)):
        words[adapter_id].setdefault(group_no, []).append(word)
    return {adapter_id: list(groups.values()) for adapter_id, groups in words.items()}


def _card(row: Sequence[Any]) -> Card:
    card = Card(*row)
    card.favourite, card.active = bool(card.favourite), bool(card.active)
    return card
