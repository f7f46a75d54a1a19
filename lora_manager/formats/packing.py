"""Documents as the database keeps them: compressed, and small ones as they are, for compressing those saves nothing."""

from __future__ import annotations

import zlib

_SMALL = 4096  # bytes: a page of the database
_LEVEL = 1  # a fifth of the size of the usual record; the next levels take longer and save little more
_AS_IT_IS = b"\0"  # a zlib stream never begins with it


def pack(raw: bytes) -> bytes:
    """The bytes in the form they are stored in."""
    return _AS_IT_IS + raw if len(raw) < _SMALL else zlib.compress(raw, _LEVEL)


def unpack(packed: bytes, max_bytes: int = 0) -> bytes:
    """What was packed, or its first `max_bytes` when that is not 0. Raises zlib.error for what `pack` did not make."""
    if packed.startswith(_AS_IT_IS):
        return packed[1 : max_bytes + 1] if max_bytes else packed[1:]
    if not max_bytes:
        return zlib.decompress(packed)
    return zlib.decompressobj().decompress(packed, max_bytes)
