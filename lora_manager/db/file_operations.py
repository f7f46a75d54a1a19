"""Operations on files as they are on record: written down before the first file is touched, closed with the rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from lora_manager.clock import utc_now
from lora_manager.db.chunks import chunks
from lora_manager.db.tables import FileOperation

BEGUN, DONE, FAILED = "begun", "done", "failed"
MOVE, TRASH, RESTORE = "move", "trash", "restore"
"""The kinds of operations: to another place or name, into the trash, out of it."""


class Place(NamedTuple):
    """A path below a root, with "/" between its parts."""

    root_id: int
    path: str

    @property
    def folder(self) -> str:
        """The folder of the path; "" for the root itself."""
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    def below(self, old_id: int, new_id: int) -> Place:
        """Return the place when a root has another id."""
        return self._replace(root_id=new_id) if self.root_id == old_id else self

    def as_json(self) -> dict[str, Any]:
        """Return it as changes and steps hold it."""
        return {"root_id": self.root_id, "path": self.path}


class Step(NamedTuple):
    """One file that goes from one place to another; by size and time it is known again."""

    source: Place
    target: Place
    size: int
    mtime_ns: int


@dataclass(frozen=True)
class Operation:
    """What is done with the files of one adapter. The last step is that of the network file itself."""

    file_id: int
    kind: str
    steps: tuple[Step, ...]
    set_id: int = 0
    details: dict[str, Any] = field(default_factory=dict)
    id: int = 0
    owner: str = ""
    begun_at: str = ""

    @property
    def model(self) -> Step:
        """The step of the network file itself."""
        return self.steps[-1]


@dataclass(frozen=True)
class Touched:
    """What operations had, or have, in hand: places they take from and put to, and the network files."""

    places: frozenset[Place] = frozenset()
    file_ids: frozenset[int] = frozenset()


def begin(connection: Connection, operations: Sequence[Operation], owner: str) -> list[Operation]:
    """Write down what is about to be done; returns the operations with their ids."""
    # The write transaction holds the database's only write lock, so the next free ids are ours.
    first = (connection.execute(select(func.max(FileOperation.id))).scalar() or 0) + 1
    now = utc_now()
    begun = [replace(one, id=first + n, owner=owner, begun_at=now) for n, one in enumerate(operations)]
    if begun:
        connection.execute(insert(FileOperation), [_row(one) for one in begun])
    return begun


def close(connection: Connection, ids: Iterable[int], state: str = DONE, error: str = "") -> None:
    """Say that operations are over."""
    for part in chunks(list(ids)):
        where = FileOperation.id.in_(part)
        connection.execute(update(FileOperation).where(where).values(state=state, error=error))


def begun_operations(connection: Connection) -> list[Operation]:
    """Return the operations that were begun and are not over, the newest first: as they are to be taken up again."""
    statement = select(*_COLUMNS).where(FileOperation.state == BEGUN).order_by(FileOperation.id.desc())
    return [_read(row) for row in connection.execute(statement)]


def rename_root(connection: Connection, old_id: int, new_id: int) -> None:
    """Let operations that are not over be of another root: the folder is seen under another path."""
    for operation in begun_operations(connection):
        steps = tuple(step._replace(source=step.source.below(old_id, new_id), target=step.target.below(old_id, new_id))
                      for step in operation.steps)  # fmt: skip
        values = {"steps": _row(replace(operation, steps=steps))["steps"]}
        connection.execute(update(FileOperation).where(FileOperation.id == operation.id).values(values))


def busy_files(connection: Connection, file_ids: Collection[int]) -> set[int]:
    """Return those of these network files that an operation has in hand."""
    busy = connection.execute(select(FileOperation.network_file_id).where(FileOperation.state == BEGUN)).scalars()
    return set(busy).intersection(file_ids)


def forget_old(connection: Connection, before: str) -> None:
    """Delete operations that were over before a moment. The last one stays: numbers are never given out twice."""
    connection.execute(delete(FileOperation).where(*_old(connection, before)))


def made_folders(connection: Connection, set_ids: Collection[int]) -> list[Place]:
    """Return the folders that were made for the operations of sets, as long as those are on record."""
    where = (FileOperation.set_id.in_(set_ids), FileOperation.state == DONE)
    details = connection.execute(select(FileOperation.details).where(*where)).scalars()
    made = {Place(folder["root_id"], folder["path"]) for one in details for folder in one.get("made", ())}
    return sorted(made, key=lambda place: place.path.count("/"), reverse=True)


def has_older(connection: Connection, before: str) -> bool:
    """Say whether there is anything to forget."""
    return connection.execute(select(FileOperation.id).where(*_old(connection, before)).limit(1)).first() is not None


def _old(connection: Connection, before: str) -> tuple[ColumnElement[bool], ...]:
    last = connection.execute(select(func.max(FileOperation.id))).scalar() or 0
    return FileOperation.state != BEGUN, FileOperation.begun_at < before, FileOperation.id != last


def operations_mark(connection: Connection) -> int:
    """Return a number for `touched_since`, by who is about to look at the disk."""
    last = connection.execute(select(func.max(FileOperation.id))).scalar() or 0
    first_begun = connection.execute(select(func.min(FileOperation.id)).where(FileOperation.state == BEGUN)).scalar()
    return min(last + 1, first_begun or last + 1)


def touched_since(connection: Connection, mark: int) -> Touched:
    """Return what was in the hands of operations at any time since a mark was taken."""
    rows = connection.execute(
        select(FileOperation.network_file_id, FileOperation.steps).where(FileOperation.id >= mark)
    ).all()
    if not rows:
        return Touched()
    places = (place for _, steps in rows for step in map(_step, steps) for place in (step.source, step.target))
    return Touched(frozenset(places), frozenset(file_id for file_id, _ in rows))


_COLUMNS = (
    FileOperation.network_file_id,
    FileOperation.kind,
    FileOperation.steps,
    FileOperation.set_id,
    FileOperation.details,
    FileOperation.id,
    FileOperation.owner,
    FileOperation.begun_at,
)


def _read(row: Any) -> Operation:
    file_id, kind, steps, *others = row
    return Operation(file_id, kind, tuple(map(_step, steps)), *others)


def _step(value: dict[str, Any]) -> Step:
    source, target = value["from"], value["to"]
    return Step(
        Place(source["root_id"], source["path"]),
        Place(target["root_id"], target["path"]),
        value["size"],
        value["mtime_ns"],
    )


def _row(operation: Operation) -> dict[str, Any]:
    return {
        "id": operation.id,
        "set_id": operation.set_id,
        "network_file_id": operation.file_id,
        "kind": operation.kind,
        "state": BEGUN,
        "owner": operation.owner,
        "steps": [
            {
                "from": step.source.as_json(),
                "to": step.target.as_json(),
                "size": step.size,
                "mtime_ns": step.mtime_ns,
            }
            for step in operation.steps
        ],
        "details": operation.details,
        "begun_at": operation.begun_at,
    }
