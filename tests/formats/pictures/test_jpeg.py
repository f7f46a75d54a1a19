from __future__ import annotations

import pytest

from lora_manager.errors import UnreadableFileError
from lora_manager.formats.pictures.jpeg import MAX_SCANS, first_jpeg
from tests.helpers.hostile_images import encoded, exif_of, jpeg_of_scans, jpeg_segment, jpeg_with


def test_only_the_picture_stays() -> None:
    plain = encoded("JPEG", (30, 20))
    added = [
        jpeg_segment(0xE1, b"Exif\0\0" + exif_of(8)),
        jpeg_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>"),
        jpeg_segment(0xE2, b"ICC_PROFILE\0" + bytes(900)),
        jpeg_segment(0xE2, b"MPF\0" + bytes(90)),
        jpeg_segment(0xFE, b"a comment"),
    ]
    still = first_jpeg(plain[:2] + b"".join(added) + plain[2:] + b"whatever follows")
    assert (still.data, still.width, still.height, still.orientation) == (plain, 30, 20, 8)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 1}, {"subsampling": 0}])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_every_way_to_write_one_is_kept_as_it_is(mode: str, options: dict[str, object]) -> None:
    """CMYK with the segment that says so."""
    plain = encoded("JPEG", (100, 60), mode, **options)
    assert first_jpeg(plain).data == plain


def test_fill_bytes_between_segments_are_no_harm() -> None:
    plain = encoded("JPEG")
    assert first_jpeg(plain[:2] + b"\xff\xff\xff" + plain[2:]).data == plain


def test_scans_are_counted() -> None:
    assert first_jpeg(jpeg_of_scans(MAX_SCANS - 20, (16, 16))).width == 16
    with pytest.raises(UnreadableFileError, match="100 scans"):
        first_jpeg(jpeg_of_scans(MAX_SCANS, (16, 16)))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (jpeg_with([jpeg_segment(0xC0, b"\x08\x99\x99\x99\x99\x03" + bytes(9))]), "more than are shown"),
        (jpeg_with([jpeg_segment(0xC0, b"\x08\x00\x10\x00\x10\x03" + bytes(9))]), "two sizes"),
        (jpeg_with([b"\xff\xe0\0\x01"]), "cannot be"),
        (jpeg_with([b"\xff\xd8\0\x05abc"]), "cannot be"),
        (jpeg_with([jpeg_segment(0xFE, b"")] * 300_001), "too many parts"),
        (b"\xff\xd8\xff\xd9", "ends early"),
        (encoded("JPEG")[:300], "ends early"),
    ],
)
def test_what_is_wrong_is_said(raw: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFileError, match=reason):
        first_jpeg(raw)
