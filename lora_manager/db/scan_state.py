"""What the last scan left in the database, and the marks a scan sets: roots, known files, orphans, problems."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from lora_manager.clock import utc_now
from lora_manager.db.chunks import chunks
from lora_manager.db.pairs import pairs
from lora_manager.db.revision import stamp_adapters, touch_catalogue
from lora_manager.db.rows import FoundProblem, SidecarRow, StoredSidecar
from lora_manager.db.tables import NetworkFile, Problem, Root, ScannedFolder, Sidecar, Trash


class FolderState(NamedTuple):
    """A folder as a scan left it: the digest of its listing, and how many network files it holds."""

    digest: str
    files: int


class KnownFile(NamedTuple):
    """A network file as the last scan left it."""

    id: int
    adapter_id: int
    relative_path: str
    name: str
    size: int
    mtime_ns: int
    inode: int
    state: str
    fingerprint: str
    root_id: int = 0


_KNOWN = (
    NetworkFile.id,
    NetworkFile.adapter_id,
    NetworkFile.relative_path,
    NetworkFile.name,
    NetworkFile.size,
    NetworkFile.mtime_ns,
    NetworkFile.inode,
    NetworkFile.state,
    NetworkFile.fingerprint,
    NetworkFile.root_id,
)


def root_ids(connection: Connection, paths: Sequence[str]) -> dict[str, int]:
    """Return the id of each root, adding those that are new."""
    known: dict[str, int] = pairs(connection, select(Root.path, Root.id).where(Root.path.in_(paths)))
    for path in paths:
        if path not in known:
            row = {"path": path, "online": True, "added_at": utc_now()}
            known[path] = connection.execute(insert(Root).returning(Root.id), row).scalar_one()
    return known


def set_root_state(connection: Connection, root_id: int, *, online: bool, scanned: bool) -> None:
    """Record whether a root can be read, and that it was scanned now."""
    values: dict[str, object] = {"online": online}
    if connection.execute(select(Root.online).where(Root.id == root_id)).scalar() is not online:
        touch_catalogue(connection)
    if scanned:
        values["last_scan_at"] = utc_now()
    connection.execute(update(Root).where(Root.id == root_id).values(values))


def scanned_folders(connection: Connection, root_id: int) -> dict[str, FolderState]:
    """Return the folders of a root as the last whole scan left them, by path."""
    statement = select(ScannedFolder.path, ScannedFolder.digest, ScannedFolder.files)
    rows = connection.execute(statement.where(ScannedFolder.root_id == root_id))
    return {path: FolderState(digest, files) for path, digest, files in rows}


def write_scanned_folders(connection: Connection, root_id: int, folders: Mapping[str, FolderState | None]) -> None:
    """Write how folders were left; None forgets one."""
    same = (ScannedFolder.root_id == root_id, ScannedFolder.path == bindparam("key"))
    if folders:
        connection.execute(delete(ScannedFolder).where(*same), [{"key": path} for path in folders])
    rows = [{"root_id": root_id, "path": path, **state._asdict()} for path, state in folders.items() if state]
    if rows:
        connection.execute(insert(ScannedFolder), rows)


def unsettled_folders(connection: Connection, root_id: int) -> set[str]:
    """Return the folders that hold a file which is to be read again though nothing of it changed."""
    where = (NetworkFile.root_id == root_id, NetworkFile.fingerprint == "")
    return set(connection.execute(select(NetworkFile.folder).where(*where)).scalars())


def known_files(connection: Connection, root_id: int, quiet: Collection[str] = ()) -> dict[str, KnownFile]:
    """Return the network files of a root by relative path, but for those in the folders of `quiet`."""
    statement = select(*_KNOWN).where(NetworkFile.root_id == root_id)
    if not quiet:
        return {row[2]: KnownFile._make(row) for row in connection.execute(statement).all()}
    folders = connection.execute(select(NetworkFile.folder).where(NetworkFile.root_id == root_id).distinct()).scalars()
    known: dict[str, KnownFile] = {}
    for part in chunks([folder for folder in folders if folder not in quiet]):
        rows = connection.execute(statement.where(NetworkFile.folder.in_(part)))
        known.update({row[2]: KnownFile._make(row) for row in rows.all()})
    return known


def trashed_files(connection: Connection, root_id: int) -> dict[str, KnownFile]:
    """Return the network files in the trash of a root by the relative path that each had."""
    statement = select(Trash.files, *_KNOWN).join(NetworkFile, NetworkFile.id == Trash.network_file_id)
    rows = connection.execute(
        statement.where(Trash.root_id == root_id, NetworkFile.state == "trashed").order_by(Trash.id)
    )
    return {row[0][-1][0]: KnownFile._make(row[1:]) for row in rows}


def still_known(connection: Connection, files: Iterable[KnownFile]) -> set[int]:
    """Return the ids of those of these files that are where they were when they were looked up."""
    by_id = {file.id: file for file in files}
    columns = (NetworkFile.id, NetworkFile.root_id, NetworkFile.relative_path, NetworkFile.state == "trashed")
    found = set()
    for part in chunks(list(by_id)):
        for file_id, *place in connection.execute(select(*columns).where(NetworkFile.id.in_(part))):
            file = by_id[file_id]
            if place == [file.root_id, file.relative_path, file.state == "trashed"]:
                found.add(file_id)
    return found


def sidecars_of(connection: Connection, root_id: int, relative_paths: Sequence[str]) -> dict[str, StoredSidecar]:
    """Return the sidecars with these paths, by path."""
    found: dict[str, StoredSidecar] = {}
    columns = (
        Sidecar.relative_path,
        Sidecar.size,
        Sidecar.mtime_ns,
        Sidecar.format,
        Sidecar.claims,
        Sidecar.document,
        Sidecar.network_file_id.is_not(None),
    )
    for part in chunks(relative_paths):
        where = (Sidecar.root_id == root_id, Sidecar.relative_path.in_(part))
        for path, *values in connection.execute(select(*columns).where(*where)):
            found[path] = StoredSidecar(*values)
    return found


def replace_orphans(
    connection: Connection, root_id: int, seen: set[str], changed: Sequence[SidecarRow], quiet: Collection[str] = ()
) -> None:
    """Write the changed sidecars without a model, and forget those that are not in `seen` any more.

    What lies in the folders of `quiet` stays as it is.
    """
    orphan = (Sidecar.root_id == root_id, Sidecar.network_file_id.is_(None))
    stored = connection.execute(select(Sidecar.relative_path).where(*orphan)).scalars()
    unseen = [path for path in stored if path not in seen and path.rpartition("/")[0] not in quiet]
    stale = [*unseen, *(row.relative_path for row in changed)]
    same_path = (Sidecar.root_id == root_id, Sidecar.relative_path == bindparam("path"))
    if stale:
        connection.execute(delete(Sidecar).where(*same_path), [{"path": path} for path in stale])
    if changed:
        now = utc_now()
        common = {"root_id": root_id, "network_file_id": None, "last_read_at": now}
        connection.execute(insert(Sidecar), [{**vars(row), **common} for row in changed])


def mark_state(connection: Connection, file_ids: Sequence[int], state: str) -> None:
    """Set the state of network files; everything else of them is kept."""
    for part in chunks(file_ids):
        connection.execute(update(NetworkFile).where(NetworkFile.id.in_(part)).values(state=state))
        owners = connection.execute(select(NetworkFile.adapter_id).where(NetworkFile.id.in_(part))).scalars()
        stamp_adapters(connection, set(owners))


def replace_problems(
    connection: Connection, root_id: int | None, paths: Iterable[str], found: Iterable[FoundProblem]
) -> None:
    """Let `found` be the only problems of `paths`. A problem seen before keeps the time it was first seen."""
    first_seen: dict[tuple[str, str], str] = {}
    found = {(problem.path, problem.kind): problem for problem in found}.values()
    all_paths = list({*paths, *(problem.path for problem in found)})
    for part in chunks(all_paths):
        rows = connection.execute(select(Problem.path, Problem.kind, Problem.first_seen).where(Problem.path.in_(part)))
        first_seen.update({(row[0], row[1]): row[2] for row in rows})
    for part in chunks(list({path for path, _ in first_seen})):
        connection.execute(delete(Problem).where(Problem.path.in_(part)))
    now = utc_now()
    rows_new = [
        {**vars(problem), "root_id": root_id, "first_seen": first_seen.get((problem.path, problem.kind), now)}
        for problem in found
    ]
    if rows_new:
        connection.execute(insert(Problem), [{**row, "last_seen": now} for row in rows_new])


def recorded_problems(connection: Connection, root_id: int) -> list[tuple[str, str]]:
    """Return path and kind of every problem recorded for a root."""
    statement = select(Problem.path, Problem.kind).where(Problem.root_id == root_id)
    return [(path, kind) for path, kind in connection.execute(statement)]


def finish_scan(connection: Connection, *, changed: bool) -> None:
    """Tell every reader that the catalogue changed, if it did."""
    if changed:
        touch_catalogue(connection)
