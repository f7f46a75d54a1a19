"""A query's text in pieces, each with the position where it begins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from lora_manager.errors import BadInputError

LONGEST = 1000
"""Characters of a query."""
MOST_TOKENS = 200
MOST_IN_ROWS = 60
"""Words that stand in a row with others ("blue hair", well-known): a row of common words takes long to look for."""

_QUOTES = {'"': '"', "\u201c": "\u201d", "\u201e": "\u201c"}
_PIECE = re.compile(r"\s+|([()])|(-)(?=\S)|([A-Za-z]+):(?!//)")
# A tag out of somebody's prompt, pasted: what is looked for is the name in it, not "lora" and the weight.
_TAG = re.compile(r"<(?:lora|lyco):([^:<>]*)[^<>]*>", re.IGNORECASE)
_PLAIN = re.compile(r"[^\s()\"\u201c\u201e]+")


class TokenKind(str, Enum):
    """What a piece is."""

    WORD = "word"
    PHRASE = "phrase"
    FIELD = "field"
    MINUS = "minus"
    OR = "or"
    OPEN = "open"
    CLOSE = "close"
    END = "end"


@dataclass(frozen=True)
class Token:
    """One piece: for a FIELD its name, for a PHRASE what stands between the quotes. `at`: characters before it."""

    kind: TokenKind
    text: str
    at: int
    is_at_end: bool = False
    """Whether the query ends right behind it."""


class QueryError(BadInputError):
    """A query that means nothing. `at`: where, in characters from the beginning; `str` says what and the remedy."""

    code = "query"

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


def tokenize(text: str) -> list[Token]:
    """Return the pieces of a query, ending with one of kind END. Raises QueryError."""
    if len(text) > LONGEST:
        raise QueryError(f"A search may have {LONGEST} characters at most.", LONGEST)
    found: list[Token] = []
    position = 0
    while position < len(text):
        token, position = _next(text, position, found[-1].kind if found else None)
        if token is not None:
            found.append(token)
        if len(found) > MOST_TOKENS:
            raise QueryError(f"A search may have {MOST_TOKENS} words at most.", found[-1].at)
    return [*found, Token(TokenKind.END, "", len(text))]


def _next(text: str, at: int, before: TokenKind | None) -> tuple[Token | None, int]:
    """The piece that begins here (None for white space), and where the next one does."""
    if text[at] in _QUOTES:
        return _phrase(text, at)
    tag = _TAG.match(text, at)
    if tag is not None:
        return Token(TokenKind.WORD, tag[1], at), tag.end()
    piece = _PIECE.match(text, at)
    # What follows `field:` is its value, whatever it looks like: `rating:-1` and `name:a:b` are no minus, no field.
    is_value = before is TokenKind.FIELD and not text[at - 1].isspace()
    if piece is None or (is_value and not piece[0].isspace() and piece[1] is None):
        return _word(text, at, is_value)
    kind = next((kind for group, kind in _GROUPS if piece[group] is not None), None)
    if kind is None:
        return None, piece.end()
    if kind is TokenKind.OPEN and piece[1] == ")":
        kind = TokenKind.CLOSE
    return Token(kind, piece[3] or piece[0], at), piece.end()


_GROUPS = ((1, TokenKind.OPEN), (2, TokenKind.MINUS), (3, TokenKind.FIELD))


def _word(text: str, at: int, is_value: bool) -> tuple[Token, int]:
    plain = _PLAIN.match(text, at)
    assert plain is not None  # quotes, brackets and white space are looked for before
    kind = TokenKind.OR if plain[0] in ("OR", "|") and not is_value else TokenKind.WORD
    return Token(kind, plain[0], at, plain.end() == len(text)), plain.end()


def _phrase(text: str, at: int) -> tuple[Token, int]:
    closing = text.find(_QUOTES[text[at]], at + 1)
    if closing < 0:
        # Half typed: everything to the end is meant.
        return Token(TokenKind.PHRASE, text[at + 1 :], at, True), len(text)
    return Token(TokenKind.PHRASE, text[at + 1 : closing], at), closing + 1
