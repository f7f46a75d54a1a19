"""A whole database file into the place of another: for when that is damaged, missing or of a newer version."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from lora_manager.db.backup.folder import BackupError
from lora_manager.db.location import copies_folder
from lora_manager.formats.file_replace import remove_file, replace_file

_LOGS = ("-wal", "-shm", "-journal")
_LOCKS_AT, _LOCKS = 0x40000000, 512
"""Where SQLite locks a file: every connection to a WAL database holds a lock in there."""
_IN_USE = (
    "Another program has {path} open. End every web UI and LoRA Manager that uses it, then try again; "
    "nothing was changed."
)


def put_in_place(file: Path, target: Path) -> None:
    """Move a closed database over another whose connections are all closed, and which is not worth keeping.

    Its logs go first: SQLite would play them into the new file. Raises OSError.
    """
    ready = _beside(file, target)
    for end in _LOGS:
        remove_file(target.with_name(target.name + end))
    replace_file(ready, target)


def swap_file(file: Path, target: Path) -> Path | None:
    """Move a closed database into the place of another and return where that lies now; None when there was none.

    The old one stands in its place until the new one does: killed in between, either the old or the new is there. Its
    other name is made first, with its logs, in a folder that no web server hands out. Raises BackupError when another
    program has it open, OSError.
    """
    ready = _beside(file, target)
    _empty_log(target)  # before the lock is held: closing a file lets go of every lock that the process has on it
    with _nobody_else(target):
        aside = _set_aside(target)
        put_in_place(ready, target)
    return aside


def _beside(file: Path, target: Path) -> Path:
    """Bring a file to the target's volume, down to the disk."""
    with file.open("r+b") as opened:
        os.fsync(opened.fileno())
    target.parent.mkdir(parents=True, exist_ok=True)
    if file.stat().st_dev == target.parent.stat().st_dev:
        return file
    folder = copies_folder(target)
    folder.mkdir(exist_ok=True)
    for left in folder.glob("restored.*"):  # by a process that was killed
        with contextlib.suppress(OSError):
            left.unlink()
    near = folder / f"restored.{os.getpid()}"
    shutil.copyfile(file, near)
    with near.open("r+b") as opened:
        os.fsync(opened.fileno())
    return near


def _empty_log(target: Path) -> None:
    """Have what stands in the log written into the file, as much as a damaged one takes."""
    if not target.exists():
        return
    with contextlib.suppress(sqlite3.Error), closing(sqlite3.connect(target, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _set_aside(target: Path) -> Path | None:
    """Give a database a second name, with what its log holds."""
    if not target.exists():
        return None
    folder = copies_folder(target)
    folder.mkdir(exist_ok=True)
    stamp = datetime.now(timezone.utc).strftime("%Y%m%d-%H%M%S")
    aside = folder / f"{target.name}.damaged-{stamp}"
    for end in ("", *_LOGS):
        old = target.with_name(target.name + end)
        if old.exists() and end != "-shm":
            _second_name(old, aside.with_name(aside.name + end))
    return aside


def _second_name(old: Path, new: Path) -> None:
    remove_file(new)
    try:
        os.link(old, new)
    except OSError:  # a file system without links
        shutil.copy2(old, new)


@contextmanager
def _nobody_else(target: Path) -> Iterator[None]:
    """Hold what SQLite locks, so that nobody opens the file meanwhile. Windows moves no file that others have open."""
    if os.name == "nt" or not target.exists():
        yield
        return
    import fcntl  # not there on Windows

    locks: Any = fcntl
    with target.open("r+b") as file:
        try:
            locks.lockf(file, locks.LOCK_EX | locks.LOCK_NB, _LOCKS, _LOCKS_AT)
        except OSError as error:
            raise BackupError(_IN_USE.format(path=target)) from error
        yield
