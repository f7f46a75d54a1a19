"""Text that can be written down: Python's strings can hold halves of characters, no file or database can."""

from __future__ import annotations


def is_whole(text: str) -> bool:
    """Say whether a text can be written as UTF-8.

    Halves of surrogate pairs come from JSON escapes, and from file names that are not UTF-8 (os.fsdecode).
    """
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def whole(text: str) -> str:
    """Return the text with "?" in place of what cannot be written as UTF-8."""
    return text if is_whole(text) else text.encode("utf-8", "replace").decode()
