"""Which suggestion covers which part of the prompt, and an order in which more of the parts are covered early."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

KEPT = 3
"""Suggestions at the top whose order is that of the ranking alone: what fits best is never moved down."""


def covered_concepts(concepts: Sequence[tuple[int, int]], matched: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Return the indices of the concepts in which a matched word stands; both are (start, end), sorted."""
    starts = [start for start, _ in concepts]
    found: dict[int, None] = {}
    for start, end in matched:
        at = bisect_right(starts, start) - 1
        if at >= 0 and start < concepts[at][1]:
            found.setdefault(at)
        elif at + 1 < len(concepts) and end > concepts[at + 1][0]:
            found.setdefault(at + 1)
    return tuple(sorted(found))


def diversified(
    scores: Sequence[float], covered: Sequence[frozenset[int]], weight: float, kept: int = KEPT
) -> list[int]:
    """Return the order of suggestions that are sorted by score, those that cover something new a little earlier.

    Maximal marginal relevance (Carbonell and Goldstein, 1998) over what is covered: each next one has the largest
    `score - weight * overlap`, overlap being the share of its concepts that those before it cover already. The first
    `kept` stay where they are.
    """
    order = list(range(min(kept, len(scores))))
    seen: set[int] = set()
    for at in order:
        seen |= covered[at]
    left = list(range(len(order), len(scores)))
    while left:
        best = max(left, key=lambda at: (scores[at] - weight * _overlap(covered[at], seen), -at))
        left.remove(best)
        order.append(best)
        seen |= covered[best]
    return order


def _overlap(covered: frozenset[int], seen: set[int]) -> float:
    return len(covered & seen) / len(covered) if covered else 1.0
