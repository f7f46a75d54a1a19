"""The trash on record: whose files are in it, since when, and under which names they lie."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from lora_manager.db.chunks import chunks
from lora_manager.db.file_operations import Place
from lora_manager.db.tables import Adapter, NetworkFile, Root, Trash

TRASHED = "trashed"
"""The state of a network file in the trash, and of one that was deleted for good: no list shows it."""


class TrashedFile(NamedTuple):
    """A file in the trash: the path it had and the path it has, below the root."""

    old: str
    now: str


@dataclass(frozen=True)
class TrashItem:
    """What was deleted at once of one adapter. The last of `files` is the network file itself.

    `state` is that of the network file: not TRASHED when it came back by itself.
    """

    id: int
    file_id: int
    adapter_id: int
    adapter_name: str
    root_id: int
    root: str
    deleted_at: str
    user_name: str | None
    size: int
    files: tuple[TrashedFile, ...]
    state: str
    preview: str | None
    preview_version: str | None
    set_id: int | None

    @property
    def model(self) -> TrashedFile:
        """The network file itself."""
        return self.files[-1]


def add_trash(connection: Connection, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Note what was put into the trash; returns the ids, in order."""
    first = (connection.execute(select(func.max(Trash.id))).scalar() or 0) + 1
    ids = list(range(first, first + len(rows)))
    if rows:
        connection.execute(insert(Trash), [{**row, "id": row_id} for row, row_id in zip(rows, ids, strict=True)])
    return ids


def forget_trash(connection: Connection, ids: Iterable[int]) -> None:
    """Delete rows of the trash: what they told of was restored, or is gone for good."""
    for part in chunks(list(ids)):
        connection.execute(delete(Trash).where(Trash.id.in_(part)))


def trash_items(connection: Connection, ids: Sequence[int]) -> dict[int, TrashItem]:
    """Return what lies in the trash under these ids."""
    found: dict[int, TrashItem] = {}
    for part in chunks(ids):
        found.update({item.id: item for item in _items(connection, Trash.id.in_(part))})
    return found


def trash_of_adapters(connection: Connection, adapter_ids: Sequence[int]) -> dict[int, TrashItem]:
    """Return the last thing in the trash of each of these adapters."""
    found: dict[int, TrashItem] = {}
    for part in chunks(adapter_ids):
        found.update({item.adapter_id: item for item in _items(connection, NetworkFile.adapter_id.in_(part))})
    return found


def trash_page(
    connection: Connection, root_ids: Sequence[int], limit: int, offset: int
) -> tuple[int, int, list[TrashItem]]:
    """Return how much lies in the trash of these roots, its bytes, and some of it, the last first."""
    here = Trash.root_id.in_(root_ids)
    total, size = connection.execute(select(func.count(), func.coalesce(func.sum(Trash.size), 0)).where(here)).one()
    page = select(Trash.id).where(here).order_by(Trash.deleted_at.desc(), Trash.id.desc()).limit(limit).offset(offset)
    ids = list(connection.execute(page).scalars())
    found = trash_items(connection, ids)
    return total, size, [found[trash_id] for trash_id in ids]


def trash_ids(connection: Connection, root_ids: Sequence[int], before: str | None = None) -> list[int]:
    """Return the ids of what lies in the trash of these roots, or of what was deleted before a moment."""
    where: list[ColumnElement[bool]] = [Trash.root_id.in_(root_ids)]
    if before is not None:
        where.append(Trash.deleted_at < before)
    return list(connection.execute(select(Trash.id).where(*where).order_by(Trash.id)).scalars())


def trashed_names(connection: Connection, root_id: int) -> set[str]:
    """Return the paths that files in the trash of a root have now."""
    rows = connection.execute(select(Trash.files).where(Trash.root_id == root_id)).scalars()
    return {now for files in rows for _, now in files}


def restored_places(connection: Connection, root_id: int) -> dict[str, int]:
    """Return the network files in the trash of a root by the path they had: one that is found there came back."""
    statement = (
        select(Trash.network_file_id, Trash.files)
        .join(NetworkFile, NetworkFile.id == Trash.network_file_id)
        .where(Trash.root_id == root_id, NetworkFile.state == TRASHED)
    )
    return {files[-1][0]: file_id for file_id, files in connection.execute(statement) if files}


def trash_of_files(connection: Connection, file_ids: Sequence[int]) -> list[TrashItem]:
    """Return what lies in the trash of these network files."""
    return [item for part in chunks(file_ids) for item in _items(connection, Trash.network_file_id.in_(part))]


def mark_purged(connection: Connection, item: TrashItem) -> None:
    """Note that what lay in the trash is gone for good. What is known of the adapter stays: its file may come back."""
    forget_trash(connection, [item.id])
    if item.state != TRASHED:
        return
    old = Place(item.root_id, item.model.old)
    taken = select(NetworkFile.id).where(NetworkFile.root_id == old.root_id, NetworkFile.relative_path == old.path)
    values: dict[str, Any] = {"preview": None, "preview_version": None}
    if connection.execute(taken).first() is None:
        values["relative_path"] = old.path
    connection.execute(update(NetworkFile).where(NetworkFile.id == item.file_id).values(values))


def _items(connection: Connection, where: ColumnElement[bool]) -> list[TrashItem]:
    statement = (
        select(
            Trash.id,
            Trash.network_file_id,
            NetworkFile.adapter_id,
            Adapter.name,
            Trash.root_id,
            Root.path,
            Trash.deleted_at,
            Trash.user_name,
            Trash.size,
            Trash.files,
            NetworkFile.state,
            NetworkFile.preview,
            NetworkFile.preview_version,
            Trash.set_id,
        )
        .join(NetworkFile, NetworkFile.id == Trash.network_file_id)
        .join(Adapter, Adapter.id == NetworkFile.adapter_id)
        .join(Root, Root.id == Trash.root_id)
        .where(where)
        .order_by(Trash.id)
    )
    return [_item(row) for row in connection.execute(statement)]


def _item(row: Any) -> TrashItem:
    values = dict(zip(_FIELDS, row, strict=True))
    values["files"] = tuple(TrashedFile(old, now) for old, now in values["files"])
    return TrashItem(**values)


_FIELDS = tuple(field.name for field in fields(TrashItem))
