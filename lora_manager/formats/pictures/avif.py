"""AVIF: boxes in boxes. Nothing in the file bounds what its decoder does: whoever decodes one needs a limit of time."""

from __future__ import annotations

import re
import struct

from lora_manager.errors import UnreadableFileError
from lora_manager.formats.pictures.still import MAX_PARTS, Still, check_size, damaged

MAX_BYTES = 16 * 1024 * 1024
"""Previews have some hundred kilobytes. One picture may be coded as thousands that are never shown."""
_DESCRIBING = frozenset({b"meta", b"moov"})
_SIZE = re.compile(rb"ispe....(....)(....)", re.DOTALL)


def first_avif(raw: bytes) -> Still:
    """Return the file without its Exif data, which readers unpack while they open it. Raises UnreadableFileError.

    Further frames stay, for they cannot be taken out without making the boxes anew; a decoder comes to them only when
    asked.
    """
    if len(raw) > MAX_BYTES:
        raise UnreadableFileError("too_large", f"An AVIF image may have {MAX_BYTES // 2**20} MiB here.")
    parts: list[bytes] = []
    sizes: list[tuple[int, int]] = []
    at = 0
    for _ in range(MAX_PARTS):
        if at + 8 > len(raw):
            break
        kind, end = _box(raw, at)
        box = raw[at:end]
        if kind in _DESCRIBING:
            box = box.replace(b"Exif", b"none")  # of the same length, so that no place moves
            sizes += [struct.unpack(">II", found[1] + found[2]) for found in _SIZE.finditer(box)]
        parts.append(box)
        at = end
    else:
        raise damaged("has too many parts")
    if not sizes:
        raise damaged("does not say its size")
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    check_size(width, height)
    return Still("avif", width, height, b"".join(parts))


def _box(raw: bytes, at: int) -> tuple[bytes, int]:
    length, kind = struct.unpack_from(">I4s", raw, at)
    if length == 1:
        (length,) = struct.unpack_from(">Q", raw, at + 8)
    end = at + length if length else len(raw)
    if not at + 8 <= end <= len(raw):
        raise damaged("ends early")
    return kind, end
