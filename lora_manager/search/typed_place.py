"""What is being typed in the search box: the piece of the query at the caret, and what may stand there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lora_manager.search.query.tokens import LONGEST, QueryError, Token, TokenKind, tokenize

_REST_OF_WORD = re.compile(r"[^\s()\"\u201c\u201e]*")
_CLOSING = {'"': '"', "\u201c": "\u201d", "\u201e": "\u201c"}
_NEEDS_QUOTES = re.compile(r"[\s()\"\u201c\u201d\u201e]")


@dataclass(frozen=True)
class TypedPlace:
    """A piece of the query: `begun` of it is typed. What is chosen goes in place of the characters `start` to `end`.

    `field` is the field whose value it is, as it is written; None for a word of its own.
    """

    start: int
    end: int
    begun: str
    field: str | None = None


def typed_place(text: str, caret: int) -> TypedPlace | None:
    """Return what is being typed where the caret stands, in characters from the beginning; None between the pieces."""
    if not 0 <= caret <= min(len(text), LONGEST):
        return None
    try:
        tokens = tokenize(text[:caret])[:-1]
    except QueryError:
        return None
    if not tokens or (text[caret - 1].isspace() and not _is_open_phrase(text, tokens[-1], caret)):
        return None
    last, before = tokens[-1], tokens[-2] if len(tokens) > 1 else None
    if last.kind is TokenKind.FIELD:
        return TypedPlace(caret, _end(text, caret), "", last.text)
    field = before.text if before is not None and _is_value_of(last, before) else None
    if last.kind is TokenKind.PHRASE:
        is_open = _is_open_phrase(text, last, caret)
        return TypedPlace(last.at, _end_of_phrase(text, last.at, caret), last.text, field) if is_open else None
    if last.kind in (TokenKind.WORD, TokenKind.OR) and last.text != "-":
        return TypedPlace(last.at, _end(text, caret), last.text, field)
    return None


def as_value(text: str, *, is_exact: bool = False) -> str:
    """Return a value as it is written in a query: in quotes where it would be taken for more than one word.

    `is_exact`: in quotes in any case, so that nothing else that begins so is found with it.
    """
    if not is_exact and not _NEEDS_QUOTES.search(text):
        return text
    if '"' not in text:
        return f'"{text}"'
    # There is no sign that makes a quote part of a phrase; other quotes hold it.
    return f"\u201c{text}\u201d" if "\u201d" not in text else '"{}"'.format(text.replace('"', " "))


def _is_value_of(value: Token, name: Token) -> bool:
    return name.kind is TokenKind.FIELD and value.at == name.at + len(name.text) + 1


def _is_open_phrase(text: str, token: Token, caret: int) -> bool:
    """Whether the quotes of a phrase that reaches to the caret are still open there."""
    return token.kind is TokenKind.PHRASE and token.at + 1 + len(token.text) == caret


def _end(text: str, caret: int) -> int:
    found = _REST_OF_WORD.match(text, caret)
    return found.end() if found is not None else caret


def _end_of_phrase(text: str, start: int, caret: int) -> int:
    """Behind the closing quote of this phrase, if the next quote is one; what follows an open phrase is left alone."""
    closing = text.find(_CLOSING[text[start]], caret)
    if closing < 0:
        return caret
    behind = text[closing + 1 : closing + 2]
    is_closing = behind in ("", ")") or behind.isspace()
    return closing + 1 if is_closing else caret
