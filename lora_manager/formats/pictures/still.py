"""One picture as a file of its own, and what no picture may exceed."""

from __future__ import annotations

from dataclasses import dataclass

from lora_manager.errors import UnreadableFileError

MAX_PIXELS = 64_000_000
"""As bytes in memory four times as many, and at times twice that."""
MAX_PARTS = 300_000
"""Chunks, segments or blocks. The largest GIF that we read is made of 263,000."""


@dataclass(frozen=True)
class Still:
    """The first picture of a file. `data` is a file of the same kind with nothing in it but that picture.

    Without the further frames, texts, profiles and Exif data of the file, each of which can be made to cost a decoder
    more than the picture does. `orientation` is what Exif says of it, 1 (upright) to 8.
    """

    kind: str
    width: int
    height: int
    data: bytes
    orientation: int = 1


def damaged(reason: str) -> UnreadableFileError:
    """Return the error for a file that is not as its format says; `reason` follows "it"."""
    return UnreadableFileError("damaged_image", f"The image is damaged: it {reason}.")


def check_size(width: int, height: int) -> None:
    """Raise UnreadableFileError for a picture without pixels or with too many of them."""
    if width <= 0 or height <= 0:
        raise damaged("has no pixels")
    if width * height > MAX_PIXELS:
        raise UnreadableFileError(
            "too_many_pixels",
            f"The image has {width} x {height} pixels, more than are shown ({MAX_PIXELS // 10**6} million).",
        )
