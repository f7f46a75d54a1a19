"""What of a prompt is found in the index: hits of its words, hits of its phrases, and the scores made of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lora_manager.search.ranking.prompt import ParsedPrompt
from lora_manager.search.ranking.segment import Segment, spread
from lora_manager.search.ranking.terms import phrase_id

Floats = NDArray[np.float32]

K1, B = 1.2, 0.75
"""Robertson and Zaragoza 2009, The Probabilistic Relevance Framework: how soon counts and lengths stop to matter."""
RAREST = 24
"""Words that the text score is made of: the rarest say most."""
MOST_HITS = 600_000
"""Postings that are read for one prompt: of a long prompt its rarest words. Of 100,000 adapters six words that each
of them holds would reach it."""


@dataclass(frozen=True)
class Hits:
    """Where the words of a prompt stand.

    used: indices of the words that were looked at, rarest first; weights: idf of each word of the prompt, float32[n],
    0 where it stands nowhere; found: in how many adapters each stands. words, positions: one entry per word and
    adapter (index of the word, int32 position), with the counts card and examples and the bits of fields.
    """

    used: NDArray[np.int64]
    weights: Floats
    found: NDArray[np.int64]
    words: NDArray[np.int64]
    positions: NDArray[np.int64]
    card: NDArray[np.uint8]
    examples: NDArray[np.uint8]
    fields: NDArray[np.uint8]

    def only(self, keep: NDArray[np.bool_]) -> Hits:
        """Return the hits at the positions that are kept (bool per hit)."""
        return Hits(
            self.used,
            self.weights,
            self.found,
            self.words[keep],
            self.positions[keep],
            self.card[keep],
            self.examples[keep],
            self.fields[keep],
        )


@dataclass(frozen=True)
class PhraseHits:
    """Which runs of words of the prompt are a phrase of an adapter: index of the run, position, bits of its kinds."""

    phrases: NDArray[np.int64]
    positions: NDArray[np.int64]
    kinds: NDArray[np.uint8]
    found: NDArray[np.int64]


def word_hits(parsed: ParsedPrompt, segments: list[tuple[Segment, int]], size: int) -> Hits:
    """Look the words of a prompt up in segments, each with the position of its first adapter; `size` in all."""
    places = [segment.slices(parsed.terms) for segment, _ in segments]
    found = np.sum([counts for _, counts in places], axis=0)
    weights = idf(found, size)
    order = np.argsort(found, kind="stable")
    order = order[found[order] > 0]
    order = order[: max(1, int(np.searchsorted(np.cumsum(found[order]), MOST_HITS)))]
    parts: list[list[NDArray[np.generic]]] = []
    for (segment, shift), (starts, counts) in zip(segments, places, strict=True):
        indices, owner = spread(starts[order], counts[order])
        parts.append(
            [
                order[owner],
                segment.positions[indices].astype(np.int64) + shift,
                segment.card[indices],
                segment.examples[indices],
                segment.fields[indices],
            ]
        )
    words, positions, card, examples, bits = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Hits(order, weights, found, words, positions, card, examples, bits)


def phrase_hits(parsed: ParsedPrompt, segments: list[tuple[Segment, int]]) -> PhraseHits:
    """Look every run of words of a prompt up among the phrases."""
    _, first = np.unique(parsed.phrases, return_index=True)
    places = [segment.phrase_slices(parsed.phrases[first]) for segment, _ in segments]
    found = np.zeros(len(parsed.phrases), np.int64)
    found[first] = np.sum([counts for _, counts in places], axis=0)
    phrases, positions, kinds = [], [], []
    for (segment, shift), (starts, counts) in zip(segments, places, strict=True):
        indices, owner = spread(starts, counts)
        phrases.append(first[owner])
        positions.append(segment.phrase_positions[indices].astype(np.int64) + shift)
        kinds.append(segment.phrase_kinds[indices])
    return PhraseHits(np.concatenate(phrases), np.concatenate(positions), np.concatenate(kinds), found)


def idf(found: NDArray[np.int64], size: int) -> Floats:
    """Return the inverse document frequency of words that stand in `found` of `size` documents; 0 for those in none."""
    weight = np.log1p((max(size, 1) - np.minimum(found, size) + 0.5) / (found + 0.5))
    return np.where(found > 0, weight, 0.0).astype(np.float32)


def bm25(
    hits: Hits,
    counts: NDArray[np.uint8],
    lengths: Floats,
    average: float,
    chosen: NDArray[np.bool_] | None = None,
) -> Floats:
    """Return the BM25 of every adapter over the chosen words (bool per word), or all; float32 per adapter."""
    keep = counts > 0
    if chosen is not None:
        keep &= chosen[hits.words]
    positions, words = hits.positions[keep], hits.words[keep]
    times = counts[keep].astype(np.float32)
    slack = np.float32(K1) * (np.float32(1 - B) + np.float32(B / max(average, 1.0)) * lengths)
    value = times / (times + slack[positions])
    value *= (hits.weights * np.float32(K1 + 1))[words]
    return np.bincount(positions, value, len(lengths)).astype(np.float32)


def pair_scores(parsed: ParsedPrompt, segments: list[tuple[Segment, int]], lengths: Floats, average: float) -> Floats:
    """Return the BM25 of every adapter over the prompt's pairs of neighbouring words, float32 per adapter."""
    sequence = parsed.sequence[parsed.sequence >= 0]
    words = parsed.words
    pairs = np.array(sorted({phrase_id((words[a], words[b])) for a, b in pairwise(sequence.tolist())}), np.uint32)
    places = [segment.pair_slices(pairs) for segment, _ in segments]
    found = np.sum([counts for _, counts in places], axis=0)
    weights = idf(found, len(lengths))
    positions, values = [], []
    for (segment, shift), (starts, counts) in zip(segments, places, strict=True):
        indices, owner = spread(starts, counts)
        positions.append(segment.pair_positions[indices].astype(np.int64) + shift)
        values.append(weights[owner])
    position = np.concatenate(positions)
    slack = K1 * (1 - B + B / max(average, 1.0) * lengths[position])
    value = np.concatenate(values) * (K1 + 1) / (1 + slack)
    return np.bincount(position, value, len(lengths)).astype(np.float32)
