from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from lora_manager.formats.pictures import still
from lora_manager.services import shrinking
from lora_manager.services.shrinking import shrink
from tests.helpers.hostile_images import encoded


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    assert image.format == "WEBP"
    return image


@pytest.mark.parametrize(("orientation", "size"), [(1, (128, 256)), (3, (128, 256)), (6, (128, 64)), (8, (128, 64))])
def test_width_is_what_is_seen_as_width(orientation: int, size: tuple[int, int]) -> None:
    assert opened(shrink(encoded("JPEG", (200, 400)), "jpeg", orientation, 128, 5)).size == size


def test_a_picture_may_be_four_times_as_high_as_wide() -> None:
    assert opened(shrink(encoded("PNG", (100, 5000)), "png", 1, 128, 5)).height == 512


def test_only_the_named_decoder_is_asked() -> None:
    with pytest.raises(Image.UnidentifiedImageError):
        shrink(encoded("PNG"), "gif", 1, 128, 5)


def test_a_decoder_sees_when_its_time_is_over() -> None:
    with pytest.raises(TimeoutError):
        shrink(encoded("PNG"), "png", 1, 128, -1)


def test_pixels_are_counted_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shrinking, "MAX_PIXELS", 100)
    with pytest.raises(ValueError, match="too many"):
        shrink(encoded("PNG"), "png", 1, 128, 5)


def test_as_a_program_it_needs_nothing_of_ours(tmp_path: Path) -> None:
    alone = tmp_path / "alone.py"
    alone.write_bytes(Path(shrinking.__file__).read_bytes())
    command = [sys.executable, str(alone), "png", "1", "128", "5"]
    done = subprocess.run(command, input=encoded("PNG", (300, 200)), capture_output=True, cwd=tmp_path, check=True)
    assert opened(done.stdout).size == (128, 85)


def test_both_sides_count_the_same_pixels() -> None:
    """The program cannot ask our package, so the number is written twice."""
    assert shrinking.MAX_PIXELS == still.MAX_PIXELS
