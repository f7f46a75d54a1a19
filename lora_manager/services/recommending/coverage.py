"""Which suggestion covers which part of the prompt, and an order in which more of the parts are covered early."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lora_manager.search.ranking.matching import Hits
from lora_manager.search.ranking.prompt import ParsedPrompt

KEPT = 3
"""Suggestions at the top whose order is that of the ranking alone: what fits best is never moved down."""

LEAST_COVERED = 1 / 3
"""From this part of the weight of its words on a concept is covered: "style" alone covers no "ghibli style"."""


@dataclass(frozen=True)
class Coverage:
    """The words of a prompt by concept: words and concepts, the index of both at each place of the prompt that counts.

    weights: of each such place, float32; mass: of each concept.
    """

    words: NDArray[np.int64]
    concepts: NDArray[np.int64]
    weights: NDArray[np.float32]
    mass: NDArray[np.float64]

    @classmethod
    def of(cls, parsed: ParsedPrompt, hits: Hits, size: int) -> Coverage:
        """Return how a prompt is covered in a library of `size`; a word that it has nowhere weighs most."""
        count = len(parsed.concepts)
        bounds = np.array([(concept.start, concept.end) for concept in parsed.concepts], np.int64).reshape(-1, 2)
        starts = parsed.places[:, 0].astype(np.int64)
        at = np.searchsorted(bounds[:, 0], starts, side="right") - 1
        inside = (at >= 0) & (parsed.sequence >= 0)
        inside[inside] = starts[inside] < bounds[at[inside], 1]
        words, concepts = parsed.sequence[inside].astype(np.int64), at[inside]
        unknown = np.float32(np.log1p(2 * size + 1))
        weights = np.where(hits.found > 0, hits.weights, unknown).astype(np.float32)[words]
        mass = np.bincount(concepts, weights, count).astype(np.float64)
        return cls(words, concepts, weights, mass)

    def covered(self, matched: NDArray[np.int64]) -> tuple[int, ...]:
        """Return the concepts of which these words (indices) hold a good part."""
        there = set(matched.tolist())
        held = [0.0] * len(self._mass)
        for word, concept, weight in self._places:
            if word in there:
                held[concept] += weight
        return tuple(at for at, (own, mass) in enumerate(zip(held, self._mass, strict=True)) if own >= mass > 0)

    @cached_property
    def _places(self) -> list[tuple[int, int, float]]:
        return list(zip(self.words.tolist(), self.concepts.tolist(), self.weights.tolist(), strict=True))

    @cached_property
    def _mass(self) -> list[float]:
        """Of each concept what must be held of it, a little less for what rounding takes."""
        return (self.mass * (LEAST_COVERED - 1e-6)).tolist()  # type: ignore[no-any-return]


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
