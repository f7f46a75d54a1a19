"""Which way up a picture is and what its comment says, out of its Exif data. Nothing else of it is read: a reader of
all can be made to use gigabytes, for entries may claim the same bytes a thousand times."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_ORIENTATION = 0x0112
_SHORT = 3
_EXIF_DIRECTORY, _USER_COMMENT = 0x8769, 0x9286
_LONGEST_COMMENT = 400_000
_ENCODINGS = {b"ASCII\0\0\0": "utf-8", b"\0" * 8: "utf-8"}
_PREFIX = b"Exif\0\0"
_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}


def orientation_of(exif: bytes | memoryview) -> int:
    """Return what the first directory says, 1 to 8; 1 where it says nothing that makes sense."""
    data = bytes(exif[: len(_PREFIX) + 2**16 * 13])  # a directory at the start; no more is looked at
    data = data.removeprefix(_PREFIX)
    order = _ORDERS.get(data[:4])
    if order is None:
        return 1
    try:
        (at,) = struct.unpack_from(f"{order}I", data, 4)
        for entry, tag, kind, values in _entries(data, order, at):
            if tag == _ORIENTATION:
                (value,) = struct.unpack_from(f"{order}H", data, entry + 8)
                return value if kind == _SHORT and values == 1 and 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1


def user_comment_of(exif: bytes | memoryview) -> str:
    """Return the comment, in which programs keep generation parameters; "" where there is none."""
    data = bytes(exif[: len(_PREFIX) + 2**16 * 13]).removeprefix(_PREFIX)
    order = _ORDERS.get(data[:4])
    if order is None:
        return ""
    try:
        (at,) = struct.unpack_from(f"{order}I", data, 4)
        for wanted in (_EXIF_DIRECTORY, _USER_COMMENT):
            entry = next((entry for entry, tag, _, _ in _entries(data, order, at) if tag == wanted), None)
            if entry is None:
                return ""
            count, at = struct.unpack_from(f"{order}II", data, entry + 4)
    except struct.error:
        return ""
    return _decoded(data[at : at + min(count, _LONGEST_COMMENT)])


def _entries(data: bytes, order: str, at: int) -> Iterator[tuple[int, int, int, int]]:
    """Place, tag, type and number of values of each entry of a directory. Raises struct.error where it ends early."""
    (count,) = struct.unpack_from(f"{order}H", data, at)
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        yield (entry, *struct.unpack_from(f"{order}HHI", data, entry))


def _decoded(comment: bytes) -> str:
    start, body = comment[:8], comment[8:]
    if start == b"UNICODE\0":
        # Big-endian as most write it, whatever the order of the rest: text has mostly zeros in the high bytes.
        is_big = body[0:200:2].count(0) >= body[1:200:2].count(0)
        return body.decode("utf-16-be" if is_big else "utf-16-le", "ignore").strip("\0 ")
    encoding = _ENCODINGS.get(start)
    return body.decode(encoding, "replace").strip("\0 ") if encoding else ""
