"""Documents as the database keeps them: compressed, and small ones as they are, for compressing those saves nothing."""

from __future__ import annotations

import zlib

_SMALL = 4096  # bytes: a page of the database
_LEVEL = 1  # a fifth of the size of the usual record; the next levels take longer and save little more
# The first byte says how the rest is to be read. A stream with zlib's own header, as other writers make it, begins with
# neither of these.
_AS_IT_IS, _DEFLATED = b"\0", b"\1"
_WITHOUT_CHECKSUM = -zlib.MAX_WBITS  # the database guards its pages; the sum would take a tenth of the time


def pack(raw: bytes) -> bytes:
    """The bytes in the form they are stored in."""
    if len(raw) < _SMALL:
        return _AS_IT_IS + raw
    stream = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WITHOUT_CHECKSUM)
    return b"".join((_DEFLATED, stream.compress(raw), stream.flush()))


def unpack(packed: bytes, max_bytes: int = 0) -> bytes:
    """What was packed, or its first `max_bytes` when that is not 0. Raises zlib.error for what `pack` did not make."""
    if packed.startswith(_AS_IT_IS):
        return packed[1 : max_bytes + 1] if max_bytes else packed[1:]
    if packed.startswith(_DEFLATED):
        return zlib.decompressobj(_WITHOUT_CHECKSUM).decompress(packed[1:], max_bytes)
    return zlib.decompressobj().decompress(packed, max_bytes)
