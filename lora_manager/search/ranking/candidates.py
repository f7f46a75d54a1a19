"""Candidates: the few hundred adapters of a library that come into question for a prompt, by cheap scores of all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lora_manager.search.ranking.document import PHRASE_TRIGGER
from lora_manager.search.ranking.library import IndexedLibrary
from lora_manager.search.ranking.matching import (
    RAREST,
    Floats,
    Hits,
    PhraseHits,
    bm25,
    pair_scores,
    phrase_hits,
    word_hits,
)
from lora_manager.search.ranking.prompt import ParsedPrompt

_PHRASE_LEAD = 0.5
"""How many places a phrase of its own in the prompt lifts an adapter among the candidates."""
_AUTHORS = 40
"""Adapters that come in because other adapters of their author fit well."""


@dataclass(frozen=True)
class Scores:
    """The cheap scores of every adapter for a prompt, float32[n] each.

    text: BM25 over card and examples by the rarest words; text_all: by all words; card, examples: over these alone;
    pairs: over neighbouring words; author_text, author_examples: mean of the author's other adapters, of which there
    are author_count.
    """

    hits: Hits
    phrases: PhraseHits
    text: Floats
    text_all: Floats
    card: Floats
    examples: Floats
    pairs: Floats
    author_text: Floats
    author_examples: Floats
    author_count: Floats


def score_all(index: IndexedLibrary, parsed: ParsedPrompt) -> Scores:
    """Return the cheap scores of every adapter."""
    size = len(index.ids)
    hits = word_hits(parsed, index.segments, size)
    both = np.minimum(hits.card.astype(np.uint16) + hits.examples, 255).astype(np.uint8)
    text_length, card_length, examples_length = index.averages
    text_all = bm25(hits, both, index.text_lengths, text_length)
    text = text_all
    if len(hits.used) > RAREST:
        rarest = np.zeros(len(parsed.terms), bool)
        rarest[hits.used[:RAREST]] = True
        text = bm25(hits, both, index.text_lengths, text_length, rarest)
    examples = bm25(hits, hits.examples, index.examples_lengths, examples_length)
    codes, living = index.author_codes, index.alive
    known = (codes > 0) & living
    counts = np.bincount(codes[known], minlength=int(codes.max(initial=0)) + 1)
    others = np.maximum(counts[codes] - 1, 0).astype(np.float32) * known

    def of_others(values: Floats) -> Floats:
        total = np.bincount(codes[known], values[known], len(counts))
        rest = (total[codes] - values) / np.maximum(others, 1)
        return np.where(others > 0, np.maximum(rest, 0), 0).astype(np.float32)

    return Scores(
        hits,
        phrase_hits(parsed, index.segments),
        text,
        text_all,
        bm25(hits, hits.card, index.card_lengths, card_length),
        examples,
        pair_scores(parsed, index.segments, index.text_lengths, text_length),
        of_others(text),
        of_others(examples),
        others,
    )


def choose(scores: Scores, allowed: NDArray[np.bool_], extra: list[Floats], most: int) -> NDArray[np.int64]:
    """Return the positions of the candidates, at most `most`, those that lead under any of the scores first.

    allowed: bool[n]; extra: further scores of all adapters (vectors, co-use), of which those above 0 count.
    """
    size = len(allowed)
    best = np.full(size, np.inf, np.float32)
    channels = [(scores.text, most), (scores.text_all, most), (scores.examples, most), (scores.card, most)]
    channels += [(scores.pairs, most)]
    channels += [(scores.author_examples, _AUTHORS), *((values, most // 4) for values in extra)]
    for values, count in channels:
        leading = top(np.where(allowed, values, 0), count)
        best[leading] = np.minimum(best[leading], np.arange(len(leading), dtype=np.float32))
    named = np.unique(scores.phrases.positions[(scores.phrases.kinds & PHRASE_TRIGGER) > 0])
    named = named[allowed[named]]
    best[named] = np.minimum(best[named], most) - _PHRASE_LEAD
    found = np.flatnonzero(np.isfinite(best))
    order = np.lexsort((-scores.text[found], best[found]))
    result: NDArray[np.int64] = found[order[:most]]
    return result


def top(values: Floats, count: int) -> NDArray[np.int64]:
    """Return the positions of the greatest values above 0, best first; of equal ones the first."""
    if count < len(values):
        part = np.argpartition(-values, count)[:count]
        part.sort()
    else:
        part = np.arange(len(values))
    part = part[values[part] > 0]
    result: NDArray[np.int64] = part[np.argsort(-values[part], kind="stable")]
    return result
