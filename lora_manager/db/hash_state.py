"""The files' own hashes in the database: which files have none yet, what was computed, what a record said otherwise."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, select, tuple_, update

from lora_manager.clock import utc_now
from lora_manager.db.came_back import take_over_missing
from lora_manager.db.chunks import chunks
from lora_manager.db.hash_claims import Claimant, StoredRecord, hear_again
from lora_manager.db.pairs import pairs
from lora_manager.db.revision import stamp_adapters
from lora_manager.db.rows import DescribedFile, FoundProblem, OwnHash
from lora_manager.db.scan_state import write_scanned_folders
from lora_manager.db.tables import NetworkFile, Problem, Root, Sidecar, State

AUTOV2_DIGITS = 10
NOT_HASHED = "not_hashed"
"""The kind of problem of a file that could not be hashed."""

_PAUSED = "hashing_paused"


class PendingFile(NamedTuple):
    """A file whose own hash is not known; `root` is absolute."""

    id: int
    root_id: int
    root: str
    relative_path: str
    size: int
    mtime_ns: int

    @property
    def path(self) -> str:
        """The absolute path."""
        return os.path.join(self.root, self.relative_path)


class HashTotals(NamedTuple):
    """How far the hashing of some roots is, in files and bytes; `errors` could not be read."""

    files: int
    bytes: int
    files_done: int
    bytes_done: int
    errors: int


class HashedFile(NamedTuple):
    """What was computed of a file while it had this size and time."""

    id: int
    size: int
    mtime_ns: int
    sha256: str
    autov3: str | None


class _Known(NamedTuple):
    id: int
    adapter_id: int
    root_id: int
    size: int
    mtime_ns: int
    sha256: str | None
    autov3: str | None
    name: str
    stem: str
    folder: str
    path: str

    @property
    def claimant(self) -> Claimant:
        """The file as its records are asked about it."""
        return Claimant(self.name, self.stem, self.size, self.autov3)


def pending(
    connection: Connection, root_ids: Sequence[int], limit: int, after: PendingFile | None = None
) -> list[PendingFile]:
    """Return files without a hash of their own, the newest first, of roots that are there; `after` goes on from one."""
    paths = _present_roots(connection, root_ids)
    columns = (NetworkFile.id, NetworkFile.root_id, NetworkFile.relative_path, NetworkFile.size, NetworkFile.mtime_ns)
    statement = select(*columns).where(*_wanted(paths), NetworkFile.hashed_size.is_(None))
    if after is not None:
        statement = statement.where(
            NetworkFile.mtime_ns <= after.mtime_ns,
            tuple_(NetworkFile.mtime_ns, NetworkFile.id) < (after.mtime_ns, after.id),
        )
    statement = statement.order_by(NetworkFile.mtime_ns.desc(), NetworkFile.id.desc()).limit(limit)
    rows = connection.execute(statement)
    return [PendingFile(row[0], row[1], paths[row[1]], row[2], row[3], row[4]) for row in rows]


def hash_totals(connection: Connection, root_ids: Sequence[int]) -> HashTotals:
    """Count the files that are there, and those whose hashes are known."""
    is_done = NetworkFile.hashed_size.is_not(None)
    columns = (
        func.count(),
        func.coalesce(func.sum(NetworkFile.size), 0),
        func.count().filter(is_done),
        func.coalesce(func.sum(NetworkFile.size).filter(is_done), 0),
    )
    statement = select(*columns).where(*_wanted(_present_roots(connection, root_ids)))
    errors = select(func.count()).where(Problem.kind == NOT_HASHED, Problem.root_id.in_(root_ids))
    files, size, files_done, size_done = connection.execute(statement).one()
    return HashTotals(files, size, files_done, size_done, connection.execute(errors).scalar_one())


def record_hashes(connection: Connection, results: Sequence[HashedFile]) -> bool:
    """Write what was computed, of the files that a scan has not changed meanwhile.

    A record that says otherwise becomes a problem, and a file whose records are understood otherwise with its hash is
    read again at the next scan. A file that is one of the missing ones takes that one's place. Adapters of which a hash
    is another now are stamped for the next `touch_catalogue`; returns whether there are any.
    """
    by_id = {result.id: result for result in results}
    rows, changed, problems, paths, to_read = [], set(), [], [], []
    sidecars = _sidecars(connection, list(by_id))
    for known in _known(connection, list(by_id)):
        result = by_id[known.id]
        if (known.size, known.mtime_ns) != (result.size, result.mtime_ns):
            continue
        rows.append({"key": known.id, **_values(result)})
        paths.append(known.path)
        if known.sha256 != result.sha256 or result.autov3 not in (None, known.autov3):
            changed.add(known.adapter_id)
        own = OwnHash(result.sha256, result.autov3)
        heard = hear_again(known.claimant, own, sidecars.get(known.id, ()))
        problems += [(known.root_id, problem) for problem in heard.problems]
        if heard.is_news:
            to_read.append(known)
    if rows:
        values: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "key"}
        table = NetworkFile.__table__
        connection.execute(update(table).where(table.c.id == bindparam("key")).values(values), rows)  # type: ignore[arg-type]
    _let_read_again(connection, to_read)
    _forget(connection, paths, NOT_HASHED)
    _tell(connection, problems)
    stamp_adapters(connection, changed)
    came_back = take_over_missing(connection, [row["key"] for row in rows])
    return bool(changed or came_back)


def record_failures(connection: Connection, failures: Sequence[tuple[PendingFile, str]]) -> None:
    """Write why files could not be read: a sentence with the remedy for each, also among the problems."""
    keyed = [{"key": file.id, "message": message} for file, message in failures]
    if keyed:
        table = NetworkFile.__table__
        statement = update(table).where(table.c.id == bindparam("key"))  # type: ignore[arg-type]
        connection.execute(statement.values(hash_error=bindparam("message")), keyed)
    _tell(connection, [(file.root_id, FoundProblem(file.path, NOT_HASHED, message)) for file, message in failures])


def own_hashes(connection: Connection, file_ids: Sequence[int]) -> dict[int, HashedFile]:
    """Return what was computed of these files, by id."""
    columns = (NetworkFile.id, NetworkFile.hashed_size, NetworkFile.hashed_mtime_ns, NetworkFile.sha256,
               NetworkFile.autov3_computed)  # fmt: skip
    found: dict[int, HashedFile] = {}
    for part in chunks(file_ids):
        statement = select(*columns).where(NetworkFile.id.in_(part), NetworkFile.hashed_size.is_not(None))
        found.update({row[0]: HashedFile._make(row) for row in connection.execute(statement)})
    return found


def keep_computed(connection: Connection, items: Sequence[DescribedFile]) -> None:
    """Let files that are read again keep the hashes that were computed of them, if they are still of the same file.

    One whose records were read before its hash was known is read once more at the next scan.
    """
    by_id = {item.file_id: item for item in items if item.file_id is not None}
    for file_id, own in own_hashes(connection, list(by_id)).items():
        item = by_id[file_id]
        if (item.file.size, item.file.mtime_ns) != (own.size, own.mtime_ns):
            continue
        for name, value in _values(own).items():
            setattr(item.file, name, value)
        if item.sidecars and item.own_hash != OwnHash(own.sha256, own.autov3):
            item.file.fingerprint = ""


def is_paused(connection: Connection) -> bool:
    """Say whether the user paused the hashing; it stays so over a restart."""
    return connection.execute(select(State.value).where(State.key == _PAUSED)).scalar() == "1"


def set_paused(connection: Connection, paused: bool) -> None:
    """Pause the hashing, or let it go on, in every process on this database."""
    connection.execute(delete(State).where(State.key == _PAUSED))
    if paused:
        connection.execute(insert(State), {"key": _PAUSED, "value": "1"})


def _present_roots(connection: Connection, root_ids: Sequence[int]) -> dict[int, str]:
    return pairs(connection, select(Root.id, Root.path).where(Root.online, Root.id.in_(root_ids)))


def _wanted(roots: Iterable[int]) -> tuple[ColumnElement[bool], ...]:
    # Without the sum SQLite takes the index of the roots, and reads every row with its header; ours holds all of this.
    return NetworkFile.state == "present", (NetworkFile.root_id + 0).in_(list(roots))


def _values(result: HashedFile) -> dict[str, Any]:
    return {
        "sha256": result.sha256,
        "sha256_state": "confirmed",
        "autov2": result.sha256[:AUTOV2_DIGITS],
        "autov3_computed": result.autov3,
        "hashed_size": result.size,
        "hashed_mtime_ns": result.mtime_ns,
        "hash_error": "",
    }


def _known(connection: Connection, ids: Sequence[int]) -> Iterator[_Known]:
    columns = (
        NetworkFile.id,
        NetworkFile.adapter_id,
        NetworkFile.root_id,
        NetworkFile.size,
        NetworkFile.mtime_ns,
        NetworkFile.sha256,
        NetworkFile.autov3,
        NetworkFile.name,
        NetworkFile.stem,
        NetworkFile.folder,
        Root.path,
        NetworkFile.relative_path,
    )
    for part in chunks(ids):
        statement = select(*columns).where(NetworkFile.id.in_(part), NetworkFile.root_id == Root.id)
        for *values, root, relative in connection.execute(statement).all():
            yield _Known._make([*values, os.path.join(root, relative)])


def _sidecars(connection: Connection, ids: Sequence[int]) -> dict[int, list[StoredRecord]]:
    columns = (Sidecar.network_file_id, Root.path, Sidecar.relative_path, Sidecar.format, Sidecar.document)
    found: dict[int, list[StoredRecord]] = {}
    for part in chunks(ids):
        where = (Sidecar.network_file_id.in_(part), Sidecar.root_id == Root.id, Sidecar.document.is_not(None))
        for file_id, root, relative, form, document in connection.execute(select(*columns).where(*where)):
            found.setdefault(file_id, []).append(StoredRecord(os.path.join(root, relative), form, document))
    return found


def _let_read_again(connection: Connection, files: Sequence[_Known]) -> None:
    """Let the next scan read these files, and look into their folders even if nothing in them changed."""
    for part in chunks([known.id for known in files]):
        connection.execute(update(NetworkFile).where(NetworkFile.id.in_(part)).values(fingerprint=""))
    folders: dict[int, dict[str, None]] = {}
    for known in files:
        folders.setdefault(known.root_id, {})[known.folder] = None
    for root_id, names in folders.items():
        write_scanned_folders(connection, root_id, names)


def _tell(connection: Connection, problems: Sequence[tuple[int, FoundProblem]]) -> None:
    """Record problems; one that was seen before keeps the time it was first seen."""
    now = utc_now()
    for root_id, problem in problems:
        same = (Problem.path == problem.path, Problem.kind == problem.kind)
        values = {"message": problem.message, "last_seen": now}
        if not connection.execute(update(Problem).where(*same).values(values)).rowcount:
            connection.execute(insert(Problem), {**vars(problem), "root_id": root_id, "first_seen": now, **values})


def _forget(connection: Connection, paths: Sequence[str], kind: str) -> None:
    for part in chunks(paths):
        connection.execute(delete(Problem).where(Problem.kind == kind, Problem.path.in_(part)))
