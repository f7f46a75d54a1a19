from __future__ import annotations

import io
import struct

import pytest
from PIL import Image

from lora_manager.errors import UnreadableFileError
from lora_manager.formats.pictures.webp import first_webp
from tests.helpers.hostile_images import (
    animated,
    encoded,
    exif_of,
    riff_chunk,
    webp_extended,
    webp_file,
    webp_picture,
)


def test_only_the_picture_stays() -> None:
    exif = riff_chunk(b"EXIF", b"Exif\0\0" + exif_of(3))
    profile = riff_chunk(b"ICCP", bytes(333))
    still = first_webp(webp_file(webp_extended(64, 48, 0x28), profile, webp_picture(), exif) + b"whatever follows")
    assert still.data == encoded("WEBP")
    assert (still.width, still.height, still.orientation) == (64, 48, 3)


@pytest.mark.parametrize("options", [{}, {"lossless": True}])
def test_what_is_transparent_stays_so(options: dict[str, object]) -> None:
    picture = Image.linear_gradient("L").resize((50, 30)).convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").resize((50, 30)))
    out = io.BytesIO()
    picture.save(out, "WEBP", **options)
    still = first_webp(out.getvalue())
    with Image.open(io.BytesIO(out.getvalue())) as before, Image.open(io.BytesIO(still.data)) as after:
        assert (still.width, still.height) == after.size == (50, 30)
        assert after.mode == "RGBA"
        assert after.tobytes() == before.tobytes()


def test_frames_stay_behind() -> None:
    still = first_webp(animated("WEBP", 5))
    with Image.open(io.BytesIO(still.data)) as image:
        assert getattr(image, "n_frames", 1) == 1
        assert image.size == (64, 48)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (webp_file(webp_extended(9, 9)), "no picture"),
        (webp_file(riff_chunk(b"VP8 ", bytes(20))), "begin with its size"),
        (webp_file(riff_chunk(b"VP8L", bytes(20))), "begin with its size"),
        (webp_file(riff_chunk(b"VP8L", b"\x2f" + struct.pack("<I", 2**28 - 1))), "more than are shown"),
        (webp_file(riff_chunk(b"VP8 ", bytes(3) + b"\x9d\x01\x2a" + bytes(4))), "no pixels"),
        (webp_file(b"VP8 \xff\xff\0\0" + bytes(20)), "ends early"),
        (webp_file(*[riff_chunk(b"ABCD", b"")] * 300_001), "too many parts"),
    ],
)
def test_what_is_wrong_is_said(raw: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFileError, match=reason):
        first_webp(raw)
