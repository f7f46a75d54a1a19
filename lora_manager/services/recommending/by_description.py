"""A description in words: what is wanted, and what is not ("moody film light, not anime")."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lora_manager.search.words import split_words

MOST_UNWANTED = 8
"""Things not wanted that are looked at."""
_MOST_WORDS = 6
"""Words of one thing not wanted: behind them a sentence goes on."""
LOWERED = 0.15
"""What is left of the score of an adapter that speaks of what is not wanted."""

_NOT = (
    r"(?:but\s+)?(?:not(?!\s+(?:only|just|necessarily))(?:\s+too)?|no|without|never|except(?:\s+for)?|excluding|avoid(?:ing)?|"
    r"anything\s+but|nothing\s+(?:like|with)|rather\s+than|instead\s+of|isn'?t|don'?t\s+want|minus)"
)
_UNTIL = r"(?=\s*(?:[,.;:!?\n()]|\bbut\b|\band\b|$))"
_UNWANTED = re.compile(rf"(?<![\w'-]){_NOT}\s+(?:any\s+|an?\s+|the\s+)?(?P<what>[^,.;:!?\n()]{{1,80}}?){_UNTIL}", re.I)
_MINUS = re.compile(r"(?:(?<=\s)|^)-(?P<what>[^\W\d_][\w-]{1,40})")
_OR = re.compile(r"\s+(?:or|nor)\s+", re.I)
_MAX_LENGTH = 20_000


@dataclass(frozen=True)
class Description:
    """What a description asks for, and what it does not want, each thing as words.

    `wanted` is the text with blanks for what is not wanted: what is left stands where it stood.
    """

    wanted: str
    unwanted: tuple[str, ...]


def read_description(text: str) -> Description:
    """Tell what is wanted from what is not. Of a very long text the beginning is read so; all of it is wanted then."""
    begin, rest = text[:_MAX_LENGTH], text[_MAX_LENGTH:]
    found: dict[str, None] = {}

    def take_out(match: re.Match[str]) -> str:
        for part in _OR.split(match["what"]):
            words = split_words(part)[:_MOST_WORDS]
            if words and len(found) < MOST_UNWANTED:
                found.setdefault(" ".join(words))
        return " " * len(match[0])

    return Description(_MINUS.sub(take_out, _UNWANTED.sub(take_out, begin)) + rest, tuple(found))
