"""Thumbnails: made once from a preview or an image, kept in the state folder, never from anything but image bytes.

The preview beside a LoRA is an original of several megabytes; a card needs twenty kilobytes of it. Files are hostile:
only the first picture of one reaches a decoder, small enough (`formats.pictures`), and in limited time.
"""

from __future__ import annotations

import contextlib
import hashlib
import struct
import threading
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from lora_manager.errors import LoraManagerError, NotFoundError, UnreadableFileError
from lora_manager.formats.file_replace import write_file
from lora_manager.formats.json_file import read_bytes
from lora_manager.formats.pictures.first_picture import first_picture
from lora_manager.services.shrinking import MAX_PIXELS, shrink
from lora_manager.services.shrinking_apart import shrink_apart

SIZES = (128, 256, 512)
MAX_FILE_BYTES = 64 * 1024 * 1024
MEDIA_TYPE = "image/webp"
DECODING_SECONDS = 10.0
"""For one picture. Honest ones of MAX_PIXELS take one or two."""
WAITING_SECONDS = 30.0
DECODED_AT_ONCE = 2
_MOST_PIXELS_HERE = {"avif": 0, "webp": 4_000_000}
"""Above that a process of its own decodes, which costs 0.2 s more. A small AVIF can hold more work than its pixels
tell. A WebP is decoded in one go, and with Pillow 9.5 the host stands still meanwhile: 3 s for 64 million pixels."""
_LARGE = 16_000_000
"""Pixels above which a picture of any kind is decoded by a process of its own, and none beside it: it takes up to half
a gigabyte, which a host that decoded it would not give back."""
_MOST_COSTLY = 10_000
_DAMAGED = (
    *(OSError, ValueError, SyntaxError, RuntimeError, ArithmeticError, LookupError, TypeError, EOFError, struct.error),
    *(MemoryError, UnidentifiedImageError, Image.DecompressionBombError),
)
"""What Pillow's decoders raise for a file that is not as its format says: each has its own habits."""


class BusyError(LoraManagerError):
    """The pictures asked for before take all the time there is; ask again."""

    code = "busy"


class LargePictureError(Exception):
    """A picture takes so much that only one of its kind is decoded at a time, and none that is small waits for it."""


class Thumbnails:
    """Makes and keeps thumbnails. Few are decoded at a time: decoding is heavy in memory."""

    def __init__(self, folder: Path, seconds: float = DECODING_SECONDS, waiting: float = WAITING_SECONDS) -> None:
        self._folder = folder
        self._seconds = seconds
        self._waiting = waiting
        self._decoding = threading.Semaphore(DECODED_AT_ONCE)
        self._large = threading.Semaphore(1)
        self._costly: dict[str, None] = {}

    def get(self, source: Path, version: str, size: int) -> bytes:
        """Return the thumbnail of an image file as WebP, `size` pixels wide at most.

        `version` changes when the file does. Raises NotFoundError when there is no usable image, BusyError.
        """
        try:
            return self.get_usual(source, version, size)
        except LargePictureError:
            return self.get_large(source, version, size)

    def get_usual(self, source: Path, version: str, size: int) -> bytes:
        """Return what `get` does. Raises LargePictureError for a picture that has to wait for others of its kind."""
        return self._get(self._decoding, _LARGE, source, version, size)

    def get_large(self, source: Path, version: str, size: int) -> bytes:
        """Return what `get` does, of a picture however large."""
        return self._get(self._large, MAX_PIXELS, source, version, size)

    def _get(self, places: threading.Semaphore, most_pixels: int, source: Path, version: str, size: int) -> bytes:
        if size not in SIZES:
            raise NotFoundError(f"Thumbnails have the sizes {', '.join(map(str, SIZES))}.")
        if data := self.kept(source, version, size):
            return data
        content = f"{source}\0{version}"
        self._refuse_costly(content)
        if not places.acquire(timeout=self._waiting):
            raise BusyError("Other previews are being made. Ask again in a moment.")
        try:
            self._refuse_costly(content)  # found out while we waited
            if data := self.kept(source, version, size):  # made while we waited
                return data
            data = _make(source, size, self._seconds, most_pixels)
        except TimeoutError as error:
            self._remember_costly(content)
            raise NotFoundError(self._too_long()) from error
        finally:
            places.release()
        _keep(self._path(source, version, size), data)
        return data

    def kept(self, source: Path, version: str, size: int) -> bytes | None:
        """Return the thumbnail if it was made before."""
        with contextlib.suppress(OSError):
            return self._path(source, version, size).read_bytes() or None  # empty after a power cut
        return None

    def _path(self, source: Path, version: str, size: int) -> Path:
        key = hashlib.sha256(f"{source}\0{version}\0{size}".encode("utf-8", "surrogatepass")).hexdigest()
        return self._folder / key[:2] / f"{key[2:34]}.webp"

    def _refuse_costly(self, content: str) -> None:
        if content in self._costly:
            raise NotFoundError(self._too_long())

    def _remember_costly(self, content: str) -> None:
        """Until the next start: on another day the machine may have been busy with something else."""
        if len(self._costly) >= _MOST_COSTLY:
            self._costly.clear()
        self._costly[content] = None

    def _too_long(self) -> str:
        return f"The preview takes more than {self._seconds:g} seconds to decode, so it is not shown. Replace the file."


def _make(source: Path, size: int, seconds: float, most_pixels: int) -> bytes:
    """Read, check and shrink. Raises NotFoundError, TimeoutError, LargePictureError."""
    try:
        still = first_picture(read_bytes(source, MAX_FILE_BYTES))
    except UnreadableFileError as error:
        raise NotFoundError(f"The preview cannot be shown: {error}") from error
    pixels = still.width * still.height
    if pixels > most_pixels:
        raise LargePictureError
    make = shrink if pixels <= _MOST_PIXELS_HERE.get(still.kind, _LARGE) else shrink_apart
    try:
        return make(still.data, still.kind, still.orientation, size, seconds)
    except TimeoutError:
        raise
    except _DAMAGED as error:
        raise NotFoundError(f"The preview is damaged ({error}).") from error


def _keep(path: Path, data: bytes) -> None:
    """Keep a thumbnail; a full disk or a read-only folder costs speed, not the picture."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, data, durable=False)
