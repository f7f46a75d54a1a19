"""The hashes of one file in one pass: SHA256 of all of it, and AutoV3, the SHA256 of what follows the header.

AutoV3 is what kohya's trainer calls the model hash and AUTOMATIC1111 shows for a LoRA: editing a file's metadata leaves
it as it is. A hash is only returned when the file was the same file, unchanged, from before the first byte was read
until after the last.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable
from dataclasses import dataclass

from lora_manager.formats.json_file import open_regular_file

BLOCK = 4 * 1024 * 1024
"""Bytes of one read: large enough for a disk that turns and for the interpreter's lock, which each read takes twice."""
AUTOV3_DIGITS = 12
LENGTH_BYTES = 8
WITH_HEADER = ".safetensors"

OnBlock = Callable[[int], None]
"""Called with the bytes of each block; may wait, and may raise to give up."""


class FileChangedError(Exception):
    """The file is not, or not any more, the one whose hash was asked for."""


@dataclass(frozen=True)
class Digests:
    """The hashes of a file's present content; `autov3` has its 12 digits, or is None where there are no tensors."""

    sha256: str
    autov3: str | None


def digest_file(path: str, size: int, mtime_ns: int, on_block: OnBlock = lambda count: None) -> Digests:
    """Return the hashes of the file at `path` as long as it has this size and time.

    Raises FileChangedError when it has not, or is changed, replaced or removed meanwhile, and UnreadableFileError for
    what cannot be opened or read.
    """
    with open_regular_file(path) as (descriptor, _):
        before = os.fstat(descriptor)
        if (before.st_size, before.st_mtime_ns) != (size, mtime_ns):
            raise FileChangedError(path)
        digests, count = _read(descriptor, path.lower().endswith(WITH_HEADER), on_block)
        after = os.fstat(descriptor)
    if count != size or _identity(after) != _identity(before) or not _is_still(path, before):
        raise FileChangedError(path)
    return digests


def _read(descriptor: int, has_header: bool, on_block: OnBlock) -> tuple[Digests, int]:
    whole, tensors = hashlib.sha256(), hashlib.sha256()
    view = memoryview(bytearray(BLOCK))
    position, begin = 0, 0
    _advise(descriptor, "POSIX_FADV_SEQUENTIAL", 0, 0)
    with io.FileIO(descriptor, closefd=False) as file:
        while count := file.readinto(view) or 0:
            block = view[:count]
            whole.update(block)
            if has_header:
                if position == 0:
                    begin = LENGTH_BYTES + int.from_bytes(block[:LENGTH_BYTES], "little")
                tensors.update(block[max(begin - position, 0) :])
            # A library that went through the system's cache would push out of it what the host has just loaded.
            _advise(descriptor, "POSIX_FADV_DONTNEED", position, count)
            position += count
            on_block(count)
    autov3 = tensors.hexdigest()[:AUTOV3_DIGITS] if has_header and 0 < begin < position else None
    return Digests(whole.hexdigest(), autov3), position


def _advise(descriptor: int, advice: str, begin: int, count: int) -> None:
    value = getattr(os, advice, None)  # Linux and a few others
    if value is not None:
        os.posix_fadvise(descriptor, begin, count, value)


def _identity(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _is_still(path: str, before: os.stat_result) -> bool:
    """Say whether the path still names the file that was opened: another may have been put in its place."""
    try:
        return _identity(os.stat(path)) == _identity(before)
    except OSError:
        return False
