from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from lora_manager.errors import UnreadableFileError
from lora_manager.formats.pictures.infotexts import MAX_INFOTEXT, read_infotext
from tests.helpers.hostile_images import exif_bomb, jpeg_with_exif, png_chunk, png_file

TEXT = "a lantern 灯\nSteps: 20, Sampler: Euler, CFG scale: 7"


def comment(text: str, kind: bytes = b"UNICODE\0", encoding: str = "utf-16-be") -> Image.Exif:
    exif = Image.Exif()
    exif[0x8769] = {0x9286: kind + text.encode(encoding)}  # as every Pillow writes it: 9.5 keeps nothing put in get_ifd
    return exif


@pytest.mark.parametrize("encoding", ["utf-16-be", "utf-16-le"])
@pytest.mark.parametrize("ending", ["jpg", "webp"])
def test_jpeg_and_webp_keep_it_in_their_comment(tmp_path: Path, ending: str, encoding: str) -> None:
    path = tmp_path / f"a.{ending}"
    Image.new("RGB", (8, 8)).save(path, exif=comment(TEXT, encoding=encoding))
    assert read_infotext(path) == TEXT


def test_a_comment_may_be_plain(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.new("RGB", (8, 8)).save(path, exif=comment("a lantern", b"ASCII\0\0\0", "ascii"))
    assert read_infotext(path) == "a lantern"


@pytest.mark.parametrize(
    "chunk",
    [
        png_chunk(b"tEXt", b"parameters\0" + TEXT.encode()),
        png_chunk(b"iTXt", b"parameters\0\0\0\0\0" + TEXT.encode()),
        png_chunk(b"iTXt", b"parameters\0\1\0de\0Werte\0" + zlib.compress(TEXT.encode())),
    ],
)
def test_png_keeps_it_in_a_chunk(tmp_path: Path, chunk: bytes) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png_file([png_chunk(b"tEXt", b"Software\0x"), chunk]))
    assert read_infotext(path) == TEXT


def test_a_packed_chunk_is_unpacked_only_so_far(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png_file([png_chunk(b"zTXt", b"parameters\0\0" + zlib.compress(b"x" * 50_000_000))]))
    assert len(read_infotext(path)) == MAX_INFOTEXT


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x89PNG\r\n\x1a\n", png_file([]), jpeg_with_exif(exif_bomb(4_000, 60)), b"RIFF\0\0\0\0WEBPVP8 ", b"GIF89a"],
)
def test_a_file_without_one_gives_nothing(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(raw)
    assert read_infotext(path) == ""


def test_an_entry_that_points_elsewhere_gives_nothing(tmp_path: Path) -> None:
    first = b"II*\0" + struct.pack("<IHHHIII", 8, 1, 0x8769, 4, 1, 2**31, 0)
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg_with_exif(first))
    assert read_infotext(path) == ""


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError):
        read_infotext(tmp_path / "a.png")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe1", b"RIFF\x20\0\0\0WEBP"]), st.binary(max_size=80))
def test_nothing_raises(tmp_path: Path, start: bytes, rest: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(start + rest)
    read_infotext(path)
