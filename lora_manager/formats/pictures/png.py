"""PNG: chunks, each with its length. Those of an animation and of texts stay behind."""

from __future__ import annotations

import struct

from lora_manager.formats.pictures.exif import orientation_of
from lora_manager.formats.pictures.still import MAX_PARTS, Still, check_size, damaged

_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_AROUND = 12
"""Bytes of a chunk besides its body: length, kind and checksum."""


def first_png(raw: bytes) -> Still:
    """Return the picture without the other chunks. Raises UnreadableFileError."""
    view = memoryview(raw)
    parts = [view[:8]]
    width, height = _size(raw)
    orientation = 1
    at = 8
    for _ in range(MAX_PARTS):
        if at + _AROUND > len(raw):
            raise damaged("ends early")
        length, kind = struct.unpack_from(">I4s", raw, at)
        end = at + _AROUND + length
        if end > len(raw) or (kind == b"IHDR" and at != 8):
            raise damaged("ends early" if end > len(raw) else "has two sizes")
        if kind == b"eXIf":
            orientation = orientation_of(view[at + 8 : end - 4])
        if kind in _KEPT:
            parts.append(view[at:end])
        if kind == b"IEND":
            return Still("png", width, height, b"".join(parts), orientation)
        at = end
    raise damaged("has too many parts")


def _size(raw: bytes) -> tuple[int, int]:
    length, kind, width, height = struct.unpack_from(">I4sII", raw, 8)
    if (length, kind) != (13, b"IHDR"):
        raise damaged("does not begin with its size")
    check_size(width, height)
    return width, height
