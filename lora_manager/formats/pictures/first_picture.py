"""The first picture of a file, whatever its format, small enough to be decoded and without anything else."""

from __future__ import annotations

import struct
from collections.abc import Callable

from lora_manager.errors import UnreadableFileError
from lora_manager.formats.pictures.avif import first_avif
from lora_manager.formats.pictures.gif import first_gif
from lora_manager.formats.pictures.jpeg import first_jpeg
from lora_manager.formats.pictures.png import first_png
from lora_manager.formats.pictures.still import Still, damaged
from lora_manager.formats.pictures.webp import first_webp
from lora_manager.formats.previews import sniff_image_type

_READERS: dict[str, Callable[[bytes], Still]] = {
    "png": first_png,
    "jpeg": first_jpeg,
    "gif": first_gif,
    "webp": first_webp,
    "avif": first_avif,
}


def first_picture(raw: bytes) -> Still:
    """Return the first picture of a file's bytes; costs about what copying them does.

    Raises UnreadableFileError with kind "not_an_image", "damaged_image", "too_many_pixels" or "too_large".
    """
    read = _READERS.get(sniff_image_type(raw[:64]) or "")
    if read is None:
        raise UnreadableFileError("not_an_image", "The file is not an image that can be shown.")
    try:
        return read(raw)
    except (struct.error, IndexError) as error:
        raise damaged("ends early") from error
