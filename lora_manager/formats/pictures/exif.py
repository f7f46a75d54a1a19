"""Which way up a picture is, out of its Exif data. Nothing else of it is read: a reader of all can be made to use
gigabytes, for entries may claim the same bytes a thousand times."""

from __future__ import annotations

import struct

_ORIENTATION = 0x0112
_SHORT = 3
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
        (count,) = struct.unpack_from(f"{order}H", data, at)
        for entry in range(at + 2, at + 2 + 12 * count, 12):
            tag, kind, values, value = struct.unpack_from(f"{order}HHIH", data, entry)
            if tag == _ORIENTATION:
                return value if kind == _SHORT and values == 1 and 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1
