"""Thumbnails: made once from a preview or an image, kept in the state folder, never from anything but image bytes.

The preview beside a LoRA is an original of several megabytes; a card needs twenty kilobytes of it.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import struct
import threading
import warnings
from pathlib import Path

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from lora_manager.errors import NotFoundError, UnreadableFileError
from lora_manager.formats.json_file import read_bytes
from lora_manager.formats.previews import sniff_image_type

SIZES = (128, 256, 512)
MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_PIXELS = 64_000_000
MEDIA_TYPE = "image/webp"
_DECODED = frozenset({"png", "jpeg", "webp", "gif", "avif", "bmp", "tiff"})
_ASPECT = 5 / 4
_DAMAGED = (
    *(OSError, ValueError, SyntaxError, RuntimeError, ArithmeticError, LookupError, TypeError, EOFError, struct.error),
    *(UnidentifiedImageError, Image.DecompressionBombError),
)
"""What Pillow's decoders raise for a file that is not as its format says: each has its own habits."""


class Thumbnails:
    """Makes and keeps thumbnails. At most two are decoded at a time: decoding is heavy in memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._decoding = threading.Semaphore(2)

    def get(self, source: Path, version: str, size: int) -> bytes:
        """Return the thumbnail of an image file as WebP, `size` pixels wide at most.

        `version` changes when the file does. Raises NotFoundError when there is no usable image.
        """
        if size not in SIZES:
            raise NotFoundError(f"Thumbnails have the sizes {', '.join(map(str, SIZES))}.")
        kept = self._path(source, version, size)
        try:
            return kept.read_bytes()
        except OSError:
            pass
        with self._decoding:
            data = _make(source, size)
        _write(kept, data)
        return data

    def _path(self, source: Path, version: str, size: int) -> Path:
        key = hashlib.sha256(f"{source}\0{version}\0{size}".encode("utf-8", "surrogatepass")).hexdigest()
        return self._folder / key[:2] / f"{key[2:34]}.webp"


def _make(source: Path, size: int) -> bytes:
    try:
        raw = read_bytes(source, MAX_FILE_BYTES)
    except UnreadableFileError as error:
        raise NotFoundError(f"The preview cannot be read: {error}") from error
    kind = sniff_image_type(raw[:64])
    if kind not in _DECODED:
        raise NotFoundError("The preview is not an image that can be shown.")
    try:
        with warnings.catch_warnings():
            # Pillow warns of large images; ours are refused by MAX_PIXELS before they are decoded.
            warnings.simplefilter("ignore")
            return _encode(raw, size)
    except _DAMAGED as error:
        raise NotFoundError(f"The preview is damaged ({error}).") from error


def _encode(raw: bytes, size: int) -> bytes:
    with Image.open(io.BytesIO(raw)) as image:
        if image.width * image.height > MAX_PIXELS:
            raise ValueError(f"{image.width} x {image.height} pixels are too many")
        image.draft("RGB", (size * 2, int(size * 2 * _ASPECT)))  # JPEG: decode at a fraction of the size
        # No copy where none is needed: one of a picture of MAX_PIXELS is a quarter of a gigabyte.
        upright = image.getexif().get(ExifTags.Base.Orientation, 1) == 1
        turned: Image.Image = image if upright else ImageOps.exif_transpose(image)
        has_alpha = turned.mode in ("RGBA", "LA", "PA") or "transparency" in turned.info
        mode = "RGBA" if has_alpha else "RGB"
        picture = turned if turned.mode == mode else turned.convert(mode)
        picture.thumbnail((size, size * 4), Image.Resampling.LANCZOS, reducing_gap=2.0)
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=82, method=2)
        return out.getvalue()


def _write(path: Path, data: bytes) -> None:
    """Keep a thumbnail; a full disk or a read-only folder costs speed, not the picture."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(data)
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
