"""The words of a query that have to be found, one by one, and the query with some of them written otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lora_manager.search.query.fields import FIELD_BY_NAME, Field, Kind
from lora_manager.search.query.tokens import Token, TokenKind, tokenize
from lora_manager.search.typed_place import as_value
from lora_manager.search.words import word_spans


@dataclass(frozen=True)
class QueryPiece:
    """A word of the query, or the whole value of a field with choices, between the characters `start` and `end`.

    `alone` is the query that asks for nothing else; `field` is "" for a word that may stand in any.
    """

    start: int
    end: int
    text: str
    field: str
    alone: str
    is_value: bool = False


def query_pieces(text: str) -> Iterator[QueryPiece]:
    """Yield the pieces in order, without those behind a minus. Raises QueryError."""
    tokens = tokenize(text)
    left_out = _left_out(tokens)
    for at, token in enumerate(tokens):
        if token.kind not in (TokenKind.WORD, TokenKind.PHRASE) or at in left_out:
            continue
        name = tokens[at - 1] if at and _is_value(token, tokens[at - 1]) else None
        field = FIELD_BY_NAME.get(name.text.lower()) if name is not None else None
        if name is None or (field is not None and field.kind is Kind.TEXT):
            yield from _words(token, field, text)
        elif field is not None and field.kind is Kind.CHOICE:
            yield _choice(token, field, text)


def written(text: str, spellings: Sequence[tuple[QueryPiece, str]]) -> str:
    """Return the query with other texts in place of these pieces, which are in its order."""
    for piece, spelling in reversed(spellings):
        text = text[: piece.start] + (as_value(spelling) if piece.is_value else spelling) + text[piece.end :]
    return text


def _left_out(tokens: Sequence[Token]) -> set[int]:
    """The tokens behind a minus: one, a field with its value, or all up to the closing bracket."""
    found: set[int] = set()
    for at, token in enumerate(tokens):
        if token.kind is TokenKind.MINUS:
            depth, end = 0, at + 1
            while end < len(tokens):
                kind = tokens[end].kind
                depth += (kind is TokenKind.OPEN) - (kind is TokenKind.CLOSE)
                end += 1
                if depth <= 0 and kind not in (TokenKind.MINUS, TokenKind.FIELD):
                    break
            found.update(range(at, end))
    return found


def _is_value(value: Token, name: Token) -> bool:
    return name.kind is TokenKind.FIELD and value.at == name.at + len(name.text) + 1


def _choice(token: Token, field: Field, text: str) -> QueryPiece:
    is_phrase = token.kind is TokenKind.PHRASE
    end = token.at + len(token.text) + is_phrase
    if is_phrase and not token.is_at_end:
        end += 1
    return QueryPiece(token.at, end, token.text, field.name, _alone(text[token.at : end], field, end, text), True)


def _words(token: Token, field: Field | None, text: str) -> Iterator[QueryPiece]:
    is_tag = text[token.at] == "<" and not text.startswith(token.text, token.at)
    inside = text.index(":", token.at) + 1 if is_tag else token.at + (token.kind is TokenKind.PHRASE)
    for first, behind in word_spans(token.text):
        start, end = inside + first, inside + behind
        word = text[start:end]
        yield QueryPiece(start, end, word, field.name if field else "", _alone(word, field, end, text))


def _alone(value: str, field: Field | None, end: int, text: str) -> str:
    """A word is still being typed where the query ends; elsewhere it is whole."""
    query = f"{field.name}:{value}" if field is not None else value
    return query if end >= len(text) else f"{query} "
