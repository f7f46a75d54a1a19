from __future__ import annotations

import io

import pytest
from PIL import Image

from lora_manager.errors import UnreadableFileError
from lora_manager.formats.pictures.gif import first_gif
from tests.helpers.hostile_images import animated, gif_comments, gif_file


def test_only_the_first_picture_stays() -> None:
    still = first_gif(animated("GIF", 5))
    with Image.open(io.BytesIO(still.data)) as image:
        assert image.n_frames == 1
        assert image.size == (still.width, still.height) == (64, 48)
        red, green, blue = image.convert("RGB").getpixel((5, 5))
        assert red > 250
        assert green == blue == 0


def test_comments_stay_behind_and_transparency_does_not() -> None:
    control = b"!\xf9\x04\x01\0\0\x01\0"
    still = first_gif(gif_file(gif_comments(3) + control + gif_comments(2)))
    assert still.data == gif_file(control)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (gif_file(screen=(65535, 65535)), "more than are shown"),
        (gif_file(frame=(65535, 65535)), "more than are shown"),
        (gif_file(screen=(0, 0), frame=(0, 0)), "no pixels"),
        (gif_file(b"?"), "a block that cannot be"),
        (gif_file(b"!\xfe\0" * 300_001), "too many parts"),
        (gif_file(gif_comments(300_001, 1)), "too many parts"),
    ],
)
def test_what_is_wrong_is_said(raw: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFileError, match=reason):
        first_gif(raw)
