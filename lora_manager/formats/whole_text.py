"""Text that can be written down: Python's strings can hold halves of characters, no file or database can."""

from __future__ import annotations

import re

_HALF = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LINE_END = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_TURN = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
"""What turns the direction of the text behind it, so that a name reads as another."""


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


def without_controls(text: str) -> str:
    """Return what a person wrote without control characters, which a terminal would obey; lines and tabs stay."""
    return _HALF.sub("\ufffd", _CONTROL.sub("", text))


def one_line(text: str) -> str:
    """Return a name as one line that shows what it says: no line ends, control characters or turned directions."""
    return without_controls(_TURN.sub("", _LINE_END.sub(" ", text)))
