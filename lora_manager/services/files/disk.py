"""Giving one file another name or place: never over another file, also from one volume to another."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

from lora_manager.formats.file_names import is_too_long
from lora_manager.formats.file_replace import patiently, remove_file

_BLOCK = 4 << 20
_NO_HARD_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS, errno.EACCES})
"""What file systems say that know no second name for a file (and what is said of files of other users)."""


class Lies(Enum):
    """Where a file of a step lies now."""

    AT_SOURCE = "source"
    AT_TARGET = "target"
    AT_BOTH = "both"
    NOWHERE = "nowhere"


class CopyDiffersError(OSError):
    """What was read back of a copy is not what was written."""


def put(source: Path, target: Path, part: Path) -> bool:
    """Give a file another name or place. Returns whether the source is there still: on another volume it is copied.

    Raises FileExistsError when something has the target's name, else OSError: then only the source is there.
    `part` is a name beside the target for what is copied, and gone at the end.
    """
    if os.path.islink(source) and source.parent != target.parent and not os.path.isabs(os.readlink(source)):
        _move_relative_link(source, target)
        return False
    try:
        rename_new(source, target)
        return False
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    if os.path.islink(source):
        patiently(lambda: os.symlink(os.readlink(source), target))
        remove_file(source)
        return False
    _copy(source, target, part)
    return True


def rename_new(source: Path, target: Path) -> None:
    """Rename a file within a volume; what has the target's name stays. Raises FileExistsError, OSError."""
    if is_same_spelled_otherwise(source, target):
        patiently(lambda: os.rename(source, target))
        return
    if os.name == "nt" or os.path.islink(source):
        _rename_if_free(source, target)
        return
    try:
        os.link(source, target)  # unlike a rename it writes over nothing
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        _rename_if_free(source, target)
        return
    try:
        os.unlink(source)
    except OSError:
        os.unlink(target)
        raise


def is_same_spelled_otherwise(source: Path, target: Path) -> bool:
    """Say whether two names differ only in case, and mean one file on this file system."""
    if source == target or str(source).casefold() != str(target).casefold():
        return False
    try:
        return os.path.samefile(source, target) and _spelled(source) + _spelled(target) == 1
    except OSError:
        return False


def lies(source: Path, target: Path, size: int, mtime_ns: int) -> Lies:
    """Say where a file that was to be put elsewhere lies now, after a process was killed while it did that."""
    if is_same_spelled_otherwise(source, target):
        return Lies.AT_SOURCE if _spelled(source) else Lies.AT_TARGET
    at_source, at_target = os.path.lexists(source), os.path.lexists(target)
    if at_source and at_target:
        return Lies.AT_BOTH if is_same_content(source, target) else Lies.AT_SOURCE
    if at_source:
        return Lies.AT_SOURCE
    return Lies.AT_TARGET if at_target and _is_as_known(target, size, mtime_ns) else Lies.NOWHERE


def is_same_content(left: Path, right: Path) -> bool:
    """Say whether two names mean one file, or two files byte for byte the same. False when one cannot be read."""
    try:
        if os.path.samefile(left, right):
            return True
        if os.path.islink(left) or os.path.islink(right):
            return False
        if os.stat(left).st_size != os.stat(right).st_size:
            return False
        return all(a == b for a, b in zip(_blocks(left), _blocks(right), strict=True))
    except (OSError, ValueError):
        return False


def why_not_done(error: OSError, path: Path) -> str:
    """Return a sentence for the user: what could not be done with which file, and what to do."""
    if isinstance(error, FileExistsError):
        return f"{path} exists already. Rename or move that one first."
    if isinstance(error, FileNotFoundError):
        if is_too_long(path):
            return f"{path} is longer than Windows allows. Choose a shorter name or folder."
        return f"{path} is not there (any more). Scan the library, then try again."
    if isinstance(error, CopyDiffersError):
        return f"{path} could not be copied whole: {error}. Check the drives; the file stayed where it was."
    if error.errno == errno.ENOSPC or error.errno == getattr(errno, "EDQUOT", errno.ENOSPC):
        return f"There is no space left for {path}. Free some, then try again; the files stayed where they were."
    if error.errno == errno.EROFS:
        return f"{path} lies on a drive that can only be read. The files stayed where they were."
    if error.errno == errno.ENAMETOOLONG:
        return f"The name of {path} is too long for its drive. Choose a shorter one."
    if getattr(error, "winerror", None) == 32:
        return f"{path} is open in another program. Close it, or unload the model, then try again."
    if isinstance(error, PermissionError):
        return f"{path} cannot be changed (permission denied). Check the permissions of the file and of its folder."
    return f"{path} cannot be moved ({error.strerror or error}). The files stayed where they were."


def _rename_if_free(source: Path, target: Path) -> None:
    if os.name != "nt" and os.path.lexists(target):  # Windows looks itself
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    patiently(lambda: os.rename(source, target))


def _move_relative_link(source: Path, target: Path) -> None:
    """A link that says where its file lies from here would lead nowhere from another folder."""
    pointed = os.path.join(os.path.realpath(source.parent), os.readlink(source))
    os.symlink(os.path.relpath(pointed, os.path.realpath(target.parent)), target)
    remove_file(source)


def _copy(source: Path, target: Path, part: Path) -> None:
    if not stat.S_ISREG(os.lstat(source).st_mode):  # who reads a pipe waits for ever
        raise OSError(errno.EINVAL, "it is no ordinary file")
    with contextlib.suppress(FileNotFoundError):
        os.unlink(part)
    try:
        digest = hashlib.sha256()
        with part.open("xb") as file:
            for block in _blocks(source):
                digest.update(block)
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        again = hashlib.sha256()
        for block in _blocks(part):
            again.update(block)
        if again.digest() != digest.digest() or part.stat().st_size != source.stat().st_size:
            raise CopyDiffersError("what was read back differs from what was written")
        shutil.copystat(source, part)
        rename_new(part, target)
    except BaseException:
        with contextlib.suppress(OSError):  # the first failure is the one to tell
            remove_file(part)
        raise


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _spelled(path: Path) -> bool:
    """Whether a folder lists a name in this very spelling."""
    return path.name in os.listdir(path.parent)


def _is_as_known(path: Path, size: int, mtime_ns: int) -> bool:
    try:
        info = os.stat(path)
    except OSError:
        return True  # a link that leads nowhere now; it is the one that was put there
    # File systems keep times more or less finely: a copy's may be rounded.
    return info.st_size == size and abs(info.st_mtime_ns - mtime_ns) < 2_500_000_000
