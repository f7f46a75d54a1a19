"""Bringing a backup back.

Where the database is whole, SQLite's backup API writes the restored pages into it: one transaction, so that a process
that is killed, or a full disk, leaves what was before; other programs go on, see the old state until it is committed
and the new one from then on, and need not be ended. A swap of files would leave them with a file that nobody else sees
any more. Where the database is damaged, missing or of a newer version, there is nothing to write into: then its file is
moved aside and the restored one takes its place, and nobody else may have it open.

Before either, a safety copy of the present state is made; bringing that back undoes the restore. (A damaged file is its
own safety copy: it lies aside.) What changed between the safety copy and the restore would be lost without anybody
noticing. So this process's writers wait from before the one until after the other, and what other programs wrote
meanwhile is seen under the lock: then a new safety copy is made first, for which they wait as well.
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from lora_manager.db.backup.carrying import REVISIONS_APART, carry_over, forget_tokens, revision_of, settle
from lora_manager.db.backup.folder import Backup, BackupError, BackupFolder
from lora_manager.db.backup.making import NOT_OUR_KIND, make_backup, unpack_checked
from lora_manager.db.backup.placing import swap_file
from lora_manager.db.backup.snapshot import DatabaseDamagedError, State, own_tables, read_state
from lora_manager.db.backup.work import Work
from lora_manager.db.engine import Database
from lora_manager.db.migrate import schema_is_newer, upgrade_copy

log = logging.getLogger(__name__)

TRIES = 3
LOCK_SECONDS = 60.0
MOST_PAGES = 2048
"""Pages of one step: between two steps the work can be given up."""
_BUSY = frozenset({5, 6})
_KEPT_LOCKED = "Another program keeps the database locked. End it, then try again; nothing was changed."
_NO_TOKENS = "The access tokens could not be carried over from the damaged database: make new ones."


class _ChangedMeanwhileError(Exception):
    """Another program wrote between the safety copy and the restore."""


@dataclass(frozen=True)
class Restored:
    """What came of it: the safety copy, or where the file lies that was in the way; what is to be told."""

    backup: Backup
    safety: Backup | None
    aside: Path | None
    seconds: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Present:
    """What is there now. `state` None: nothing that can be written into, because of `why`."""

    state: State | None
    why: str = ""


def restore_backup(database: Database, folder: BackupFolder, backup: Backup, work: Work | None = None) -> Restored:
    """Bring a backup back; the database then has the newest schema.

    Raises BackupDamagedError, BackupError, MigrationError, BackupCancelledError; then everything is as it was.
    """
    work, begun = work or Work(), time.monotonic()
    if database.path is None:
        raise BackupError(NOT_OUR_KIND)
    with folder.workplace() as place:
        then = place / "restored"
        unpack_checked(folder, backup, then, work.part(0.0, 0.25, "Unpacking the backup"))
        work.part(0.25, 0.3, "Bringing the backup up to date").at(0.0)
        upgrade_copy(then)
        safety, aside, notes = _take_its_place(database, folder, then, work.part(0.3, 1.0, ""))
    return Restored(backup, safety, aside, time.monotonic() - begun, notes)


def _take_its_place(
    database: Database, folder: BackupFolder, then: Path, work: Work
) -> tuple[Backup | None, Path | None, tuple[str, ...]]:
    path = database.path or Path()
    present = _look_at(path)
    for attempt in range(TRIES if present.state else 0):
        try:
            with database.writers_wait(), ExitStack() as locked:
                if (
                    attempt
                ):  # somebody writes often: others wait too now, but for the moment in which the lock goes over
                    locked.enter_context(_others_wait(path))
                copying = work.part(0.0, 0.6, "Making a safety copy")
                made = make_backup(database, folder, "before_restore", copying, even_if_unchanged=True)
                _prepare(then, path, made.state.revision)
                locked.close()
                _write_into(path, then, made.state.mark, work.part(0.6, 1.0, "Bringing it back"))
            return made.backup, None, ()
        except _ChangedMeanwhileError:
            log.info("Another program wrote to %s meanwhile: a new safety copy is made", path)
        except DatabaseDamagedError as error:
            present = _Present(None, str(error))
            break
    if present.state:
        raise BackupError(
            "Another program writes to the database all the time. End it, or wait until it is done, then try again; "
            "nothing was changed."
        )
    log.warning("%s cannot be written into (%s): it is moved aside", path, present.why)
    work.part(0.6, 1.0, "Bringing it back").at(0.0)
    notes = _prepare_without(path, then)
    with folder.plain_errors(), database.alone():
        return None, swap_file(then, path), notes


@contextmanager
def _others_wait(path: Path) -> Iterator[None]:
    """Have the writers of other programs wait. Raises BackupError when one does not end."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=LOCK_SECONDS)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise BackupError(_KEPT_LOCKED) from error
        yield


def _look_at(path: Path) -> _Present:
    """Say what is there. Raises BackupError when that cannot be seen now, or is another program's."""
    if not path.exists() or path.stat().st_size == 0:
        return _Present(None, "it is not there")
    try:
        with closing(sqlite3.connect(path, timeout=LOCK_SECONDS)) as connection:
            tables = own_tables(connection)
            if not tables:
                return _Present(None, "it is empty")
            if "alembic_version" not in tables or "adapter" not in tables:
                raise BackupError(f"{path} is the database of another program. Name another with --db.")
            state = read_state(connection)
    except sqlite3.DatabaseError as error:
        if "malformed" in str(error) or "not a database" in str(error):
            return _Present(None, str(error))
        raise BackupError(f"{path} cannot be read now ({error}). Try again; nothing was changed.") from error
    return _Present(None, "it is of a newer version") if schema_is_newer(state.schema) else _Present(state)


def _prepare(then: Path, path: Path, revision: int) -> None:
    """Have everything read anew, and the pages fit: a WAL database takes only pages of its own size."""
    with closing(sqlite3.connect(then, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=MEMORY")
        with closing(sqlite3.connect(path)) as live:
            size = live.execute("PRAGMA page_size").fetchone()[0]
        if connection.execute("PRAGMA page_size").fetchone()[0] != size:
            connection.execute(f"PRAGMA page_size={size}")
            connection.execute("VACUUM")
        connection.execute("BEGIN")
        settle(connection, max(revision, revision_of(connection)) + 1)
        connection.execute("COMMIT")


def _prepare_without(path: Path, then: Path) -> tuple[str, ...]:
    """Carry over what can be read of a file that is in the way; returns what is to be told."""
    with closing(sqlite3.connect(then, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=MEMORY")
        own = revision_of(connection)
        revision = own + REVISIONS_APART
        notes: tuple[str, ...] = ()
        if path.exists() and path.stat().st_size:
            try:
                with closing(sqlite3.connect(path, timeout=LOCK_SECONDS)) as live:
                    carry_over(live, connection)
                    revision = max(own, revision_of(live)) + 1
            except sqlite3.DatabaseError as error:
                log.warning("Nothing could be carried over from %s: %s", path, error)
                revision = own + REVISIONS_APART
                forget_tokens(connection)
                notes = (_NO_TOKENS,)
        connection.execute("BEGIN")
        settle(connection, revision)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=DELETE")
    return notes


def _write_into(path: Path, then: Path, mark: str, work: Work) -> None:
    """Write the restored pages into the database, in one transaction."""
    needed = then.stat().st_size
    if shutil.disk_usage(path.parent).free < needed:
        raise BackupError(f"There is too little room in {path.parent} to bring the backup back; nothing was changed.")
    with (
        closing(sqlite3.connect(then, isolation_level=None)) as source,
        closing(sqlite3.connect(path, isolation_level=None, timeout=1.0)) as reader,
        closing(sqlite3.connect(path, isolation_level=None, timeout=0.2)) as target,
    ):
        source.execute("PRAGMA journal_mode=MEMORY")
        target.execute("PRAGMA synchronous=FULL")
        pages = int(source.execute("PRAGMA page_count").fetchone()[0])

        def when_locked() -> None:
            if read_state(reader).mark != mark:
                raise _ChangedMeanwhileError
            carry_over(reader, source)

        if target.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            steps = _Steps(when_locked, work)
        else:
            # Beside a rollback journal nobody can read once the lock is held: a moment remains in between.
            when_locked()
            steps = _Steps(lambda: None, work)
        try:
            # Of several steps in any case: the first takes the lock, the last one commits.
            source.backup(target, pages=max(1, min(MOST_PAGES, pages // 4)), progress=steps, sleep=0.05)
        except sqlite3.Error as error:
            raise BackupError(
                f"The backup could not be brought back ({error}). Check the space on the disk of {path} and its "
                "permissions, then try again; nothing was changed."
            ) from error
        with suppress(sqlite3.Error):  # others may read: then it is done later
            target.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class _Steps:
    """Called after every step of the copying: the first that went well holds the lock that keeps other writers out."""

    def __init__(self, when_locked: Callable[[], None], work: Work) -> None:
        self._when_locked = when_locked
        self._work = work
        self._is_locked = False
        self._until = time.monotonic() + LOCK_SECONDS

    def __call__(self, status: int, remaining: int, total: int) -> None:
        if status in _BUSY:
            if time.monotonic() > self._until:
                raise BackupError(_KEPT_LOCKED)
            self._work.at(0.0)
            return
        if not self._is_locked:
            self._is_locked = True
            self._when_locked()
        if remaining:  # what is committed is not stopped any more
            self._work.at(1 - remaining / max(total, 1))
