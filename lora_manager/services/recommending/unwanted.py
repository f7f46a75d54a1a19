"""Adapters that are or speak of what a description does not want."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lora_manager.search.ranking.document import NAME, TAG, TRIGGER
from lora_manager.search.ranking.index import RankIndex
from lora_manager.search.ranking.matching import word_hits
from lora_manager.search.ranking.prompt import ParsedPrompt

_IS_IT = NAME | TRIGGER | TAG
"""Fields of which each says what an adapter is: not only what it speaks of."""


def unwanted_in(index: RankIndex, things: Sequence[str]) -> tuple[frozenset[int], frozenset[int]]:
    """Return the ids of the adapters that are one of these things, and of those that only speak of one."""
    size = len(index.ids)
    is_it, speaks = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
    for thing in things:
        parsed = ParsedPrompt.of(thing)
        if not len(parsed.terms):
            continue
        hits = word_hits(parsed, index.segments, size)
        is_it |= _has_all(hits.positions[(hits.fields & _IS_IT) > 0], len(parsed.terms), size)
        speaks |= _has_all(hits.positions[hits.card > 0], len(parsed.terms), size)
    return frozenset(index.ids[is_it].tolist()), frozenset(index.ids[speaks & ~is_it].tolist())


def _has_all(positions: NDArray[np.int64], words: int, size: int) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = np.bincount(positions, minlength=size) >= words
    return found
