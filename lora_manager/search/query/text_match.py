"""Words of a query against texts: as an FTS5 expression for what is indexed, and directly for a column's few values."""

from __future__ import annotations

from collections.abc import Callable

from lora_manager.search.match import word_term
from lora_manager.search.query.nodes import Words
from lora_manager.search.words import CJK_RUN, cjk_pieces, split_words

COLUMNS = {
    "name": ("name", "version"),
    "trigger": ("triggers",),
    "file": ("file_name",),
    "note": ("notes",),
    "description": ("description",),
}
"""The full-text index's columns that a field of a query is about."""
MOST_WORDS = 32


def words_of(node: Words) -> list[str]:
    """Return the words that a node looks for, one behind the other."""
    return split_words(node.text)[:MOST_WORDS]


def fts_expression(node: Words) -> str | None:
    """Return the FTS5 expression for these words in a row; None when there is no word in them."""
    words = words_of(node)
    if not words:
        return None
    phrase = _phrase(words, node.is_open)
    columns = COLUMNS.get(node.field)
    return phrase if columns is None else f"{{{' '.join(columns)}}} : {phrase}"


def _phrase(words: list[str], is_open: bool) -> str:
    if len(words) == 1:
        return word_term(words[0], prefix=is_open)
    pieces = [
        piece for word in words for piece in (cjk_pieces(word)[:-1] or [word] if CJK_RUN.fullmatch(word) else [word])
    ]
    return f'"{" ".join(pieces)}"{"*" if is_open else ""}'


def _pieces(word: str) -> list[str]:
    """A word as the tokens that the index has of it."""
    return cjk_pieces(word)[:-1] or [word] if CJK_RUN.fullmatch(word) else [word]


def text_test(node: Words) -> Callable[[str], bool]:
    """Return whether a text holds these words in a row, case aside; nothing holds no words."""
    wanted = [word.casefold() for word in words_of(node)]
    if not wanted:
        return lambda text: False
    count, is_open = len(wanted), node.is_open

    def holds(text: str) -> bool:
        found = [word.casefold() for word in split_words(text)]
        return any(_at(found, start, wanted, is_open) for start in range(len(found) - count + 1))

    return holds


def _at(found: list[str], start: int, wanted: list[str], is_open: bool) -> bool:
    last = start + len(wanted) - 1
    if found[start:last] != wanted[:-1]:
        return False
    return found[last].startswith(wanted[-1]) if is_open else found[last] == wanted[-1]
