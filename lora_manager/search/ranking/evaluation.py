"""How good a ranking is: hits, reciprocal ranks and gains over many queries, with bootstrap intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

DEPTH = 10
"""Places of a list that are looked at."""
SAMPLES = 1_000

Measure = NDArray[np.float64]
"""One number per query."""


class Interval(NamedTuple):
    """A mean with the bounds of its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Measures:
    """What each query got, float64[queries] each: 1 where the first (one of the first ten) is right, else 0; the
    reciprocal of the first right one's place; the discounted gain as a share of the best possible (binary gains)."""

    hit_1: Measure
    hit_10: Measure
    mrr_10: Measure
    ndcg_10: Measure

    def only(self, keep: NDArray[np.bool_]) -> Measures:
        """Return those of some queries (bool per query)."""
        return Measures(self.hit_1[keep], self.hit_10[keep], self.mrr_10[keep], self.ndcg_10[keep])

    def summary(self) -> dict[str, Interval]:
        """Return the mean of each measure with its interval."""
        named = {"hit@1": self.hit_1, "hit@10": self.hit_10, "mrr@10": self.mrr_10, "ndcg@10": self.ndcg_10}
        return {name: interval(values) for name, values in named.items()}


def measure(ranked: Sequence[Sequence[object]], relevant: Sequence[frozenset[object] | set[object]]) -> Measures:
    """Return what each query got for its list, best first; what is relevant of it is a set."""
    rows = [_of_one(list(found[:DEPTH]), set(right)) for found, right in zip(ranked, relevant, strict=True)]
    table = np.array(rows, np.float64).reshape(-1, 4)
    return Measures(*(table[:, column] for column in range(4)))


def _of_one(found: Sequence[object], right: set[object]) -> tuple[float, float, float, float]:
    places = [place for place, item in enumerate(found) if item in right]
    if not places:
        return 0.0, 0.0, 0.0, 0.0
    gain = sum(1 / math.log2(place + 2) for place in places)
    best = sum(1 / math.log2(place + 2) for place in range(min(len(right), DEPTH)))
    return float(places[0] == 0), 1.0, 1 / (places[0] + 1), min(gain / best, 1.0)


def interval(values: Measure, seed: int = 0, samples: int = SAMPLES) -> Interval:
    """Return the mean of values with its 95 % bootstrap interval (percentiles of means of resampled queries)."""
    if not len(values):
        return Interval(0.0, 0.0, 0.0)
    rnd = np.random.default_rng(seed)
    means = [values[rnd.integers(0, len(values), len(values))].mean() for _ in range(samples)]
    low, high = np.percentile(means, [2.5, 97.5])
    return Interval(float(values.mean()), float(low), float(high))


def paired(values: Measure, others: Measure, seed: int = 0) -> Interval:
    """Return by how much values exceed others on the same queries: where the interval is above 0 they are better."""
    return interval(values - others, seed)


def by_group(measures: Measures, groups: Sequence[str]) -> Mapping[str, dict[str, Interval]]:
    """Return the summary of each group of queries, the largest group first."""
    names, counts = np.unique(np.array(groups, dtype=str), return_counts=True)
    order = np.argsort(-counts, kind="stable")
    array = np.array(groups, dtype=str)
    return {str(names[i]): measures.only(array == names[i]).summary() for i in order}
