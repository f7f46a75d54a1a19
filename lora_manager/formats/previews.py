"""Which picture beside a network file shows what it does, and what kind of picture a file really is."""

from __future__ import annotations

from collections.abc import Mapping

# Best first. `.preview` is what a person or a downloader chose for this file on purpose; a bare `stem.EXT` is the next
# best, but can also be any picture of the same name. A `.thumb` is made by a host from one of those, at most 512 px
# and compressed again, so it serves only when the original is gone (or was a video).
_INFIXES = (".preview", "", ".thumb")
# The order in which hosts themselves look, where they agree; the newer formats last, for not every reader has them.
_EXTENSIONS = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif", ".jxl")
_SUFFIXES = tuple(infix + extension for infix in _INFIXES for extension in _EXTENSIONS)

_ISO_BRANDS = {b"avif": "avif", b"avis": "avif"}


def find_preview(stem: str, names_lower: Mapping[str, str]) -> str | None:
    """The real name of the preview of the model file with this stem, or None.

    `names_lower` maps the lower-cased names of the files in the same folder to the real ones.
    """
    lowered = stem.lower()
    for suffix in _SUFFIXES:
        name = names_lower.get(lowered + suffix)
        if name is not None:
            return name
    return None


def sniff_image_type(head: bytes) -> str | None:
    """The kind of picture by its first bytes (32 are enough): "png", "jpeg", "webp", "gif", "avif", "jxl" or None.

    By content only: `.preview.png` files hold any format. SVG is never a picture here, for it can carry scripts.
    """
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith((b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n")):
        return "jxl"
    return _iso_image_type(head)


def _iso_image_type(head: bytes) -> str | None:
    """AVIF is an ISO media file: its brand may stand first or among the compatible ones."""
    if head[4:8] != b"ftyp":
        return None
    end = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12]] + [head[at : at + 4] for at in range(16, end - 3, 4)]
    return next((_ISO_BRANDS[brand] for brand in brands if brand in _ISO_BRANDS), None)
