"""JPEG: segments, and after some of them the pixels of a scan. A progressive one can have any number of scans."""

from __future__ import annotations

import re
import struct

from lora_manager.formats.pictures.exif import orientation_of
from lora_manager.formats.pictures.still import MAX_PARTS, Still, check_size, damaged

MAX_SCANS = 100
"""Each costs a pass over all pixels, however few its bytes. Programs write 3 or 10, optimisers up to 60."""
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""Not among pixels, where a zero or the number of a restart follows."""
_START, _END, _SCAN, _EXIF = 0xD8, 0xD9, 0xDA, 0xE1
_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDD})
_COLOURS = {0xE0: b"JFIF\0", 0xEE: b"Adobe"}
"""Segments of programs that say what the numbers mean: without them the colours would be wrong."""
_WITHOUT_BODY = frozenset({0x01})


class _Reader:
    """Goes through the segments and keeps those of the picture."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._view = memoryview(raw)
        self._parts = [self._view[:2]]
        self._scans = 0
        self._size: tuple[int, int] | None = None
        self._orientation = 1

    def read(self) -> Still:
        at = 2
        for _ in range(MAX_PARTS):
            marker = self._next(at)
            if marker is None:
                break
            at = self._segment(self._raw[marker + 1], marker)
            if at < 0:
                break
        else:
            raise damaged("has too many parts")
        if self._size is None or not self._scans:
            raise damaged("ends early")
        return Still("jpeg", *self._size, b"".join(self._parts), self._orientation)

    def _next(self, at: int) -> int | None:
        found = _MARKER.search(self._raw, at)
        return found.start() if found else None

    def _segment(self, marker: int, at: int) -> int:
        """Look at one segment; returns where to go on, -1 at the end of the picture."""
        if marker == _END:
            self._parts.append(self._view[at : at + 2])
            return -1
        if marker in _WITHOUT_BODY:
            return at + 2
        (length,) = struct.unpack_from(">H", self._raw, at + 2)
        end: int = at + 2 + length
        if marker == _START or end < at + 4 or end > len(self._raw):
            raise damaged("ends early" if end > len(self._raw) else "has a part that cannot be")
        if marker == _SCAN:
            end = self._end_of_scan(end)
        elif marker in _SIZES:
            self._take_size(at)
        elif marker == _EXIF and self._orientation == 1:
            self._orientation = orientation_of(self._view[at + 4 : end])
        if marker == _SCAN or marker in _SIZES | _TABLES or self._tells_colours(marker, at):
            self._parts.append(self._view[at:end])
        return end

    def _tells_colours(self, marker: int, at: int) -> bool:
        start = _COLOURS.get(marker)
        return start is not None and self._raw.startswith(start, at + 4)

    def _end_of_scan(self, start: int) -> int:
        self._scans += 1
        if self._scans > MAX_SCANS:
            raise damaged(f"has more than {MAX_SCANS} scans")
        following = self._next(start)
        return len(self._raw) if following is None else following

    def _take_size(self, at: int) -> None:
        if self._size is not None:
            raise damaged("has two sizes")
        height, width = struct.unpack_from(">HH", self._raw, at + 5)
        check_size(width, height)
        self._size = (width, height)


def first_jpeg(raw: bytes) -> Still:
    """Return the picture without what programs have added. Raises UnreadableFileError."""
    return _Reader(raw).read()
