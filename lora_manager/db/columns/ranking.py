"""The order by relevance: bm25 for a result that people read, tiers for one that they narrow down first.

bm25 of every adapter that holds a common word takes half a second at 100,000; nobody can tell the five-hundredth from
the thousandth. There, names that hold the words come first, then trigger words and tags, then the rest, and within
each of these what the user and others like.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lora_manager.db.columns.matching import Moment
from lora_manager.db.columns.sorting import BY_NAME, by_popularity, ordered
from lora_manager.db.columns.table import Codes, Mask
from lora_manager.db.columns.text import ranking_expression
from lora_manager.db.full_text import FullText
from lora_manager.search.query.nodes import Node

MOST_SCORED = 2000
"""Adapters that are scored one by one."""
TIERS = (("name", "file_name"), ("triggers", "tags"))


def ranked(moment: Moment, node: Node, mask: Mask) -> tuple[Codes, Sequence[float]]:
    """Return the positions of `mask`, best first, and their scores (higher is better; none where nothing is scored)."""
    columns = moment.columns
    expression = ranking_expression(node)
    if expression is None:
        return ordered(columns, mask, BY_NAME), ()
    scored = FullText.search(moment.connection, expression, MOST_SCORED + 1)
    if len(scored) <= MOST_SCORED:
        return _by_score(moment, mask, scored)
    return _by_tiers(moment, mask, expression), ()


def _by_score(moment: Moment, mask: Mask, scored: Sequence[tuple[int, float]]) -> tuple[Codes, Sequence[float]]:
    columns = moment.columns
    ids = np.array([adapter_id for adapter_id, _ in scored], np.int64)
    scores = np.array([score for _, score in scored])
    is_known = np.isin(ids, columns.ids)
    positions = columns.positions(ids[is_known])
    is_in = mask[positions]
    return positions[is_in], scores[is_known][is_in].tolist()


def _by_tiers(moment: Moment, mask: Mask, expression: str) -> Codes:
    columns = moment.columns
    tier = np.full(len(columns), len(TIERS), np.int8)
    for number, names in reversed(list(enumerate(TIERS))):
        ids = FullText.ids(moment.connection, f"{{{' '.join(names)}}} : ({expression})")
        tier[columns.positions(ids)] = number
    popular = by_popularity(columns)
    found = popular[mask[popular]]
    return found[np.argsort(tier[found], kind="stable")]
