from __future__ import annotations

import contextlib
import io
import os
import sys
import time
import tracemalloc
import zlib
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile, ImageOps

from lora_manager.errors import NotFoundError
from lora_manager.services import thumbnails as module
from lora_manager.services.thumbnails import SIZES, BusyError, Thumbnails
from tests.helpers.at_once import at_once
from tests.helpers.hostile_images import (
    HAS_AVIF,
    animated,
    encoded,
    exif_bomb,
    gif_comments,
    gif_file,
    jpeg_of_scans,
    jpeg_with_exif,
    png_chunk,
    png_file,
    riff_chunk,
    webp_extended,
    webp_file,
    webp_picture,
)
from tests.helpers.network_files import png_bytes


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
    path.write_bytes(encoded(kind, (600, 900)))
    assert opened(thumbnails.get(path, "1", size)).size == (size, size * 3 // 2)


def test_a_small_picture_is_not_blown_up(thumbnails: Thumbnails, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png_bytes(24, 32))
    assert opened(thumbnails.get(path, "1", 512)).size == (24, 32)


@pytest.mark.parametrize("shape", [(1, 5000), (5000, 1), (1, 1), (3000, 40)])
def test_odd_shapes_are_pictures_too(thumbnails: Thumbnails, tmp_path: Path, shape: tuple[int, int]) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(encoded("PNG", shape))
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


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_turned_as_its_camera_says(thumbnails: Thumbnails, tmp_path: Path, kind: str) -> None:
    exif = Image.Exif()
    path = tmp_path / "a.jpg"
    for orientation in range(1, 9):
        exif[0x0112] = orientation
        path.write_bytes(encoded(kind, (400, 200), exif=exif))
        image = opened(thumbnails.get(path, str(orientation), 128)).convert("L")
        with Image.open(path) as original:
            # Where Pillow itself puts the dark edge of the picture.
            expected = ImageOps.exif_transpose(original).convert("L")
        assert image.width == 128
        assert (image.height > image.width) == (orientation >= 5)
        for x, y in ((0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9)):
            spots = [shown.getpixel((int(x * shown.width), int(y * shown.height))) for shown in (image, expected)]
            assert abs(spots[0] - spots[1]) < 24, (orientation, x, y)


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
    whole = encoded(kind, (300, 400))
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
    raw = bytearray(encoded(kind, (32, 40)))
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    folder = tmp_path_factory.getbasetemp()
    damaged = folder / "damaged.png"
    damaged.write_bytes(raw)
    with contextlib.suppress(NotFoundError):
        opened(Thumbnails(damaged).get(damaged, "1", 128))  # with a file in the way, nothing is kept


@pytest.mark.skipif(not HAS_AVIF, reason="this Pillow decodes no AVIF")
def test_a_decoder_that_raises_what_no_other_does_is_no_failure_of_ours(thumbnails: Thumbnails, tmp_path: Path) -> None:
    whole = encoded("AVIF", (60, 60))
    start = whole.index(b"mdat") + 8
    (tmp_path / "a.avif").write_bytes(whole[:start] + bytes(len(whole) - start))
    with pytest.raises(NotFoundError, match="damaged"):
        thumbnails.get(tmp_path / "a.avif", "1", 128)


def test_a_bomb_is_not_unpacked(thumbnails: Thumbnails, tmp_path: Path) -> None:
    """40,000 x 40,000 pixels in a few kilobytes would be gigabytes in memory."""
    (tmp_path / "bomb.png").write_bytes(png_file([], 40_000, 40_000))
    with pytest.raises(NotFoundError, match="40000 x 40000 pixels"):
        thumbnails.get(tmp_path / "bomb.png", "1", 128)


def test_a_file_beyond_any_preview_is_not_read(
    thumbnails: Thumbnails, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_FILE_BYTES", 1000)
    (tmp_path / "a.png").write_bytes(encoded("PNG", mode="RGB") + b"\0" * 1000)
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
    path.write_bytes(encoded("PNG"))
    results = at_once([lambda: thumbnails.get(path, "1", 128)] * 6)
    assert len(set(results)) == 1


# --- files made to cost much -----------------------------------------------------------------------------------------

HOSTILE = {
    "comments of a GIF": lambda: gif_file(gif_comments(60_000)),
    "pieces of one byte": lambda: gif_file(gif_comments(400_000, size=1)),
    "a GIF whose frame is larger than its screen": lambda: gif_file(frame=(60_000, 60_000)),
    "Exif in a PNG": lambda: png_file([png_chunk(b"eXIf", exif_bomb(5000, 500_000))]),
    "Exif in a JPEG": lambda: jpeg_with_exif(exif_bomb(5000, 500_000)),
    "Exif in a WebP": lambda: webp_file(
        webp_extended(64, 48, 8), webp_picture(), riff_chunk(b"EXIF", exif_bomb(5000, 500_000))
    ),
    "texts of a PNG": lambda: png_file([png_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(50_000_000)))] * 50),
    "a profile of a PNG": lambda: png_file([png_chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(100_000_000)))]),
    "pixels that never end": lambda: png_file([png_chunk(b"IDAT", zlib.compress(bytes(100_000_000)))]),
    "many chunks": lambda: png_file([png_chunk(b"tEXt", b"a\0b")] * 400_000),
    "scans of a JPEG": lambda: jpeg_of_scans(1000, (1000, 1000)),
    "the canvas of a WebP": lambda: webp_file(webp_extended(2**24, 2**24), webp_picture()),
    "frames": lambda: animated("GIF", 500),
    "frames of a PNG": lambda: animated("PNG", 500),
    "frames of a WebP": lambda: animated("WEBP", 200),
}


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_a_file_made_to_cost_much_costs_little(thumbnails: Thumbnails, tmp_path: Path, kind: str) -> None:
    """Pillow 9.5 takes 48 seconds for 20 MB of comments in a GIF, and a gigabyte for half a megabyte of Exif data."""
    path = tmp_path / "a.png"
    path.write_bytes(HOSTILE[kind]())
    tracemalloc.start()
    started = time.process_time()
    try:
        with contextlib.suppress(NotFoundError):
            opened(thumbnails.get(path, "1", 128))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.process_time() - started < 3
    assert peak < 4 * path.stat().st_size + 2**25


@pytest.mark.parametrize("kind", ["frames", "frames of a PNG", "frames of a WebP"])
def test_only_the_first_frame_is_decoded(thumbnails: Thumbnails, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(HOSTILE[kind]())
    red, _, blue = opened(thumbnails.get(path, "1", 128)).convert("RGB").getpixel((30, 30))
    assert red > 200
    assert blue < 60


def test_a_decoder_that_takes_too_long_is_stopped_and_the_file_remembered(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(encoded("PNG"))
    thumbnails = Thumbnails(tmp_path / "cache", seconds=-1)
    for size in SIZES:
        with pytest.raises(NotFoundError, match="to decode"):
            thumbnails.get(path, "1", size)
    path.unlink()
    with pytest.raises(NotFoundError, match="to decode"):
        thumbnails.get(path, "1", 128)  # not even looked at again
    with pytest.raises(NotFoundError, match="cannot be shown"):
        thumbnails.get(path, "2", 128)


@pytest.mark.skipif(not HAS_AVIF, reason="this Pillow decodes no AVIF")
def test_a_picture_decoded_apart_is_like_any_other(thumbnails: Thumbnails, tmp_path: Path) -> None:
    path = tmp_path / "a.avif"
    path.write_bytes(encoded("AVIF", (600, 900)))
    assert opened(thumbnails.get(path, "1", 256)).size == (256, 384)
    costly = Thumbnails(tmp_path / "other", seconds=0.01)
    for _ in range(2):
        with pytest.raises(NotFoundError, match="to decode"):
            costly.get(path, "1", 256)


def test_a_large_webp_is_decoded_apart(thumbnails: Thumbnails, tmp_path: Path) -> None:
    path = tmp_path / "a.webp"
    path.write_bytes(encoded("WEBP", (2500, 2000), method=0))
    assert opened(thumbnails.get(path, "1", 128)).size == (128, 102)


def test_large_pictures_are_decoded_apart_and_one_at_a_time(
    thumbnails: Thumbnails, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of 64 million pixels take a gigabyte, and what a process took in decoding it does not give back."""
    large, small = tmp_path / "large.png", tmp_path / "small.png"
    large.write_bytes(encoded("PNG", (4100, 4000)))
    small.write_bytes(encoded("PNG"))
    with ThreadPoolExecutor(1) as pool:
        with thumbnails._large:
            future = pool.submit(thumbnails.get, large, "1", 128)
            assert opened(thumbnails.get(small, "1", 128)).size == (64, 48)
            with pytest.raises(FutureTimeoutError):
                future.result(0.5)
        assert opened(future.result(20)).size == (128, 125)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))
    assert opened(thumbnails.get(small, "1", 256)).size == (64, 48)
    with pytest.raises(NotFoundError, match="no process"):
        thumbnails.get(large, "1", 256)


def test_what_another_made_while_one_waited_is_not_made_again(thumbnails: Thumbnails, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(encoded("PNG"))
    assert thumbnails.kept(path, "1", 128) is None
    with ThreadPoolExecutor(1) as pool:
        with thumbnails._decoding:
            data = thumbnails.get(path, "1", 128)
            thumbnails._path(path, "1", 128).unlink()
            with thumbnails._decoding:
                future = pool.submit(thumbnails.get, path, "1", 128)
                with pytest.raises(FutureTimeoutError):
                    future.result(0.2)
                path.unlink()
                thumbnails._path(path, "1", 128).write_bytes(data)
        assert future.result(20) == data == thumbnails.kept(path, "1", 128)


def test_who_comes_while_all_are_busy_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(encoded("PNG"))
    thumbnails = Thumbnails(tmp_path / "cache", waiting=0.01)
    with thumbnails._decoding, thumbnails._decoding, pytest.raises(BusyError, match="Ask again"):
        thumbnails.get(path, "1", 128)
    assert opened(thumbnails.get(path, "1", 128)).size == (64, 48)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_what_a_host_has_set_in_pillow_makes_no_difference(
    thumbnails: Thumbnails, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Web UIs let Pillow take broken files and any number of pixels."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    path = tmp_path / "a.png"
    path.write_bytes(png_file([], 40_000, 40_000))
    with pytest.raises(NotFoundError, match="pixels"):
        thumbnails.get(path, "1", 128)
    path.write_bytes(encoded(kind, (300, 400)))
    assert opened(thumbnails.get(path, "2", 128)).size == (128, 171)


@pytest.mark.parametrize("place", ["link", "folder", "empty", "gone", "device", "too long", "nul"])
def test_what_is_no_file_with_a_picture_is_refused_at_once(thumbnails: Thumbnails, tmp_path: Path, place: str) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").touch()
    path = {"device": Path("/dev/zero"), "too long": tmp_path / ("a" * 5000), "nul": tmp_path / "a\0b"}.get(
        place, tmp_path / place
    )
    if place == "link":
        path.symlink_to(tmp_path / "secret.txt")
    with pytest.raises(NotFoundError) as caught:
        thumbnails.get(path, "1", 128)
    assert "secret" not in str(caught.value)


def test_an_empty_thumbnail_that_a_power_cut_left_is_made_again(thumbnails: Thumbnails, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(encoded("PNG"))
    thumbnails.get(path, "1", 128)
    (kept,) = (tmp_path / "cache").rglob("*.webp")
    kept.write_bytes(b"")
    assert opened(thumbnails.get(path, "1", 128)).size == (64, 48)
    assert kept.stat().st_size
