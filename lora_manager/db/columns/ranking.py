"""The order by relevance: bm25 for a result that people read, tiers for one that they narrow down first.

bm25 of every adapter that holds a common word takes half a second at 100,000; nobody can tell the five-hundredth from
the thousandth. There, names that hold the words come first, then trigger words and tags, then the rest, and within
each of these what the user and others like.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lora_manager.db.columns.matching import Moment
from lora_manager.db.columns.sorting import BY_NAME, by_popularity, order, ordered
from lora_manager.db.columns.table import Codes, Columns, Mask
from lora_manager.db.columns.text import ranking_expression, words_to_find
from lora_manager.db.columns.vocabulary import NO_VALUE
from lora_manager.db.full_text import FullText
from lora_manager.db.natural_sort import natural_key
from lora_manager.search.query.nodes import Node

MOST_SCORED = 1000
"""Adapters that are scored one by one."""
BARE = 0.6
"""What the score counts of an adapter that has neither tags nor trigger words."""
MOST_TIERED = 25_000
"""Adapters whose fields are told apart; of more only those come first whose name begins with a word of the query."""
_BEHIND_ALL = "\U0010ffff"
TIERS = (("name", "file_name"), ("triggers", "tags"))


def ranked(moment: Moment, node: Node, mask: Mask) -> tuple[Codes, Sequence[float]]:
    """Return the positions of `mask`, best first, and their scores (higher is better; none where nothing is scored)."""
    columns = moment.columns
    expression = ranking_expression(node)
    if expression is None:
        return ordered(columns, mask, BY_NAME), ()
    found = FullText.count(moment.connection, expression, MOST_TIERED + 1)
    if found <= MOST_SCORED:
        return _by_score(moment, mask, FullText.search(moment.connection, expression))
    tier = _tiers_of_fields(moment, expression) if found <= MOST_TIERED else _tiers_of_names(columns, node)
    popular = by_popularity(columns)
    positions = popular[mask[popular]]
    return positions[np.argsort(tier[positions], kind="stable")], ()


def _by_score(moment: Moment, mask: Mask, scored: Sequence[tuple[int, float]]) -> tuple[Codes, Sequence[float]]:
    columns = moment.columns
    ids = np.array([adapter_id for adapter_id, _ in scored], np.int64)
    scores = np.array([score for _, score in scored])
    positions = columns.positions_or_none(ids)
    is_known = positions != NO_VALUE
    positions, scores = positions[is_known], scores[is_known]
    # A file without a record has nothing but its name, in which a word weighs much: it is not the better for that.
    scores = np.where((columns["has_triggers"] | columns.has_tags)[positions], scores, scores * BARE)
    best = np.argsort(-scores, kind="stable")
    positions, scores = positions[best], scores[best]
    is_in = mask[positions]
    return positions[is_in], scores[is_in].tolist()


def _tiers_of_fields(moment: Moment, expression: str) -> NDArray[np.int8]:
    columns = moment.columns
    tier = np.full(len(columns), len(TIERS), np.int8)
    for number, names in reversed(list(enumerate(TIERS))):
        ids = FullText.ids(moment.connection, f"{{{' '.join(names)}}} : ({expression})")
        tier[columns.positions(ids)] = number
    return tier


def _tiers_of_names(columns: Columns, node: Node) -> NDArray[np.int8]:
    tier = np.ones(len(columns), np.int8)
    by_name, names = order(columns, BY_NAME), columns["sort_name"]
    for word in words_to_find(node):
        begin = natural_key(word)
        start = bisect_left(by_name, begin, key=names.__getitem__)
        tier[by_name[start : bisect_left(by_name, begin + _BEHIND_ALL, start, key=names.__getitem__)]] = 0
    return tier
