"""Natural order as text: "v2" before "v10", case and accents aside, in any database's plain text sort."""

from __future__ import annotations

import re
import unicodedata

_DIGITS = re.compile(r"\d+")
_MAX_LENGTH = 200
_MAX_DIGITS = 12


def natural_key(name: str) -> str:
    """Return a text whose plain order is the natural order of names. Capped at about 200 characters."""
    text = name[:_MAX_LENGTH].casefold()
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return _DIGITS.sub(_padded, text.strip())


def _padded(digits: re.Match[str]) -> str:
    number = digits.group().lstrip("0") or "0"
    return number if len(number) > _MAX_DIGITS else number.zfill(_MAX_DIGITS)
