"""Words of a query as an FTS5 expression over the texts that are indexed."""

from __future__ import annotations

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
    last = words[-1]
    pieces = [piece for word in words[:-1] for piece in (cjk_pieces(word) if CJK_RUN.fullmatch(word) else [word])]
    if not CJK_RUN.fullmatch(last):
        return f'"{" ".join([*pieces, last])}"{"*" if is_open else ""}'
    # A run goes on behind what is looked for, in whatever piece begins with the last sign: that one is left out.
    known = cjk_pieces(last)[:-1]
    return f'"{" ".join([*pieces, *known])}"' if known else f'"{" ".join([*pieces, last])}"*'
