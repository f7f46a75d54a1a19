from __future__ import annotations

import pytest

from lora_manager.errors import UnreadableFileError
from lora_manager.formats.pictures.png import first_png
from tests.helpers.hostile_images import animated, encoded, exif_of, png_chunk, png_file


def test_only_the_picture_stays() -> None:
    plain = encoded("PNG", (30, 20))
    added = [png_chunk(b"tEXt", b"a\0b"), png_chunk(b"iCCP", b"x"), png_chunk(b"eXIf", exif_of(6))]
    still = first_png(plain[:33] + b"".join(added) + plain[33:] + b"whatever follows")
    assert (still.data, still.width, still.height, still.orientation) == (plain, 30, 20, 6)


def test_frames_stay_behind() -> None:
    still = first_png(animated("PNG", 5))
    for kind in (b"acTL", b"fcTL", b"fdAT"):
        assert kind not in still.data


def test_what_colours_mean_stays() -> None:
    for mode, kind in (("P", b"PLTE"), ("L", b"tRNS")):
        assert kind in first_png(encoded("PNG", mode=mode, **({"transparency": 3} if mode == "L" else {}))).data


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (png_file([png_chunk(b"IHDR", b"\0\0\x99\x99\0\0\x99\x99\x08\0\0\0\0")]), "two sizes"),
        (b"\x89PNG\r\n\x1a\n" + png_chunk(b"IDAT", b"x" * 20), "begin with its size"),
        (png_file([])[:-12], "ends early"),
        (png_file([])[:-20], "ends early"),
        (png_file([png_chunk(b"tEXt")] * 300_001), "too many parts"),
    ],
)
def test_what_is_wrong_is_said(raw: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFileError, match=reason):
        first_png(raw)
