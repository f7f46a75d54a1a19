"""The generation parameters that a picture carries, read without the picture: a few kilobytes of the file.

PNG: a text chunk `parameters` before the pixels. JPEG and WebP: the user comment of the Exif data.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from lora_manager.formats.json_file import open_regular_file
from lora_manager.formats.pictures.exif import user_comment_of
from lora_manager.formats.previews import sniff_image_type

MAX_INFOTEXT = 200_000
"""Characters."""
_HEAD = 65_536
_MOST_CHUNKS = 64
_LARGEST_TEXT = 400_000
_KEYWORD = b"parameters"


def read_infotext(path: str | Path) -> str:
    """Return the generation parameters of a picture file; "" where it has none or is no such picture.

    Raises UnreadableFileError when the file cannot be read.
    """
    with open_regular_file(path) as (descriptor, size):
        head = os.read(descriptor, _HEAD)
        file = _File(descriptor, size, head)
        kind = sniff_image_type(head[:64])
        try:
            if kind == "png":
                return _of_png(file)
            if kind == "jpeg":
                return _of_jpeg(file)
            return _of_webp(file) if kind == "webp" else ""
        except (struct.error, zlib.error):  # it ends early, or is no such picture after all
            return ""


class _File:
    """Bytes of an open file, from what was read already where they lie in it."""

    def __init__(self, descriptor: int, size: int, head: bytes) -> None:
        self._descriptor = descriptor
        self._head = head
        self.size = size

    def read(self, start: int, count: int) -> bytes:
        """Return `count` bytes at `start`, fewer at the end."""
        if start + count <= len(self._head):
            return self._head[start : start + count]
        os.lseek(self._descriptor, start, os.SEEK_SET)
        return os.read(self._descriptor, count)


def _of_png(file: _File) -> str:
    at = 8
    for _ in range(_MOST_CHUNKS):
        length, kind = struct.unpack(">I4s", file.read(at, 8))
        if kind in (b"IDAT", b"IEND"):
            break
        if kind in (b"tEXt", b"iTXt", b"zTXt") and length <= _LARGEST_TEXT:
            text = _text_of_chunk(kind, file.read(at + 8, length))
            if text:
                return text[:MAX_INFOTEXT]
        at += length + 12
    return ""


def _text_of_chunk(kind: bytes, body: bytes) -> str:
    keyword, _, rest = body.partition(b"\0")
    if keyword != _KEYWORD:
        return ""
    if kind == b"tEXt":
        # Latin-1 by the standard; several programs write UTF-8.
        try:
            return rest.decode("utf-8")
        except UnicodeDecodeError:
            return rest.decode("latin-1")
    if kind == b"zTXt":
        return _inflated(rest[1:]).decode("latin-1")
    is_packed, rest = rest[:1] == b"\1", rest[2:]
    _, _, rest = rest.partition(b"\0")  # the language
    _, _, rest = rest.partition(b"\0")  # the keyword in that language
    return (_inflated(rest) if is_packed else rest).decode("utf-8", "replace")


def _inflated(packed: bytes) -> bytes:
    return zlib.decompressobj().decompress(packed, _LARGEST_TEXT)


def _of_jpeg(file: _File) -> str:
    at = 2
    for _ in range(_MOST_CHUNKS):
        mark, kind, length = struct.unpack(">BBH", file.read(at, 4))
        if mark != 0xFF or kind in (0xD9, 0xDA) or length < 2:
            break
        if kind == 0xE1:
            text = user_comment_of(file.read(at + 4, length - 2))
            if text:
                return text[:MAX_INFOTEXT]
        at += 2 + length
    return ""


def _of_webp(file: _File) -> str:
    for kind, at, length in _webp_chunks(file):
        if kind == b"EXIF" and length <= _LARGEST_TEXT:
            return user_comment_of(file.read(at, length))[:MAX_INFOTEXT]
    return ""


def _webp_chunks(file: _File) -> Iterator[tuple[bytes, int, int]]:
    at = 12
    for _ in range(_MOST_CHUNKS):
        if at + 8 > file.size:
            return
        kind, length = struct.unpack("<4sI", file.read(at, 8))
        yield kind, at + 8, length
        at += 8 + length + length % 2
