"""Adapters whose texts are like one adapter's own: its document, card and example prompts, taken as a query.

Cosine of tf-idf vectors (Salton and Buckley 1988) with the term counts damped as in BM25, over the terms that say most
of the adapter asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lora_manager.search.ranking.document import Document
from lora_manager.search.ranking.index import RankIndex
from lora_manager.search.ranking.matching import idf
from lora_manager.search.ranking.segment import spread
from lora_manager.search.ranking.terms import Terms

MOST_TERMS = 48
"""Terms of the adapter asked for that are looked up: those that weigh most."""
MOST_POSTINGS = 400_000
"""Postings that are read: common words come last, and say least."""
_CARD, _EXAMPLES = 2.0, 1.0
"""What a word counts that stands in the card, and in the example prompts."""
_DAMPING = 2.0

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class TextLikeness:
    """How like each adapter's text is: by position of the index, 0 to 1, float32[n]. `terms`: those looked up."""

    scores: Floats
    terms: Terms


def similar_texts(index: RankIndex, document: Document) -> TextLikeness:
    """Return how like the texts of all adapters are to a document."""
    size = len(index.ids)
    counts = _damped(document.card, document.examples)
    found = np.sum([segment.slices(document.terms)[1] for segment, _ in index.segments], axis=0)
    weights = counts * idf(found, size)
    best = np.argsort(-weights, kind="stable")[:MOST_TERMS]
    best = best[weights[best] > 0]
    by_count = best[np.argsort(found[best], kind="stable")]
    by_count = by_count[: max(1, int(np.searchsorted(np.cumsum(found[by_count]), MOST_POSTINGS)))]
    terms, weight = document.terms[by_count], weights[by_count]
    own_idf = idf(found[by_count], size)
    scores: NDArray[np.float64] = np.zeros(size, np.float64)
    for segment, shift in index.segments:
        starts, lengths = segment.slices(terms)
        at, owner = spread(starts, lengths)
        value = weight[owner] * own_idf[owner] * _damped(segment.card[at], segment.examples[at])
        scores[shift : shift + segment.size] += np.bincount(segment.positions[at], value, segment.size)
    # The length of each document's vector is not kept; the root of its number of words is near enough.
    scores /= np.sqrt(np.maximum(index.text_lengths, 8.0))
    own = float(weight @ weight) / float(np.sqrt(max(document.card_length + document.examples_length, 8)))
    scores = np.clip(scores / own if own > 0 else scores, 0.0, 1.0)
    likeness: Floats = np.where(index.alive, scores, 0.0).astype(np.float32)
    return TextLikeness(likeness, terms)


def _damped(card: NDArray[np.uint8], examples: NDArray[np.uint8]) -> Floats:
    """How much a word counts: the second time it says less than the first."""
    times = _CARD * card.astype(np.float32) + _EXAMPLES * examples.astype(np.float32)
    damped: Floats = (times / (times + _DAMPING)).astype(np.float32)
    return damped
