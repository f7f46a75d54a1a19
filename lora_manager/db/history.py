"""The history: what changed, when, by whom and by what, in sets that are undone at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, func, insert, select, update

from lora_manager.clock import utc_now
from lora_manager.db.chunks import chunks
from lora_manager.db.json_texts import json_text
from lora_manager.db.tables import Adapter, Change, ChangeSet

OPEN, DONE, STOPPED = "open", "done", "stopped"
SAMPLE = 2
"""Changes by which a small set is told."""
_SMALL = 12
FILE_FIELDS = frozenset({"file", "trash", "sidecar"})
"""Fields of changes that touched files, and are taken back by touching them again."""


@dataclass(frozen=True)
class Act:
    """What is done at once. `by`: "page", "api", "cli" or "scan"; `what`: words for the page, JSON-able.

    `owner` is the process ("host:pid") of a set that stays open for a while, so that one left behind is found.
    """

    kind: str
    by: str
    user_name: str | None = None
    what: dict[str, Any] = field(default_factory=dict)
    undoes: int | None = None
    owner: str = ""


class ChangeRow(NamedTuple):
    """A change to note: a field of an adapter, its values before and after, and where they came from."""

    adapter_id: int | None
    field: str
    old: Any
    new: Any
    old_source: str = ""
    new_source: str = ""


@dataclass(frozen=True)
class StoredSet:
    """A set of changes as it is on record."""

    id: int
    created_at: str
    user_name: str | None
    by: str
    kind: str
    what: dict[str, Any]
    state: str
    count: int
    undoes: int | None
    undone_by: int | None
    touches_files: bool = False


class StoredChange(NamedTuple):
    """A change as it is on record, with what it needs of its set. A tuple: of a bulk edit there are many thousands."""

    id: int
    set_id: int
    adapter_id: int | None
    field: str
    old: Any
    new: Any
    old_source: str
    new_source: str
    at: str
    user_name: str | None
    by: str
    kind: str
    name: str | None


def open_set(connection: Connection, act: Act) -> int:
    """Begin a set of changes; returns its id. `close_set` ends it."""
    row = {
        "created_at": utc_now(),
        "user_name": act.user_name,
        "by": act.by,
        "kind": act.kind,
        "what": act.what,
        "state": OPEN,
        "owner": act.owner,
        "count": 0,
        "undoes": act.undoes,
    }
    return connection.execute(insert(ChangeSet).returning(ChangeSet.id), row).scalar_one()


def add_changes(connection: Connection, set_id: int, changes: Sequence[ChangeRow]) -> range:
    """Note changes of a set; returns their ids, in order."""
    # The write transaction holds the database's only write lock, so the next free ids are ours.
    first = (connection.execute(select(func.max(Change.id))).scalar() or 0) + 1
    ids = range(first, first + len(changes))
    if changes:
        connection.exec_driver_sql(_ADD, [_values(n, set_id, row) for n, row in zip(ids, changes, strict=True)])
        grown = update(ChangeSet).where(ChangeSet.id == set_id).values(count=ChangeSet.count + len(changes))
        connection.execute(grown)
    return ids


def close_set(connection: Connection, set_id: int, state: str = DONE, what: dict[str, Any] | None = None) -> None:
    """End a set. One in which nothing changed is forgotten."""
    count = connection.execute(select(ChangeSet.count).where(ChangeSet.id == set_id)).scalar()
    if count == 0:
        connection.execute(ChangeSet.__table__.delete().where(ChangeSet.id == set_id))  # type: ignore[attr-defined]
        return
    values: dict[str, Any] = {"state": state, **({} if what is None else {"what": what})}
    connection.execute(update(ChangeSet).where(ChangeSet.id == set_id).values(values))


def note_set(connection: Connection, act: Act, changes: Sequence[ChangeRow]) -> int | None:
    """Note a whole set of changes; returns its id, or None when there are no changes."""
    if not changes:
        return None
    set_id = open_set(connection, act)
    add_changes(connection, set_id, changes)
    close_set(connection, set_id)
    return set_id


def open_sets(connection: Connection) -> list[tuple[int, str]]:
    """Return id and owner of the sets that are open."""
    rows = connection.execute(select(ChangeSet.id, ChangeSet.owner).where(ChangeSet.state == OPEN))
    return [(set_id, owner) for set_id, owner in rows]


def mark_undone(connection: Connection, set_id: int, by_set: int | None) -> None:
    """Note which set took one back (None: it stands again)."""
    connection.execute(update(ChangeSet).where(ChangeSet.id == set_id).values(undone_by=by_set))


def read_set(connection: Connection, set_id: int) -> StoredSet | None:
    """Return a set, or None."""
    row = connection.execute(_SETS.where(ChangeSet.id == set_id)).first()
    return StoredSet(*row) if row is not None else None


def read_sets(connection: Connection, limit: int, offset: int) -> tuple[int, list[StoredSet]]:
    """Return how many sets there are, and some of them, newest first. Those of an undo that is redone count too."""
    total = connection.execute(select(func.count()).select_from(ChangeSet)).scalar_one()
    rows = connection.execute(_SETS.order_by(ChangeSet.id.desc()).limit(limit).offset(offset))
    return total, [StoredSet(*row) for row in rows]


def samples(connection: Connection, sets: Sequence[StoredSet]) -> dict[int, list[StoredChange]]:
    """Return the first changes of those sets that are small: enough to say what they were."""
    small = [stored.id for stored in sets if stored.count <= _SMALL]
    found: dict[int, list[StoredChange]] = {set_id: [] for set_id in small}
    for part in chunks(small):
        for row in connection.execute(_CHANGES.where(Change.set_id.in_(part)).order_by(Change.id)):
            change = StoredChange(*row)
            if len(found[change.set_id]) < SAMPLE:
                found[change.set_id].append(change)
    return found


def read_changes(
    connection: Connection,
    *,
    set_id: int | None = None,
    adapter_id: int | None = None,
    ids: Sequence[int] | None = None,
    after: str | None = None,
    beyond: int = 0,
    limit: int | None = None,
) -> list[StoredChange]:
    """Return the changes of a set, of an adapter, with these ids, after a moment: all that is given; oldest first.

    `beyond` is the id behind which to go on, `limit` how many at most.
    """
    where: list[ColumnElement[bool]] = []
    if set_id is not None:
        where.append(Change.set_id == set_id)
    if adapter_id is not None:
        where.append(Change.adapter_id == adapter_id)
    if after is not None:
        where.append(ChangeSet.created_at > after)
    if beyond:
        where.append(Change.id > beyond)
    statement = _CHANGES.where(*where).order_by(Change.id).limit(limit)
    if ids is None:
        return [StoredChange(*row) for row in connection.execute(statement).all()]
    found = [row for part in chunks(ids) for row in connection.execute(statement.where(Change.id.in_(part)))]
    return [StoredChange(*row) for row in found]


def page_of_changes(
    connection: Connection, limit: int, offset: int, *, set_id: int | None = None, adapter_id: int | None = None
) -> tuple[int, list[StoredChange]]:
    """Return how many changes a set or an adapter has, and some: a set's in order, an adapter's newest first."""
    where = Change.set_id == set_id if set_id is not None else Change.adapter_id == adapter_id
    order = Change.id if set_id is not None else Change.id.desc()
    total = connection.execute(select(func.count()).select_from(Change).where(where)).scalar_one()
    rows = connection.execute(_CHANGES.where(where).order_by(order).limit(limit).offset(offset))
    return total, [StoredChange(*row) for row in rows]


def _values(change_id: int, set_id: int, row: ChangeRow) -> tuple[Any, ...]:
    old, new = json_text(row.old), json_text(row.new)
    return change_id, set_id, row.adapter_id, row.field, old, new, row.old_source, row.new_source


_ADD = (
    "INSERT INTO change (id, set_id, adapter_id, field, old, new, old_source, new_source) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_SETS: Select[Any] = select(
    ChangeSet.id,
    ChangeSet.created_at,
    ChangeSet.user_name,
    ChangeSet.by,
    ChangeSet.kind,
    ChangeSet.what,
    ChangeSet.state,
    ChangeSet.count,
    ChangeSet.undoes,
    ChangeSet.undone_by,
    select(1).where(Change.set_id == ChangeSet.id, Change.field.in_(sorted(FILE_FIELDS))).exists(),
)
_CHANGES: Select[Any] = (
    select(
        Change.id,
        Change.set_id,
        Change.adapter_id,
        Change.field,
        Change.old,
        Change.new,
        Change.old_source,
        Change.new_source,
        ChangeSet.created_at,
        ChangeSet.user_name,
        ChangeSet.by,
        ChangeSet.kind,
        Adapter.name,
    )
    .join(ChangeSet, ChangeSet.id == Change.set_id)
    .outerjoin(Adapter, Adapter.id == Change.adapter_id)
)
