"""Words of a query in the full-text index: which adapters have them, as masks over the columns."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from lora_manager.db.columns.table import Columns, Mask
from lora_manager.db.full_text import FullText
from lora_manager.search.query.nodes import All, Any, Node, Words
from lora_manager.search.query.text_match import COLUMNS, fts_expression


def is_text(node: Node) -> bool:
    """Whether a node is asked of the full-text index."""
    return isinstance(node, Words) and (not node.field or node.field in COLUMNS)


def text_mask(connection: Connection, columns: Columns, nodes: Sequence[Node]) -> Mask:
    """Return which adapters hold the words of all these nodes; a node without a word finds nothing."""
    expressions = [fts_expression(node) for node in nodes if isinstance(node, Words)]
    if not all(expressions):
        return columns.none()
    return columns.mask_of_ids(FullText.ids(connection, " AND ".join(map(str, expressions))))


def ranking_expression(node: Node) -> str | None:
    """Return the expression whose matches hold all that a query finds and can tell the better from the worse.

    None where nothing of the query is text: numbers, flags and what must not be there rank nothing.
    """
    if is_text(node) and isinstance(node, Words):
        return fts_expression(node)
    if isinstance(node, All):
        found = [expression for expression in map(ranking_expression, node.nodes) if expression]
        return " AND ".join(f"({expression})" for expression in found) or None
    if isinstance(node, Any):
        every = [ranking_expression(one) for one in node.nodes]
        return " OR ".join(f"({expression})" for expression in every) if all(every) else None
    return None


def words_to_find(node: Node) -> list[str]:
    """Return the words, as they were typed, of what a query looks for and does not leave out."""
    if is_text(node) and isinstance(node, Words):
        return [node.text]
    return [text for one in node.nodes for text in words_to_find(one)] if isinstance(node, (All, Any)) else []
