"""Segment: the documents of many adapters as one inverted index in plain arrays, never changed once made.

Postings are sorted by term, so a term is found by bisection and its adapters are one slice. Beside them, forward, stand
the terms of the card and of each example prompt in order, because single examples and pairs of words are looked at only
for the few adapters that come into question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lora_manager.search.ranking.document import FIELDS, PHRASE_TRIGGER, Document
from lora_manager.search.ranking.terms import Terms


@dataclass(frozen=True)
class Segment:
    """The index of n adapters, which are known by their position 0..n-1.

    term_keys uint32[t] ascending, term_starts int64[t+1] into the postings: positions int32, card and examples (how
    often, uint8), fields (bits, uint8). phrase_keys, phrase_starts,
    phrase_positions, phrase_kinds: the same of phrases.
    card_lengths, examples_lengths: words, float32[n]; triggers: trigger phrases, uint8[n].
    first_texts int32[n+1] into the texts of all (of each its card, then its examples); first_terms int64[e+1] into
    text_terms uint32; text_weights uint8[e]. pair_keys uint32 ascending, with the adapter of each in pair_positions:
    which pairs of neighbouring words stand where. core_sizes: see library, float32[n].
    """

    term_keys: Terms
    term_starts: NDArray[np.int64]
    positions: NDArray[np.int32]
    card: NDArray[np.uint8]
    examples: NDArray[np.uint8]
    fields: NDArray[np.uint8]
    phrase_keys: Terms
    phrase_starts: NDArray[np.int64]
    phrase_positions: NDArray[np.int32]
    phrase_kinds: NDArray[np.uint8]
    card_lengths: NDArray[np.float32]
    examples_lengths: NDArray[np.float32]
    triggers: NDArray[np.uint8]
    first_texts: NDArray[np.int32]
    first_terms: NDArray[np.int64]
    text_terms: Terms
    text_weights: NDArray[np.uint8]
    pair_keys: Terms
    pair_positions: NDArray[np.int32]
    core_sizes: NDArray[np.float32]

    @property
    def size(self) -> int:
        """How many adapters there are."""
        return len(self.card_lengths)

    @property
    def memory_bytes(self) -> int:
        """What the arrays take."""
        return sum(getattr(self, field.name).nbytes for field in fields(self))

    @classmethod
    def of(cls, documents: Sequence[Document]) -> Segment:
        """Build the index of documents; their order gives the positions."""
        counts = [len(document.terms) for document in documents]
        marks = [len(document.phrases) for document in documents]
        numbers = np.arange(len(documents), dtype=np.int32)
        sizes = _joined([document.text_sizes for document in documents], np.uint16)
        return cls._built(
            _joined([document.terms for document in documents], np.uint32),
            np.repeat(numbers, counts),
            _joined([document.card for document in documents], np.uint8),
            _joined([document.examples for document in documents], np.uint8),
            _joined([document.fields for document in documents], np.uint8),
            _joined([document.phrases for document in documents], np.uint32),
            np.repeat(numbers, marks),
            _joined([document.phrase_kinds for document in documents], np.uint8),
            np.array([document.card_length for document in documents], np.float32),
            np.array([document.examples_length for document in documents], np.float32),
            _starts(np.array([len(document.text_sizes) for document in documents], np.int64)).astype(np.int32),
            _starts(sizes.astype(np.int64)),
            _joined([document.text_terms for document in documents], np.uint32),
            _joined([document.text_weights for document in documents], np.uint8),
            _joined([document.pairs for document in documents], np.uint32),
            np.repeat(numbers, [len(document.pairs) for document in documents]),
        )

    @classmethod
    def _built(
        cls,
        terms: Terms,
        owners: NDArray[np.int32],
        card: NDArray[np.uint8],
        examples: NDArray[np.uint8],
        bits: NDArray[np.uint8],
        phrases: Terms,
        phrase_owners: NDArray[np.int32],
        phrase_kinds: NDArray[np.uint8],
        card_lengths: NDArray[np.float32],
        examples_lengths: NDArray[np.float32],
        first_texts: NDArray[np.int32],
        first_terms: NDArray[np.int64],
        text_terms: Terms,
        text_weights: NDArray[np.uint8],
        pairs: Terms,
        pair_owners: NDArray[np.int32],
    ) -> Segment:
        order = np.argsort(terms, kind="stable")
        keys, starts = _keys(terms[order])
        phrase_order = np.argsort(phrases, kind="stable")
        phrase_keys, phrase_starts = _keys(phrases[phrase_order])
        pair_order = np.argsort(pairs, kind="stable")
        own_triggers = phrase_owners[(phrase_kinds & PHRASE_TRIGGER) > 0]
        triggers = np.bincount(own_triggers, minlength=len(card_lengths))
        return cls(
            keys,
            starts,
            owners[order],
            card[order],
            examples[order],
            bits[order],
            phrase_keys,
            phrase_starts,
            phrase_owners[phrase_order],
            phrase_kinds[phrase_order],
            card_lengths,
            examples_lengths,
            np.minimum(triggers, 255).astype(np.uint8),
            first_texts,
            first_terms,
            text_terms,
            text_weights,
            pairs[pair_order],
            pair_owners[pair_order],
            _core_sizes(owners, examples, np.diff(first_texts) - 1),
        )

    def joined_with(self, keep: NDArray[np.bool_], other: Segment) -> Segment:
        """Return one segment of those of this one that are kept, in order, and all of the other behind them."""
        place = np.cumsum(keep, dtype=np.int32) - 1
        shift = int(keep.sum())
        mine, marked, paired = keep[self.positions], keep[self.phrase_positions], keep[self.pair_positions]
        text_counts = np.diff(self.first_texts)
        texts_kept = np.repeat(keep, text_counts)
        term_counts = np.diff(self.first_terms)
        terms_kept = np.repeat(texts_kept, term_counts)

        def both(own: Any, others: Any) -> Any:
            return np.concatenate([own, others])

        def owners(positions: NDArray[np.int32], others: NDArray[np.int32]) -> NDArray[np.int32]:
            return np.concatenate([place[positions], others + np.int32(shift)])

        return Segment._built(
            both(self.all_terms()[mine], other.all_terms()),
            owners(self.positions[mine], other.positions),
            both(self.card[mine], other.card),
            both(self.examples[mine], other.examples),
            both(self.fields[mine], other.fields),
            both(
                np.repeat(self.phrase_keys, np.diff(self.phrase_starts))[marked],
                np.repeat(other.phrase_keys, np.diff(other.phrase_starts)),
            ),
            owners(self.phrase_positions[marked], other.phrase_positions),
            both(self.phrase_kinds[marked], other.phrase_kinds),
            both(self.card_lengths[keep], other.card_lengths),
            both(self.examples_lengths[keep], other.examples_lengths),
            _starts(np.concatenate([text_counts[keep], np.diff(other.first_texts)]).astype(np.int64)).astype(np.int32),
            _starts(np.concatenate([term_counts[texts_kept], np.diff(other.first_terms)])),
            both(self.text_terms[terms_kept], other.text_terms),
            both(self.text_weights[texts_kept], other.text_weights),
            both(self.pair_keys[paired], other.pair_keys),
            owners(self.pair_positions[paired], other.pair_positions),
        )

    @cached_property
    def field_sizes(self) -> NDArray[np.uint8]:
        """Distinct words in each field of each adapter, at most 255, uint8[n, fields]."""
        counts = [np.bincount(self.positions[(self.fields & bit) > 0], minlength=self.size) for bit in FIELDS]
        return np.minimum(np.stack(counts, axis=1), 255).astype(np.uint8)

    def all_terms(self) -> Terms:
        """Return the term of each posting, uint32."""
        return np.repeat(self.term_keys, np.diff(self.term_starts))

    def slices(self, terms: Terms) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where the postings of each term begin and how many there are (0 for a term that is nowhere)."""
        return _found(self.term_keys, self.term_starts, terms)

    def phrase_slices(self, phrases: Terms) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the same of phrases."""
        return _found(self.phrase_keys, self.phrase_starts, phrases)

    def pair_slices(self, pairs: Terms) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the same of pairs of words, in pair_positions."""
        starts = np.searchsorted(self.pair_keys, pairs, side="left").astype(np.int64)
        return starts, np.searchsorted(self.pair_keys, pairs, side="right").astype(np.int64) - starts


def _core_sizes(owners: NDArray[np.int32], examples: NDArray[np.uint8], counts: NDArray[np.int32]) -> Any:
    share = np.minimum(examples / np.maximum(counts, 1)[owners], 1)
    return np.bincount(owners, share * share, len(counts)).astype(np.float32)


def spread(starts: NDArray[np.int64], counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the indices that slices cover, one slice behind the other, and the number of the slice of each."""
    owner = np.repeat(np.arange(len(counts)), counts)
    total = len(owner)
    if not total:
        return np.zeros(0, np.int64), owner
    before = np.cumsum(counts) - counts
    return np.arange(total) - np.repeat(before - starts, counts), owner


def _found(keys: Terms, starts: NDArray[np.int64], wanted: Terms) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    if not len(keys):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.int64)
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    found = keys[place] == wanted
    return np.where(found, starts[place], 0), np.where(found, starts[place + 1] - starts[place], 0)


def _keys(ordered: Terms) -> tuple[Terms, NDArray[np.int64]]:
    if not len(ordered):
        return ordered, np.zeros(1, np.int64)
    begins = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    return ordered[begins], np.concatenate([begins, [len(ordered)]]).astype(np.int64)


def _starts(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])


def _joined(parts: Sequence[Any], kind: Any) -> Any:
    return np.concatenate(parts).astype(kind, copy=False) if parts else np.zeros(0, kind)
