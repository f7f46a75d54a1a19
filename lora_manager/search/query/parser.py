"""From what a user types to a tree of nodes. Anything either parses or fails at a position, with what to do.

A colon behind a word that is no field ("re:zero", "(masterpiece:1.2)") is text; a hint says so where a field may have
been meant.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass

from lora_manager.search.query.fields import FIELD_BY_NAME, FIELDS, FLAG_ALSO, FLAGS, Field, Kind
from lora_manager.search.query.nodes import All, Any, Everything, Flag, Node, Not, Words
from lora_manager.search.query.tokens import MOST_IN_ROWS, QueryError, Token, TokenKind, tokenize
from lora_manager.search.query.values import hash_in, hash_node, value_node
from lora_manager.search.words import split_words

_JOINERS = frozenset({"AND", "&"})
"""What some write between words that must all be found, as they must without it."""
DEEPEST = 20
"""Brackets and minus signs inside one another."""


@dataclass(frozen=True)
class Hint:
    """What may have been meant instead, at a position in characters. The query holds as it stands."""

    message: str
    at: int


@dataclass(frozen=True)
class Query:
    """What a query means, and what may have been meant."""

    node: Node
    hints: tuple[Hint, ...] = ()


def parse_query(text: str) -> Query:
    """Return what a query means. Raises QueryError, which says where and what to do."""
    parser = _Parser(tokenize(text))
    node = parser.whole()
    return Query(node, tuple(parser.hints))


class _Parser:
    """Recursive descent: OR binds least, then words side by side (all of them), then minus."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0
        self._in_rows = 0
        self.hints: list[Hint] = []

    def whole(self) -> Node:
        node = self._either()
        left = self._look()
        if left.kind is TokenKind.CLOSE:
            raise QueryError("This bracket closes nothing: take it out, or put it in quotes.", left.at)
        return node

    def _look(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._tokens[self._next]
        self._next = min(self._next + 1, len(self._tokens) - 1)
        return token

    def _either(self) -> Node:
        found = [self._together()]
        while self._look().kind is TokenKind.OR:
            found.append(self._behind_or(found[-1], self._take()))
        return found[0] if len(found) == 1 else Any(tuple(found))

    def _behind_or(self, before: Node, sign: Token) -> Node:
        if isinstance(before, Everything):
            raise QueryError('OR stands between two things. For the word itself write "OR".', sign.at)
        node = self._together()
        if isinstance(node, Everything):
            raise QueryError('Something is missing behind OR. For the word itself write "OR".', sign.at)
        return node

    def _together(self) -> Node:
        found: list[Node] = []
        while self._look().kind not in (TokenKind.OR, TokenKind.CLOSE, TokenKind.END):
            node = self._one()
            if not isinstance(node, Everything):
                found.append(node)
        if not found:
            return Everything()
        return found[0] if len(found) == 1 else All(tuple(found))

    def _one(self) -> Node:
        token = self._take()
        if token.kind is TokenKind.MINUS:
            return self._negated(token)
        if token.kind is TokenKind.OPEN:
            return self._bracketed(token)
        if token.kind is TokenKind.FIELD:
            return self._field(token)
        if token.kind is TokenKind.WORD and token.text in _JOINERS:
            return Everything()
        # What has no letter and no digit ("!", an emoji) is in no index: it asks for nothing.
        words = self._counted(Words(token.text, is_open=_may_go_on(token)), token.at)
        hash_ = hash_in(token.text)
        return words if hash_ is None else Any((words, hash_))

    def _negated(self, sign: Token) -> Node:
        if self._look().kind in (TokenKind.OR, TokenKind.CLOSE, TokenKind.END):
            raise QueryError("Something is missing behind the minus: -word leaves out what has that word.", sign.at)
        node = self._deeper(sign, self._one)
        return node if isinstance(node, Everything) else Not(node)

    def _bracketed(self, opening: Token) -> Node:
        node = self._deeper(opening, self._either)
        if self._look().kind is not TokenKind.CLOSE:
            raise QueryError("This bracket is never closed: add ) or put it in quotes.", opening.at)
        self._take()
        return node

    def _deeper(self, token: Token, read: Callable[[], Node]) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise QueryError(f"At most {DEEPEST} brackets inside one another.", token.at)
        node = read()
        self._depth -= 1
        return node

    def _field(self, name: Token) -> Node:
        value = self._look()
        behind = name.at + len(name.text) + 1
        is_there = value.kind in (TokenKind.WORD, TokenKind.PHRASE) and value.at == behind
        if name.text.lower() == "is":
            return self._flag(self._take() if is_there else None, behind)
        field = FIELD_BY_NAME.get(name.text.lower())
        if field is None:
            return self._text_with_colon(name, self._take() if is_there else None)
        if not is_there or not value.text.strip():
            raise QueryError(f"Something is missing behind {name.text}: as in {field.example}.", behind)
        self._take()
        if field.kind in (Kind.TEXT, Kind.CHOICE):
            return self._counted(_words_of_field(field, value), value.at)
        if field.kind is Kind.HASH:
            return hash_node(value.text.strip(), value.at)
        return value_node(field, value.text, value.at)

    def _counted(self, node: Words, at: int) -> Node:
        """The node, unless it has no words at all; raises where too many stand in rows."""
        words = split_words(node.text)
        if not words and not node.field:
            return Everything()
        self._in_rows += len(words) if len(words) > 1 else 0
        if self._in_rows > MOST_IN_ROWS:
            message = f"At most {MOST_IN_ROWS} words may stand in rows: put blanks between words, or use fewer."
            raise QueryError(message, at)
        return node

    def _text_with_colon(self, name: Token, value: Token | None) -> Node:
        near = difflib.get_close_matches(name.text.lower(), FIELD_BY_NAME, 1, 0.6)
        behind = value.text if value is not None else ""
        # (masterpiece:1.2) out of a prompt is no field that was meant.
        if near or (not self.hints and not behind[:1].isdigit()):
            known = f"Did you mean {near[0]}:?" if near else f"Fields are {', '.join(field.name for field in FIELDS)}."
            self.hints.append(Hint(f'"{name.text[:40]}:" is no field, so it is looked for as text. {known}', name.at))
        return self._counted(Words(f"{name.text}:{behind}", is_open=value is not None and _may_go_on(value)), name.at)

    def _flag(self, value: Token | None, at: int) -> Node:
        name = value.text.lower() if value is not None else ""
        name = FLAG_ALSO.get(name, name)
        if name not in FLAGS:
            near = difflib.get_close_matches(name, FLAGS, 1)
            meant = f"Did you mean is:{near[0]}? " if near else ""
            raise QueryError(f"is: takes one of these: {', '.join(FLAGS)}. {meant}".rstrip(), at)
        return Flag(name)


def _words_of_field(field: Field, value: Token) -> Words:
    is_exact = field.kind is Kind.CHOICE and value.kind is TokenKind.PHRASE
    if field.kind is Kind.TEXT and not split_words(value.text):
        raise QueryError(f"{field.name}: takes words, with letters or digits: as in {field.example}.", value.at)
    return Words(value.text, field.name, _may_go_on(value) and not is_exact, is_exact)


def _may_go_on(token: Token) -> bool:
    """Whether somebody may still be typing this word."""
    return token.is_at_end and token.text[-1:].isalnum()
