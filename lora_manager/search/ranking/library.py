"""IndexedLibrary: what ranking keeps in memory of a library, without the ranking itself (see index.RankIndex).

It is never changed: a change makes another one that shares nearly all with it, so that it is read without a lock while
the next is being made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, TypeVar
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from lora_manager.search.ranking.document import Document, unpack
from lora_manager.search.ranking.naming import Naming, named_together
from lora_manager.search.ranking.segment import Segment

Index = TypeVar("Index", bound="IndexedLibrary")

MERGE_AT = 1_000
"""Changed adapters that are kept beside the big segment before both become one; a share of a large library."""
_MERGE_SHARE = 64


class Priors(NamedTuple):
    """What is known of an adapter whatever the prompt: popularity and quality 0 to 1; the rest as written, or empty."""

    popularity: float = 0.0
    quality: float = 0.0
    family: str = ""
    author: str = ""
    base: str = ""
    archetype: str = ""


@dataclass(frozen=True)
class Columns:
    """The priors of n adapters as columns: float32[n], and uint32[n] numbers of what is text (0 where it is empty)."""

    popularity: NDArray[np.float32]
    quality: NDArray[np.float32]
    family: NDArray[np.uint32]
    author: NDArray[np.uint32]
    base: NDArray[np.uint32]
    archetype: NDArray[np.uint32]

    @classmethod
    def of(cls, priors: Iterable[Priors]) -> Columns:
        """Return priors as columns."""
        rows = list(priors)
        return cls(
            np.array([row.popularity for row in rows], np.float32),
            np.array([row.quality for row in rows], np.float32),
            *(
                np.array([key_of(getattr(row, name)) for row in rows], np.uint32)
                for name in ("family", "author", "base", "archetype")
            ),
        )

    def joined_with(self, keep: NDArray[np.bool_] | slice, other: Columns) -> Columns:
        """Return those of this one that are kept and behind them the other's."""
        return Columns(
            *(np.concatenate([getattr(self, name)[keep], getattr(other, name)]) for name in self.__dataclass_fields__)
        )


def key_of(text: str) -> int:
    """Return the number that stands for a value (an author, a family): 0 for none."""
    return crc32(text.casefold().encode("utf-8", "surrogatepass")) or 1 if text else 0


@dataclass(frozen=True)
class IndexedLibrary:
    """An index of adapters: a big segment, a small one of what changed since, and which positions still count.

    ids: adapter of each position, int64[n], those of the big segment first; alive: bool[n].
    """

    base: Segment
    delta: Segment
    recent: Mapping[int, tuple[Document, Priors]]
    ids: NDArray[np.int64]
    alive: NDArray[np.bool_]
    columns: Columns
    base_names: Naming
    recent_names: Naming

    @classmethod
    def of(cls: type[Index], items: Iterable[tuple[int, bytes, Priors]]) -> Index:
        """Build the index of (adapter id, packed document, priors). Raises BadInputError for a bad document."""
        ids, documents, priors = [], [], []
        for adapter_id, data, prior in items:
            ids.append(adapter_id)
            documents.append(unpack(data))
            priors.append(prior)
        return cls(
            Segment.of(documents),
            Segment.of([]),
            {},
            np.array(ids, np.int64),
            np.ones(len(ids), bool),
            Columns.of(priors),
            Naming.of(documents),
            Naming.of([]),
        )

    def changed(self: Index, upserts: Iterable[tuple[int, bytes, Priors]], removed: Iterable[int] = ()) -> Index:
        """Return an index with these adapters new or changed, and these gone. Raises BadInputError."""
        new = {adapter_id: (unpack(data), prior) for adapter_id, data, prior in upserts}
        gone = np.array(sorted({*new, *removed}), np.int64)
        if not len(gone):
            return self
        recent = {key: value for key, value in self.recent.items() if key not in new and key not in set(gone.tolist())}
        recent |= new
        size = self.base.size
        alive = self.alive[:size] & ~np.isin(self.ids[:size], gone)
        documents = [document for document, _ in recent.values()]
        following = replace(
            self,
            delta=Segment.of(documents),
            recent=recent,
            ids=np.concatenate([self.ids[:size], np.array(list(recent), np.int64)]),
            alive=np.concatenate([alive, np.ones(len(recent), bool)]),
            columns=self.columns.joined_with(slice(0, size), Columns.of(prior for _, prior in recent.values())),
            recent_names=Naming.of(documents),
        )
        return following.merged() if following.merges_with(0) else following

    def merges_with(self, more: int) -> bool:
        """Say whether so many more changed adapters make it one segment: of a large library that takes seconds."""
        changes = len(self.recent) + int((~self.alive).sum()) + 2 * more  # each may be new here, and gone there
        return changes > max(MERGE_AT, self.base.size // _MERGE_SHARE)

    def merged(self: Index) -> Index:
        """Return the same index in one segment."""
        size = self.base.size
        kept = self.alive.copy()
        columns = Columns(*(getattr(self.columns, name)[kept] for name in self.columns.__dataclass_fields__))
        return replace(
            self,
            base=self.base.joined_with(kept[:size], self.delta),
            delta=Segment.of([]),
            recent={},
            ids=self.ids[kept],
            alive=np.ones(int(kept.sum()), bool),
            columns=columns,
            base_names=self.base_names.joined_with(kept[:size], self.recent_names),
            recent_names=Naming.of([]),
        )

    def named_together(self, adapter_ids: Iterable[int], most: int | None = None) -> dict[int, float]:
        """Return in how many example prompts other adapters take part with one of these, those in most of them first.

        most: how many others at most. See naming.named_together.
        """
        asked = np.flatnonzero(self.alive & np.isin(self.ids, np.array(list(adapter_ids), np.int64)))
        parts = [(self.base_names, 0), (self.recent_names, self.base.size)]
        positions, counts = named_together(parts, self.alive, asked.tolist())
        found = self.ids[positions]
        order = np.lexsort((found, -counts))[:most]
        return dict(zip(found[order].tolist(), counts[order].tolist(), strict=True))

    @property
    def count(self) -> int:
        """How many adapters there are."""
        return int(self.alive.sum())

    @cached_property
    def memory_bytes(self) -> int:
        """What the index takes in memory, nearly."""
        columns = sum(getattr(self.columns, name).nbytes for name in self.columns.__dataclass_fields__)
        own: int = columns + self.ids.nbytes + self.alive.nbytes + self.base_names.nbytes
        return self.base.memory_bytes + 2 * self.delta.memory_bytes + own

    @property
    def segments(self) -> list[tuple[Segment, int]]:
        """The segments, each with the position of its first adapter."""
        both = [(self.base, 0), (self.delta, self.base.size)]
        return [pair for pair in both if pair[0].size] or both[:1]

    @cached_property
    def card_lengths(self) -> NDArray[np.float32]:
        """Words of each adapter's card, float32[n]."""
        return np.concatenate([segment.card_lengths for segment, _ in self.segments])

    @cached_property
    def examples_lengths(self) -> NDArray[np.float32]:
        """Words of all example prompts of each adapter, float32[n]."""
        return np.concatenate([segment.examples_lengths for segment, _ in self.segments])

    @cached_property
    def text_lengths(self) -> NDArray[np.float32]:
        """Words of card and examples, float32[n]."""
        return np.add(self.card_lengths, self.examples_lengths)

    @cached_property
    def averages(self) -> tuple[float, float, float]:
        """Mean length of text, of cards, and of the examples of those adapters that have any."""
        having = self.examples_lengths[self.examples_lengths > 0]
        return (
            float(self.text_lengths.mean()) if len(self.ids) else 0.0,
            float(self.card_lengths.mean()) if len(self.ids) else 0.0,
            float(having.mean()) if len(having) else 0.0,
        )

    @cached_property
    def triggers(self) -> NDArray[np.float32]:
        """Trigger phrases of each adapter, float32[n]."""
        return np.concatenate([segment.triggers for segment, _ in self.segments]).astype(np.float32)

    @cached_property
    def example_counts(self) -> NDArray[np.float32]:
        """Example prompts of each adapter, float32[n]."""
        counts: NDArray[np.int32] = np.concatenate([np.diff(segment.first_texts) for segment, _ in self.segments])
        return (counts - 1).astype(np.float32)

    @cached_property
    def core_sizes(self) -> NDArray[np.float32]:
        """The sum over all words of each adapter's examples of the squared share of them that hold it, float32[n]."""
        return np.concatenate([segment.core_sizes for segment, _ in self.segments])

    @cached_property
    def field_sizes(self) -> NDArray[np.float32]:
        """Distinct words in each field of each adapter, at most 255, float32[n, fields]."""
        return np.concatenate([segment.field_sizes for segment, _ in self.segments]).astype(np.float32)

    @cached_property
    def author_codes(self) -> NDArray[np.int64]:
        """A number 0.. per author, int64[n]; nobody is 0."""
        _, codes = np.unique(np.concatenate([[np.uint32(0)], self.columns.author]), return_inverse=True)
        numbers: NDArray[np.int64] = codes.reshape(-1)[1:].astype(np.int64)
        return numbers

    @cached_property
    def popularity_share(self) -> NDArray[np.float32]:
        """The share of the library that is less popular than each adapter, float32[n]; of equal ones half."""
        values = self.columns.popularity
        ordered = np.sort(values[self.alive])
        below = np.searchsorted(ordered, values, side="left") + np.searchsorted(ordered, values, side="right")
        share: NDArray[np.float32] = (below / max(2 * len(ordered), 1)).astype(np.float32)
        return share
