"""WebP: chunks as in RIFF. The first picture may lie in the first frame of an animation."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from lora_manager.formats.pictures.exif import orientation_of
from lora_manager.formats.pictures.still import MAX_PARTS, Still, check_size, damaged

_LOSSY_START, _LOSSLESS_START = b"\x9d\x01\x2a", 0x2F
_HAS_ALPHA = 0x10
_FRAME_HEAD = 16


def first_webp(raw: bytes) -> Still:
    """Return the first picture; that of an animation without the empty canvas around it. Raises UnreadableFileError."""
    (size,) = struct.unpack_from("<I", raw, 4)
    stop = min(len(raw), size + 8)
    view = memoryview(raw)
    alpha: memoryview | None = None
    picture: tuple[bytes, memoryview] | None = None
    orientation = 1
    for kind, body in _chunks(view[12:stop]):
        if kind == b"EXIF":
            orientation = orientation_of(body)
        for inner, inner_body in _chunks(body[_FRAME_HEAD:]) if kind == b"ANMF" and not picture else [(kind, body)]:
            if picture is None and inner == b"ALPH":
                alpha = inner_body
            elif picture is None and inner in (b"VP8 ", b"VP8L"):
                picture = (inner, inner_body)
    if picture is None:
        raise damaged("has no picture")
    width, height = _size(*picture)
    check_size(width, height)
    return Still("webp", width, height, _file(picture, alpha, width, height), orientation)


def _chunks(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    at = 0
    for _ in range(MAX_PARTS):
        if at + 8 > len(data):
            return
        kind, length = struct.unpack_from("<4sI", data, at)
        if at + 8 + length > len(data):
            raise damaged("ends early")
        yield kind, data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
    raise damaged("has too many parts")


def _size(kind: bytes, body: memoryview) -> tuple[int, int]:
    if kind == b"VP8 ":
        start, width, height = struct.unpack_from("<3sHH", body, 3)
        if start != _LOSSY_START:
            raise damaged("does not begin with its size")
        return width & 0x3FFF, height & 0x3FFF
    start, bits = struct.unpack_from("<BI", body)
    if start != _LOSSLESS_START:
        raise damaged("does not begin with its size")
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


def _file(picture: tuple[bytes, memoryview], alpha: memoryview | None, width: int, height: int) -> bytes:
    kind, body = picture
    chunks = [_chunk(kind, body)]
    if alpha is not None and kind == b"VP8 ":
        canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        chunks = [_chunk(b"VP8X", struct.pack("<I", _HAS_ALPHA) + canvas), _chunk(b"ALPH", alpha), *chunks]
    data = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(data)) + data


def _chunk(kind: bytes, body: bytes | memoryview) -> bytes:
    return b"".join([kind, struct.pack("<I", len(body)), body, b"\0" * (len(body) % 2)])
