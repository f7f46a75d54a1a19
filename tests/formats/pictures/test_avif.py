from __future__ import annotations

import struct

import pytest

from lora_manager.errors import UnreadableFileError
from lora_manager.formats.pictures import avif as module
from lora_manager.formats.pictures.avif import first_avif
from tests.helpers.hostile_images import HAS_AVIF, encoded, exif_of


def box(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


def ispe(width: int, height: int) -> bytes:
    return box(b"ispe", struct.pack(">III", 0, width, height))


HEAD = box(b"ftyp", b"avif\0\0\0\0avifmif1")


def test_the_largest_size_counts_and_exif_is_not_found_any_more() -> None:
    raw = HEAD + box(b"meta", ispe(10, 20) + b"infeExif" + ispe(300, 200)) + box(b"mdat", b"Exif")
    still = first_avif(raw)
    assert (still.width, still.height) == (300, 200)
    assert still.data == raw.replace(b"infeExif", b"infenone")


@pytest.mark.skipif(not HAS_AVIF, reason="this Pillow writes no AVIF")
def test_a_real_file_is_the_same_without_its_exif() -> None:
    plain = encoded("AVIF", (30, 20))
    assert first_avif(plain).data == plain
    still = first_avif(encoded("AVIF", (30, 20), exif=b"Exif\0\0" + exif_of(6)))
    assert (still.width, still.height) == (30, 20)
    assert b"Exif" not in still.data


def test_boxes_may_say_their_length_in_three_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    long = struct.pack(">I4sQ", 1, b"meta", 36) + ispe(5, 6)
    raw = HEAD + long + struct.pack(">I4s", 0, b"mdat") + b"to the end"
    assert first_avif(raw).data == raw


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (HEAD, "say its size"),
        (HEAD + box(b"meta", ispe(65535, 65535)), "more than are shown"),
        (HEAD + box(b"meta", ispe(0, 5)), "no pixels"),
        (HEAD + struct.pack(">I4s", 99, b"meta"), "ends early"),
        (HEAD + struct.pack(">I4s", 3, b"meta"), "ends early"),
        (HEAD + box(b"free") * 300_001, "too many parts"),
    ],
)
def test_what_is_wrong_is_said(raw: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFileError, match=reason):
        first_avif(raw)


def test_a_file_beyond_any_preview_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 50)
    with pytest.raises(UnreadableFileError, match="AVIF") as caught:
        first_avif(HEAD + box(b"meta", ispe(5, 5)))
    assert caught.value.kind == "too_large"
