"""Decoding a picture and making a small one of it, within a time.

Also a program (`shrinking_apart.py` runs it) in which our package is not there: it imports nothing of ours.
"""

from __future__ import annotations

import importlib
import io
import sys
import time

from PIL import ExifTags, Image

MAX_PIXELS = 64_000_000
_ASPECT = 4
"""How much higher than wide a small picture may be."""
_USUAL_ASPECT = 5 / 4
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""By Exif's orientation."""
_LYING = 5
"""From this orientation on width and height change places."""
_MOST_MEMORY = 2 * 1024**3
_THREADS = 2


class _TimedBytes(io.BytesIO):
    """Bytes that cannot be read for ever: a decoder that comes for its next piece too late gets a TimeoutError."""

    def __init__(self, data: bytes, seconds: float) -> None:
        super().__init__(data)
        self._until = time.monotonic() + seconds

    def read(self, size: int | None = -1, /) -> bytes:
        if time.monotonic() > self._until:
            raise TimeoutError
        return super().read(size)


def shrink(data: bytes, kind: str, orientation: int, size: int, seconds: float) -> bytes:
    """Return a picture as WebP, upright, `size` pixels wide at most. `data` holds one picture of `kind` and no more.

    Raises TimeoutError, and whatever Pillow raises for a damaged file: each of its decoders has its own habits.
    """
    with Image.open(_TimedBytes(data, seconds), formats=[kind.upper()]) as image:
        if image.width * image.height > MAX_PIXELS:
            raise ValueError(f"{image.width} x {image.height} pixels are too many")
        if kind == "avif":  # the one format of these that turns pictures itself; Pillow tells it so
            orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
        small = _shrunk(image, size, lying=orientation >= _LYING)
        if orientation in _TURNS:  # now, while there is little to turn
            small = small.transpose(_TURNS[orientation])
        out = io.BytesIO()
        small.save(out, "WEBP", quality=82, method=2)
        return out.getvalue()


def _shrunk(image: Image.Image, size: int, *, lying: bool) -> Image.Image:
    draft, box = (size * 2, int(size * 2 * _USUAL_ASPECT)), (size, size * _ASPECT)
    image.draft("RGB", draft[::-1] if lying else draft)  # JPEG: decoded at a fraction of its size
    has_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    mode = "RGBA" if has_alpha else "RGB"
    # No copy where none is needed: one of a picture of MAX_PIXELS is a quarter of a gigabyte.
    picture = image if image.mode == mode else image.convert(mode)
    picture.thumbnail(box[::-1] if lying else box, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return picture


def _limit_this_process(seconds: float) -> None:
    """Have the system end this process when it takes too much; only where it can (not on Windows)."""
    try:
        resource = importlib.import_module("resource")
    except ImportError:
        return
    for name, most in (("RLIMIT_AS", _MOST_MEMORY), ("RLIMIT_CPU", int(seconds * _THREADS) + 1)):
        try:
            resource.setrlimit(getattr(resource, name), (most, most))
        except (OSError, ValueError):  # a lower limit is set already
            continue


def _main() -> None:
    kind, orientation, size, seconds = sys.argv[-4:]
    _limit_this_process(float(seconds))
    if kind == "avif":
        # Each thread takes memory that counts; by itself Pillow starts as many as there are processors.
        vars(importlib.import_module("PIL.AvifImagePlugin"))["DEFAULT_MAX_THREADS"] = _THREADS
    sys.stdout.buffer.write(shrink(sys.stdin.buffer.read(), kind, int(orientation), int(size), float(seconds)))


if __name__ == "__main__":
    _main()
