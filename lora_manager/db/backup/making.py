"""Making a backup: copied, checked, counted, packed, and only then given its name. Until then nothing is there."""

from __future__ import annotations

import logging
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import cast

from sqlalchemy import Connection

from lora_manager import __version__
from lora_manager.db.backup.archive import pack, unpack
from lora_manager.db.backup.facts import BackupDamagedError, BackupFacts
from lora_manager.db.backup.folder import FOLDER_NAME, Backup, BackupError, BackupFolder
from lora_manager.db.backup.retention import to_remove
from lora_manager.db.backup.snapshot import DatabaseDamagedError, State, check_copy, copy_state, read_state
from lora_manager.db.backup.work import Work
from lora_manager.db.engine import Database
from lora_manager.formats.file_replace import remove_file

log = logging.getLogger(__name__)

_PACKED = 0.7
"""The part of a database that its backup is taken to need at most; measured: 0.5 and less."""
_DAMAGED = (
    "The database is damaged ({what}), so no backup was made of it. Bring one back that is whole: "
    "`python -m lora_manager backup list` names them."
)
NOT_OUR_KIND = "Only a database in a file of SQLite is backed up here. Back this one up with its own tools."


@dataclass(frozen=True)
class Made:
    """What came of it: a new backup, or (`is_new` False) the one that holds the same already."""

    backup: Backup
    is_new: bool
    seconds: float
    state: State


def folder_for(database: Database, state_folder: Path | None = None) -> BackupFolder:
    """Return the folder of a database's backups: in the state folder, else in one beside the file named after it.

    Raises BackupError for a database that is no file.
    """
    if database.path is None:
        raise BackupError(NOT_OUR_KIND)
    beside = database.path.with_name(f"{database.path.stem}-files")
    return BackupFolder((state_folder or beside) / FOLDER_NAME, database.path.stem)


def make_backup(
    database: Database,
    folder: BackupFolder,
    reason: str,
    work: Work | None = None,
    *,
    even_if_unchanged: bool = False,
    now: datetime | None = None,
) -> Made:
    """Make a backup, or find the newest one that holds the same. What retention does not keep is removed afterwards.

    Raises DatabaseDamagedError, BackupError, BackupCancelledError, CatalogueError; then nothing was left behind.
    """
    work = work or Work()
    moment = now or datetime.now(timezone.utc)
    begun = time.monotonic()
    with folder.workplace() as place:
        with database.read() as connection:  # only as long as it takes to copy: the log beside the file grows meanwhile
            raw = raw_of(connection)
            state = _state_of(raw)
            known = None if even_if_unchanged else same_state(folder, state)
            if known is not None:
                return Made(known, False, time.monotonic() - begun, state)
            size = _number(raw, "page_count") * _number(raw, "page_size")
            folder.check_room(int(size * (1 + _PACKED)))
            with _plain_errors(folder):
                copy_state(raw, place / "copy", work.part(0.0, 0.2, "Copying the database"))
        backup = _finish(database, folder, place, _facts(state, reason, moment, size), work)
    clean_up(folder)
    return Made(backup, True, time.monotonic() - begun, state)


def verify_backup(folder: BackupFolder, backup: Backup, work: Work | None = None) -> BackupFacts:
    """Unpack a backup and check that it is whole. Raises BackupDamagedError, BackupError, BackupCancelledError."""
    with folder.workplace() as place:
        return unpack_checked(folder, backup, place / "unpacked", work or Work())


def unpack_checked(
    folder: BackupFolder, backup: Backup, target: Path, work: Work, *, is_checked: bool = True
) -> BackupFacts:
    """Write a backup's database to `target`, in a workplace, and check it. Raises BackupDamagedError by name."""
    try:
        if backup.facts is None:
            raise BackupDamagedError(backup.problem)
        folder.check_room(backup.facts.database_bytes)
        facts = unpack(backup.path, target, work.part(0.0, 0.8, "Unpacking the backup"))
        wrong = check_copy(target, facts.counts, work.part(0.8, 1.0, "Checking the backup")) if is_checked else ""
        if wrong:
            raise BackupDamagedError(wrong)
    except BackupDamagedError as error:
        raise BackupDamagedError(
            f"The backup {backup.name} is damaged: {error}. Use another one, and copy this one anew if you have it "
            "elsewhere too; nothing was changed."
        ) from error
    work.at(1.0)
    return facts


def same_state(folder: BackupFolder, state: State) -> Backup | None:
    """Return the newest whole backup if it holds this state."""
    newest = next((backup for backup in folder.items() if backup.facts and not backup.problem), None)
    return newest if newest and newest.facts and newest.facts.mark == state.mark else None


def clean_up(folder: BackupFolder) -> None:
    """Remove what retention does not keep. A file that cannot be removed now is removed another time."""
    for backup in to_remove(folder.items()):
        try:
            remove_file(backup.path)
        except OSError as error:
            log.warning("The old backup %s could not be removed: %s", backup.path, error)


def raw_of(connection: Connection) -> sqlite3.Connection:
    """Return SQLite's own connection."""
    return cast(sqlite3.Connection, connection.connection.dbapi_connection)


def _state_of(raw: sqlite3.Connection) -> State:
    with _plain_errors():
        return read_state(raw)


def _finish(database: Database, folder: BackupFolder, place: Path, facts: BackupFacts, work: Work) -> Backup:
    """Check the copy, pack it, and give it its name."""
    copy, packed = place / "copy", place / "packed"
    with _plain_errors(folder):
        wrong = check_copy(copy, facts.counts, work.part(0.2, 0.3, "Checking the copy"))
    if wrong:
        raise DatabaseDamagedError(_DAMAGED.format(what=wrong))
    pack(copy, packed, facts, work.part(0.3, 1.0, "Packing the backup"))
    if database.path is not None:
        shutil.copymode(database.path, packed)
    return folder.find(folder.put(packed, _moment(facts), facts.reason).name)


@contextmanager
def _plain_errors(folder: BackupFolder | None = None) -> Iterator[None]:
    """Say in words what SQLite says."""
    try:
        yield
    except sqlite3.Error as error:
        text = str(error)
        if "malformed" in text or "not a database" in text:
            raise DatabaseDamagedError(_DAMAGED.format(what=text)) from error
        where = f" in {folder.folder}" if folder else ""
        raise BackupError(
            f"The backup could not be made{where} ({text}). Make room there, then try again; nothing was changed."
        ) from error


def _facts(state: State, reason: str, moment: datetime, size: int) -> BackupFacts:
    created_at = moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
    return BackupFacts(created_at, reason, __version__, state.schema, size, state.mark, state.counts)


def _moment(facts: BackupFacts) -> datetime:
    return datetime.fromisoformat(facts.created_at.replace("Z", "+00:00"))


def _file_of(raw: sqlite3.Connection) -> str:
    return str(raw.execute("PRAGMA database_list").fetchone()[2] or "")


def _number(raw: sqlite3.Connection, pragma: str) -> int:
    return int(raw.execute(f"PRAGMA {pragma}").fetchone()[0])
