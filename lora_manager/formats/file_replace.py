"""Writing, replacing and removing files so that a reader finds the old file or the new one, never a part of one.

On Windows a virus scanner, an indexer or a viewer holds files for moments, in which they can neither be replaced nor
removed. Those refusals are waited out; others, and all of other systems, are raised at once.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")

WAITS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4)
"""Seconds before each further try: 0.8 in all. A virus scanner needs a tenth of that for a small file."""
_HELD_BY_OTHERS = frozenset({5, 32, 33})
"""Windows' errors for a file that another program has open: access denied, sharing violation, lock violation."""
_CREATE = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)


def patiently(action: Callable[[], Result]) -> Result:
    """Call `action`, again while other programs hold the file on Windows. Raises the last OSError."""
    for wait in WAITS:
        try:
            return action()
        except OSError as error:
            if getattr(error, "winerror", None) not in _HELD_BY_OTHERS:
                raise
        time.sleep(wait)
    return action()


def replace_file(source: Path, target: Path) -> None:
    """Rename a closed file over another, which may exist, in one step. Both lie on one volume. Raises OSError."""
    patiently(lambda: os.replace(source, target))


def remove_file(path: Path) -> None:
    """Remove a file; one that is gone already is no error. Raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        patiently(lambda: os.unlink(path))


@contextlib.contextmanager
def new_file(target: Path, part_name: str = "") -> Iterator[Path]:
    """Yield an empty file beside `target`, to be written and closed by the caller; at the end it replaces `target`.

    It is called `part_name`, or by a name that nobody knows: a process that is killed leaves it behind, and who wants
    to clear up after one must know it. What is there keeps its permissions. When the caller or the system fails,
    `target` is what it was and the new file is gone. A link is replaced, not followed. Raises OSError.
    """
    # Not made of the target's name, which may be as long as names can be.
    temporary = _make_part(target.parent, part_name)
    try:
        yield temporary
        _keep_mode(target, temporary)
        replace_file(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):  # the first failure is the one to tell
            remove_file(temporary)
        raise


def can_be_written(folder: Path, *, by_trying: bool = os.name == "nt") -> bool:
    """Say whether files can be made in a folder. Windows tells only by letting one be made, or not."""
    if not by_trying:
        return os.access(folder, os.W_OK)
    try:
        remove_file(_make_part(folder))
    except OSError:
        return False
    return True


def _make_part(folder: Path, name: str = "") -> Path:
    # Not by `tempfile`, which on Windows tries ten thousand names where it may not write.
    part = folder / (name or f".{secrets.token_hex(8)}.part")
    os.close(os.open(part, _CREATE, 0o666))
    return part


def write_file(target: Path, data: bytes, *, durable: bool = True, part_name: str = "") -> None:
    """Write a file whole or not at all. Raises OSError.

    `durable`: it survives a power cut right after. Not needed for what can be made again. `part_name` is that of
    `new_file`.
    """
    with new_file(target, part_name) as temporary, temporary.open("wb") as file:
        file.write(data)
        if durable:
            file.flush()
            os.fsync(file.fileno())
        # The file is closed before it is renamed, for its block ends first: Windows renames no open file.
    if durable:
        sync_folder(target.parent)


def _keep_mode(old: Path, new: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        status = os.lstat(old)
        if stat.S_ISREG(status.st_mode):
            os.chmod(new, stat.S_IMODE(status.st_mode))


def sync_folder(folder: Path) -> None:
    """Have a new name in it survive a power cut. Windows opens no folder, some network file systems sync none."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
