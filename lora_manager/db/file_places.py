"""The rows of network files that go to another place or name, into the trash or out of it: all that follows from it."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, select, update

from lora_manager.clock import utc_now
from lora_manager.db.chunks import chunks
from lora_manager.db.edits.card_texts import write_texts
from lora_manager.db.file_operations import MOVE, RESTORE, TRASH, Operation, Place
from lora_manager.db.former_names import add_former_names
from lora_manager.db.full_text import FullText
from lora_manager.db.history import ChangeRow
from lora_manager.db.natural_sort import natural_key
from lora_manager.db.revision import touch_catalogue
from lora_manager.db.scan_state import write_scanned_folders
from lora_manager.db.tables import Adapter, NetworkFile, Problem, Root, Sidecar, UserEdit
from lora_manager.db.trash import TRASHED, add_trash, forget_trash

FILE_NAME = "file_name"
"""The source of a name of which only the file's name was known."""


class UnitRow(NamedTuple):
    """A network file as the catalogue knows it, with what names are made of."""

    file_id: int
    adapter_id: int
    adapter_name: str
    root_id: int
    path: str
    folder: str
    name: str
    stem: str
    size: int
    mtime_ns: int
    state: str
    base_model: str
    family: str
    author: str
    archetype: str
    version: str

    @property
    def place(self) -> Place:
        """Where it lies."""
        return Place(self.root_id, self.path)


class _Before(NamedTuple):
    file_id: int
    adapter_id: int
    adapter_name: str
    root_id: int
    path: str
    name: str
    stem: str
    state: str
    preview: str | None
    fingerprint: str
    sources: dict[str, str]


def unit_rows(connection: Connection, adapter_ids: Sequence[int]) -> dict[int, UnitRow]:
    """Return the network files that stand for these adapters, by adapter."""
    columns = (
        *(NetworkFile.id, Adapter.id, Adapter.name, NetworkFile.root_id, NetworkFile.relative_path),
        *(NetworkFile.folder, NetworkFile.name, NetworkFile.stem, NetworkFile.size, NetworkFile.mtime_ns),
        *(NetworkFile.state, Adapter.base_model, Adapter.family, Adapter.author_username, Adapter.archetype),
        Adapter.version,
    )
    found: dict[int, UnitRow] = {}
    for part in chunks(adapter_ids):
        statement = select(*columns).join(NetworkFile, NetworkFile.adapter_id == Adapter.id)
        for row in connection.execute(statement.where(NetworkFile.is_primary, Adapter.id.in_(part))):
            known, texts = tuple(row[:11]), [text or "" for text in row[11:]]
            found[row[1]] = UnitRow(*known, *texts)
    return found


def recorded_sidecars(connection: Connection, root_id: int, folder: str) -> dict[str, str]:
    """Return the name of each sidecar of a folder with the name of the network file that it belongs to."""
    statement = (
        select(Sidecar.relative_path, NetworkFile.name)
        .join(NetworkFile, NetworkFile.id == Sidecar.network_file_id)
        .where(NetworkFile.root_id == root_id, NetworkFile.folder == folder, NetworkFile.state != TRASHED)
    )
    if folder:  # The index of paths knows what begins so: else every file of the root is looked at.
        statement = statement.where(NetworkFile.relative_path > f"{folder}/", NetworkFile.relative_path < f"{folder}0")
    return {path.rpartition("/")[2]: name for path, name in connection.execute(statement)}


def holds_files(connection: Connection, root_id: int) -> bool:
    """Say whether files were in a root when it was last looked at."""
    where = (NetworkFile.root_id == root_id, NetworkFile.state.in_(("present", "incomplete")))
    return connection.execute(select(NetworkFile.id).where(*where).limit(1)).first() is not None


def root_paths(connection: Connection) -> dict[int, str]:
    """Return the paths of all roots on record, by id."""
    return {row[0]: row[1] for row in connection.execute(select(Root.id, Root.path))}


def places_of(connection: Connection, file_ids: Sequence[int]) -> dict[int, Place]:
    """Return where these network files lie, by id."""
    columns = (NetworkFile.id, NetworkFile.root_id, NetworkFile.relative_path)
    found: dict[int, Place] = {}
    for part in chunks(file_ids):
        rows = connection.execute(select(*columns).where(NetworkFile.id.in_(part)))
        found.update({row[0]: Place(row[1], row[2]) for row in rows})
    return found


def files_at(connection: Connection, places: Sequence[Place]) -> dict[Place, int]:
    """Return the network files on record at these places."""
    found: dict[Place, int] = {}
    columns = (NetworkFile.root_id, NetworkFile.relative_path, NetworkFile.id)
    for root_id in {place.root_id for place in places}:
        for part in chunks([place.path for place in places if place.root_id == root_id]):
            where = (NetworkFile.root_id == root_id, NetworkFile.relative_path.in_(part))
            for row in connection.execute(select(*columns).where(*where)):
                found[Place(row[0], row[1])] = row[2]
    return found


def write_places(connection: Connection, operations: Sequence[Operation]) -> dict[int, list[ChangeRow]]:
    """Let the rows follow operations whose files are at their targets. Returns the changes, by set."""
    before = _before(connection, [one.file_id for one in operations])
    operations = [one for one in operations if one.file_id in before]
    _make_way(connection, operations)
    _write_files(connection, operations, before)
    _write_sidecars(connection, operations)
    _write_problems(connection, operations)
    _write_names(connection, operations, before)
    changes = _write_trash(connection, operations, before)
    _forget_folders(connection, operations)
    adapters = {kind: [before[one.file_id].adapter_id for one in operations if one.kind == kind] for kind in _KINDS}
    FullText.delete(connection, adapters[TRASH])
    write_texts(connection, [*adapters[MOVE], *adapters[RESTORE]])
    touch_catalogue(connection, [known.adapter_id for known in before.values()])
    return changes


_KINDS = (MOVE, TRASH, RESTORE)


def _before(connection: Connection, file_ids: Sequence[int]) -> dict[int, _Before]:
    columns = (
        *(NetworkFile.id, NetworkFile.adapter_id, Adapter.name, NetworkFile.root_id, NetworkFile.relative_path),
        *(NetworkFile.name, NetworkFile.stem, NetworkFile.state, NetworkFile.preview, NetworkFile.fingerprint),
        Adapter.sources,
    )
    found: dict[int, _Before] = {}
    for part in chunks(file_ids):
        statement = select(*columns).join(Adapter, Adapter.id == NetworkFile.adapter_id)
        for row in connection.execute(statement.where(NetworkFile.id.in_(part))):
            found[row[0]] = _Before(*row)
    return found


def _make_way(connection: Connection, operations: Sequence[Operation]) -> None:
    """Let the row of a file that is gone give its path to the one that lies there now; it may come back elsewhere."""
    for one in operations:
        target = one.model.target
        where = (NetworkFile.root_id == target.root_id, NetworkFile.relative_path == target.path)
        columns = (NetworkFile.id, NetworkFile.state)
        other = connection.execute(select(*columns).where(*where, NetworkFile.id != one.file_id)).first()
        if other is not None:
            state = TRASHED if other[1] == TRASHED else "missing"
            values = {"relative_path": f"{target.path}.gone-{other[0]}", "state": state, "fingerprint": ""}
            connection.execute(update(NetworkFile).where(NetworkFile.id == other[0]).values(values))


def _write_files(connection: Connection, operations: Sequence[Operation], before: dict[int, _Before]) -> None:
    rows = []
    for one in operations:
        known, target = before[one.file_id], one.model.target
        paths = {step.source: step.target for step in one.steps}
        # A preview that stays behind is another's as well; what is left here a scan finds.
        preview = paths.get(Place(known.root_id, known.preview)) if known.preview else None
        name = known.name if one.kind == TRASH else target.name
        stem = name.rpartition(".")[0]
        is_as_before = one.kind == MOVE and stem == known.stem and (preview is None) == (known.preview is None)
        rows.append(
            {
                "key": one.file_id,
                "root_id": target.root_id,
                "relative_path": target.path,
                "folder": target.folder,
                "name": name,
                "stem": stem,
                "state": _state(one.kind, known.state),
                "preview": preview.path if preview is not None else None,
                # Names are part of what a scan compares, and records are understood by them.
                "fingerprint": known.fingerprint if is_as_before else "",
            }
        )
    if rows:
        values: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "key"}
        table = NetworkFile.__table__
        connection.execute(update(table).where(table.c.id == bindparam("key")).values(values), rows)  # type: ignore[arg-type]


def _state(kind: str, known: str) -> str:
    return {TRASH: TRASHED, RESTORE: "present"}.get(kind, known)


def _write_sidecars(connection: Connection, operations: Sequence[Operation]) -> None:
    steps = [
        {"root": step.source.root_id, "path": step.source.path, "to_root": step.target.root_id, "to": step.target.path}
        for one in operations
        for step in one.steps[:-1]
    ]
    if steps:
        table = Sidecar.__table__
        at_target = (table.c.root_id == bindparam("to_root"), table.c.relative_path == bindparam("to"))
        connection.execute(delete(table).where(*at_target), steps)  # type: ignore[arg-type]
        at_source = (table.c.root_id == bindparam("root"), table.c.relative_path == bindparam("path"))
        moved = update(table).where(*at_source)  # type: ignore[arg-type]
        connection.execute(moved.values(root_id=bindparam("to_root"), relative_path=bindparam("to")), steps)
    for one in operations:
        _let_go_of_left_behind(connection, one)


def _let_go_of_left_behind(connection: Connection, operation: Operation) -> None:
    """Give records that stayed where they were to the network file that they belong to as well."""
    targets = {(step.target.root_id, step.target.path) for step in operation.steps}
    rows = connection.execute(
        select(Sidecar.id, Sidecar.root_id, Sidecar.relative_path).where(Sidecar.network_file_id == operation.file_id)
    ).all()
    left = [row[0] for row in rows if (row[1], row[2]) not in targets]
    if not left:
        return
    source = operation.model.source
    where = (
        *(NetworkFile.root_id == source.root_id, NetworkFile.folder == source.folder),
        *(NetworkFile.stem == source.name.rpartition(".")[0], NetworkFile.id != operation.file_id),
        NetworkFile.state.in_(("present", "incomplete")),
    )
    other = connection.execute(select(NetworkFile.id).where(*where).order_by(NetworkFile.id)).scalars().first()
    connection.execute(update(Sidecar).where(Sidecar.id.in_(left)).values(network_file_id=other))


def _write_problems(connection: Connection, operations: Sequence[Operation]) -> None:
    """Problems go with their files; those of what is in the trash are nobody's, and are found again with it."""
    roots = root_paths(connection)
    recorded = set(connection.execute(select(Problem.path).where(Problem.root_id.in_(roots))).scalars())
    for one in operations:
        for step in one.steps:
            shown = os.path.join(roots[step.source.root_id], step.source.path)
            moved = os.path.join(roots[step.target.root_id], step.target.path)
            if recorded.isdisjoint((shown, moved)):
                continue
            of_either = Problem.path == moved if one.kind != TRASH else Problem.path.in_((shown, moved))
            connection.execute(delete(Problem).where(of_either))
            if one.kind != TRASH:
                values = {"path": moved, "root_id": step.target.root_id}
                connection.execute(update(Problem).where(Problem.path == shown).values(values))


def _write_names(connection: Connection, operations: Sequence[Operation], before: dict[int, _Before]) -> None:
    """Note what files were called, and let names that are those of files follow."""
    moved = [(one, before[one.file_id]) for one in operations if one.kind == MOVE]
    now = utc_now()
    add_former_names(
        connection, ((one.file_id, one.model.source, one.model.target, known.stem) for one, known in moved), now
    )
    for one, known in moved:
        stem = one.model.target.name.rpartition(".")[0]
        if stem == known.stem:
            continue
        if known.sources.get("name", FILE_NAME) == FILE_NAME:
            values = {"name": stem, "sort_name": natural_key(stem), "updated_at": now}
            connection.execute(update(Adapter).where(Adapter.id == known.adapter_id).values(values))
        of_name = (UserEdit.adapter_id == known.adapter_id, UserEdit.field == "name", UserEdit.source == FILE_NAME)
        connection.execute(update(UserEdit).where(*of_name).values(source_value=stem))


def _write_trash(
    connection: Connection, operations: Sequence[Operation], before: dict[int, _Before]
) -> dict[int, list[ChangeRow]]:
    """Write what is in the trash now and what is not any more. Returns the changes of all operations, by set."""
    trashed = [one for one in operations if one.kind == TRASH]
    rows = [
        {
            "network_file_id": one.file_id,
            "root_id": one.model.target.root_id,
            "set_id": one.set_id or None,
            "deleted_at": one.begun_at,
            "user_name": one.details.get("user_name"),
            "size": sum(step.size for step in one.steps),
            "files": [[step.source.path, step.target.path] for step in one.steps],
        }
        for one in trashed
    ]
    ids = {one.id: trash_id for one, trash_id in zip(trashed, add_trash(connection, rows), strict=True)}
    forget_trash(connection, [int(one.details["trash_id"]) for one in operations if one.kind == RESTORE])
    changes: defaultdict[int, list[ChangeRow]] = defaultdict(list)
    for one in operations:
        adapter_id = before[one.file_id].adapter_id
        if one.kind == TRASH:
            row = ChangeRow(adapter_id, "trash", None, {"trash_id": ids[one.id]})
        elif one.kind == RESTORE:
            row = ChangeRow(adapter_id, "trash", {"trash_id": int(one.details["trash_id"])}, None)
        else:
            row = ChangeRow(adapter_id, "file", one.model.source.as_json(), one.model.target.as_json())
        changes[one.set_id].append(row)
    return changes


def _forget_folders(connection: Connection, operations: Sequence[Operation]) -> None:
    """Have the next scan look into every folder that files left or came to."""
    folders: defaultdict[int, set[str]] = defaultdict(set)
    for place in _places(operations):
        folders[place.root_id].add(place.folder)
    for root_id, names in folders.items():
        write_scanned_folders(connection, root_id, dict.fromkeys(names))


def _places(operations: Sequence[Operation]) -> Iterable[Place]:
    return (place for one in operations for step in one.steps for place in (step.source, step.target))
