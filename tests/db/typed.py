"""What somebody types, as the expression that the full-text index is asked."""

from __future__ import annotations

from lora_manager.db.columns.text import ranking_expression
from lora_manager.search.query.nodes import All, Words
from lora_manager.search.words import split_words


def expression_of(query: str) -> str | None:
    """The FTS5 expression for "all these words, the last one may go on"; None when there is no word."""
    words = split_words(query)
    nodes = tuple(Words(word, is_open=word is words[-1] and query[-1:].isalnum()) for word in words)
    return ranking_expression(All(nodes))
