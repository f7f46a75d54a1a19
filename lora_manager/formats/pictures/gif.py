"""GIF: a screen and blocks, each in pieces of 255 bytes at most. What comes after the first picture stays behind."""

from __future__ import annotations

import struct

from lora_manager.formats.pictures.still import MAX_PARTS, Still, check_size, damaged

_EXTENSION, _PICTURE, _CONTROL = 0x21, 0x2C, 0xF9
_CONTROL_LENGTH = 8
_END = b";"


def first_gif(raw: bytes) -> Still:
    """Return the first picture with the screen it lies on. Raises UnreadableFileError."""
    view = memoryview(raw)
    width, height, flags = struct.unpack_from("<HHB", raw, 6)
    at = 13 + _length_of_table(flags)
    head, control = view[:at], view[:0]
    for _ in range(MAX_PARTS):
        if raw[at] == _PICTURE:
            left, top, frame_width, frame_height, flags = struct.unpack_from("<HHHHB", raw, at + 1)
            end = _after_pieces(raw, at + 11 + _length_of_table(flags))
            # A decoder makes the screen as large as its pictures need it.
            width, height = max(width, left + frame_width), max(height, top + frame_height)
            check_size(width, height)
            return Still("gif", width, height, b"".join([head, control, view[at:end], _END]))
        if raw[at] != _EXTENSION:
            raise damaged("has a block that cannot be")
        end = _after_pieces(raw, at + 2)
        if raw[at + 1] == _CONTROL and end - at == _CONTROL_LENGTH:
            control = view[at:end]
        at = end
    raise damaged("has too many parts")


def _length_of_table(flags: int) -> int:
    """Bytes of the colours that follow, of which the flags say whether and how many there are."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_pieces(raw: bytes, at: int) -> int:
    for _ in range(MAX_PARTS):
        length = raw[at]
        at += 1 + length
        if length == 0:
            return at
    raise damaged("has too many parts")
