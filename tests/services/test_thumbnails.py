from __future__ import annotations

import contextlib
import io
import os
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, features

from lora_manager.errors import NotFoundError
from lora_manager.services import thumbnails as module
from lora_manager.services.thumbnails import SIZES, Thumbnails
from tests.helpers.at_once import at_once
from tests.helpers.network_files import png_bytes


def picture(kind: str, size: tuple[int, int] = (300, 400), mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(out, kind, **options)
    return out.getvalue()


@pytest.fixture
def thumbnails(tmp_path: Path) -> Thumbnails:
    return Thumbnails(tmp_path / "cache")


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    assert image.format == "WEBP"
    return image


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
@pytest.mark.parametrize("size", SIZES)
def test_every_kind_of_picture_becomes_a_small_webp(
    thumbnails: Thumbnails, tmp_path: Path, kind: str, size: int
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(picture(kind, (600, 900)))
    assert opened(thumbnails.get(path, "1", size)).size == (size, size * 3 // 2)


def test_a_small_picture_is_not_blown_up(thumbnails: Thumbnails, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png_bytes(24, 32))
    assert opened(thumbnails.get(path, "1", 512)).size == (24, 32)


@pytest.mark.parametrize("shape", [(1, 5000), (5000, 1), (1, 1), (3000, 40)])
def test_odd_shapes_are_pictures_too(thumbnails: Thumbnails, tmp_path: Path, shape: tuple[int, int]) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(picture("PNG", shape))
    image = opened(thumbnails.get(path, "1", 128))
    assert image.width <= 128
    assert image.height <= 512


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_mode_becomes_colour(thumbnails: Thumbnails, tmp_path: Path, mode: str) -> None:
    path = tmp_path / "a.png"
    image = Image.linear_gradient("L")
    image = image.convert("I").convert("I;16") if mode == "I;16" else image.convert(mode)
    image.save(path, "JPEG" if mode == "CMYK" else "PNG")
    assert opened(thumbnails.get(path, "1", 128)).mode in ("RGB", "RGBA")


def test_a_picture_is_turned_as_its_camera_says(thumbnails: Thumbnails, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "a.jpg"
    path.write_bytes(picture("JPEG", (400, 200), exif=exif))
    image = opened(thumbnails.get(path, "1", 128))
    assert image.height > image.width


def test_an_animation_shows_its_first_picture(thumbnails: Thumbnails, tmp_path: Path) -> None:
    frames = [Image.new("RGB", (60, 60), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:], loop=0)
    image = opened(thumbnails.get(tmp_path / "a.gif", "1", 128)).convert("RGB")
    red, _, blue = image.getpixel((30, 30))
    assert red > 200
    assert blue < 60


NOT_PICTURES = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<html><script>alert(1)</script></html>",
    "text": b"words",
    "nothing": b"",
    "zip": b"PK\x03\x04" + b"\0" * 100,
    "mp4": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 100,
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "xml": b"<?xml version='1.0'?><svg/>",
    "tiff": b"II*\0\x08\0\0\0\0\0",
}


@pytest.mark.parametrize("kind", sorted(NOT_PICTURES))
def test_what_is_no_picture_is_refused_whatever_it_is_called(thumbnails: Thumbnails, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.preview.png"
    path.write_bytes(NOT_PICTURES[kind])
    with pytest.raises(NotFoundError, match="not an image"):
        thumbnails.get(path, "1", 128)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_half_a_picture_is_refused(thumbnails: Thumbnails, tmp_path: Path, kind: str) -> None:
    whole = picture(kind)
    for length in (10, 40, len(whole) // 2):
        path = tmp_path / f"{length}.png"
        path.write_bytes(whole[:length])
        with pytest.raises(NotFoundError, match=r"damaged|not an image"):
            thumbnails.get(path, "1", 128)


@settings(max_examples=150)
@given(kind=st.sampled_from(["PNG", "JPEG", "WEBP", "GIF"]), data=st.data())
def test_no_damage_is_more_than_a_missing_picture(
    tmp_path_factory: pytest.TempPathFactory, kind: str, data: st.DataObject
) -> None:
    raw = bytearray(picture(kind, (32, 40)))
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    folder = tmp_path_factory.getbasetemp()
    damaged = folder / "damaged.png"
    damaged.write_bytes(raw)
    with contextlib.suppress(NotFoundError):
        opened(Thumbnails(damaged).get(damaged, "1", 128))  # with a file in the way, nothing is kept


@pytest.mark.skipif(not features.check("avif"), reason="this Pillow decodes no AVIF")
def test_a_decoder_that_raises_what_no_other_does_is_no_failure_of_ours(thumbnails: Thumbnails, tmp_path: Path) -> None:
    whole = picture("AVIF", (60, 60))
    start = whole.index(b"mdat") + 8
    (tmp_path / "a.avif").write_bytes(whole[:start] + bytes(len(whole) - start))
    with pytest.raises(NotFoundError, match="damaged"):
        thumbnails.get(tmp_path / "a.avif", "1", 128)


def test_a_bomb_is_not_unpacked(thumbnails: Thumbnails, tmp_path: Path) -> None:
    """40,000 x 40,000 pixels in a few kilobytes would be gigabytes in memory."""
    raw = png_bytes(8, 8)
    head = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    bomb = raw[:12] + chunk + struct.pack(">I", zlib.crc32(chunk)) + raw[33:]
    (tmp_path / "bomb.png").write_bytes(bomb)
    with pytest.raises(NotFoundError, match="damaged"):
        thumbnails.get(tmp_path / "bomb.png", "1", 128)


def test_a_file_beyond_any_preview_is_not_read(
    thumbnails: Thumbnails, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_FILE_BYTES", 1000)
    (tmp_path / "a.png").write_bytes(picture("PNG", mode="RGB") + b"\0" * 1000)
    with pytest.raises(NotFoundError, match="larger"):
        thumbnails.get(tmp_path / "a.png", "1", 128)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no FIFO")
def test_a_pipe_in_place_of_a_picture_does_not_hold_us(thumbnails: Thumbnails, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(NotFoundError):
        thumbnails.get(tmp_path / "a.png", "1", 128)


def test_what_was_made_is_kept_by_version_and_size(thumbnails: Thumbnails, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png_bytes(200, 200, (255, 0, 0)))
    red = thumbnails.get(path, "1", 128)
    path.write_bytes(png_bytes(200, 200, (0, 0, 255)))
    assert thumbnails.get(path, "1", 128) == red, "the version says that nothing changed"
    blue = thumbnails.get(path, "2", 128)
    assert blue != red
    path.unlink()
    assert thumbnails.get(path, "2", 128) == blue
    assert thumbnails.get(path, "1", 128) == red
    with pytest.raises(NotFoundError):
        thumbnails.get(path, "1", 256)
    assert not list((tmp_path / "cache").rglob("*.part"))


def test_a_folder_that_cannot_be_written_costs_speed_only(tmp_path: Path) -> None:
    (tmp_path / "cache").write_bytes(b"a file is in the way")
    path = tmp_path / "a.png"
    path.write_bytes(png_bytes())
    assert opened(Thumbnails(tmp_path / "cache").get(path, "1", 128)).size == (24, 32)


@pytest.mark.parametrize("size", [0, -1, 127, 1024, 10**9])
def test_only_three_sizes_are_made(thumbnails: Thumbnails, tmp_path: Path, size: int) -> None:
    (tmp_path / "a.png").write_bytes(png_bytes())
    with pytest.raises(NotFoundError, match="128, 256, 512"):
        thumbnails.get(tmp_path / "a.png", "1", size)


def test_many_may_ask_at_once(thumbnails: Thumbnails, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(picture("PNG"))
    results = at_once([lambda: thumbnails.get(path, "1", 128)] * 6)
    assert len(set(results)) == 1
