"""Small picture files that cost a careless reader gigabytes or minutes, made by hand."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable
from importlib.util import find_spec

from PIL import Image

HAS_AVIF = find_spec("PIL._avif") is not None
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
ORIENTATION = 0x0112


def encoded(kind: str, size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: object) -> bytes:
    """A picture with some detail, as Pillow writes it."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(out, kind, **options)
    return out.getvalue()


def animated(kind: str, frames: int, size: tuple[int, int] = (64, 48)) -> bytes:
    """An animation whose first frame is red and whose others are shades of blue."""
    pictures = [Image.new("RGB", size, "red")]
    pictures += [Image.new("RGB", size, (0, number % 200, 255)) for number in range(1, frames)]
    out = io.BytesIO()
    pictures[0].save(out, kind, save_all=True, append_images=pictures[1:], loop=0, duration=20)
    return out.getvalue()


def png_chunk(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_file(chunks: Iterable[bytes], width: int = 8, height: int = 8) -> bytes:
    """A grey PNG with further chunks between its head and its pixels."""
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = zlib.compress(bytes((width + 1) * height) if width * height < 10**6 else bytes(10**6))
    return b"".join([PNG_SIGNATURE, head, *chunks, png_chunk(b"IDAT", rows), png_chunk(b"IEND")])


def exif_of(orientation: int, little: bool = True) -> bytes:
    """A TIFF block with one field."""
    order = "<" if little else ">"
    start = (b"II" if little else b"MM") + struct.pack(f"{order}HI", 42, 8)
    return start + struct.pack(f"{order}HHHIHHI", 1, ORIENTATION, 3, 1, orientation, 0, 0)


def exif_bomb(entries: int, size: int) -> bytes:
    """A TIFF block of which each entry claims the same `size` bytes: unpacked it is `entries` times as large."""
    fields = b"".join(struct.pack("<HHII", tag, 7, size, 8) for tag in range(1000, 1000 + entries))
    start = 8 + size
    return b"II" + struct.pack("<HI", 42, start) + bytes(size) + struct.pack("<H", entries) + fields + bytes(4)


def jpeg_segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def jpeg_with(segments: Iterable[bytes], size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    """A JPEG with further segments at its start."""
    raw = encoded("JPEG", size, **options)
    return raw[:2] + b"".join(segments) + raw[2:]


def jpeg_with_exif(exif: bytes) -> bytes:
    """In as many segments as it takes: readers put them together again."""
    pieces = [exif[at : at + 65_000] for at in range(0, len(exif), 65_000)]
    return jpeg_with(jpeg_segment(0xE1, b"Exif\0\0" + piece) for piece in pieces)


def jpeg_of_scans(scans: int, size: tuple[int, int]) -> bytes:
    """A progressive JPEG whose last scan comes again and again, each time over all the pixels."""
    raw = encoded("JPEG", size, progressive=True)
    last = raw.rindex(b"\xff\xda")
    return raw[:-2] + raw[last:-2] * scans + b"\xff\xd9"


def gif_file(blocks: bytes = b"", screen: tuple[int, int] = (8, 8), frame: tuple[int, int] = (8, 8)) -> bytes:
    """A black GIF with further blocks before its picture."""
    head = b"GIF89a" + struct.pack("<HHBBB", *screen, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    pixels = b"\x02\x04\x84\x8f\x02\x05\0"  # some codes; more than that no test needs
    return head + blocks + b"," + struct.pack("<HHHHB", 0, 0, *frame, 0) + pixels + b";"


def gif_comments(count: int, size: int = 255) -> bytes:
    """One comment in so many pieces."""
    return b"!\xfe" + (bytes([size]) + b"c" * size) * count + b"\0"


def riff_chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def webp_file(*chunks: bytes) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def webp_extended(width: int, height: int, flags: int = 0) -> bytes:
    """The chunk that says how large the canvas is."""
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return riff_chunk(b"VP8X", struct.pack("<I", flags) + size)


def webp_picture(size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    """The chunk with the pixels of a WebP that Pillow wrote."""
    return encoded("WEBP", size, **options)[12:]
