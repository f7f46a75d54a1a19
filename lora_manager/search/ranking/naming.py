"""Naming: which LoRAs are named together in the example prompts of a library, looked up from any of them.

A document says what its adapter's file is called, and of each example prompt that somebody else wrote the names of the
other LoRAs in it. A prompt is then evidence for every two that take part in it: the adapter it is an example of, and
those that it names, whoever of them is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lora_manager.search.ranking.document import Document
from lora_manager.search.ranking.segment import spread
from lora_manager.search.ranking.terms import Terms

MOST_PROMPTS = 20_000
"""Prompts that are looked at for one answer: of a LoRA that everybody uses, so many tell enough."""

Positions = NDArray[np.int32]
Found = NDArray[np.int64]


@dataclass(frozen=True)
class Naming:
    """The names in the documents of n adapters, which are known by their position 0..n-1.

    own_keys: what files are called, uint32 ascending, with the adapter of each in own_positions, int32. Of each of r
    prompts: its adapter in prompt_owners, int32[r] ascending, what tells it from others in prompt_keys, uint32[r], and
    its names from first_names, int64[r+1], on in names, uint32[m]. by_name: the order of names, int32[m].
    """

    own_keys: Terms
    own_positions: Positions
    prompt_owners: Positions
    prompt_keys: Terms
    first_names: Found
    names: Terms
    by_name: Positions

    @property
    def nbytes(self) -> int:
        """What the arrays take."""
        return sum(getattr(self, field.name).nbytes for field in fields(self))

    @classmethod
    def of(cls, documents: Sequence[Document]) -> Naming:
        """Collect the names of documents; their order gives the positions."""
        numbers = np.arange(len(documents), dtype=np.int32)
        return cls._built(
            _joined([document.own_names for document in documents], np.uint32),
            np.repeat(numbers, [len(document.own_names) for document in documents]),
            np.repeat(numbers, [len(document.named_keys) for document in documents]),
            _joined([document.named_keys for document in documents], np.uint32),
            _joined([document.named_counts for document in documents], np.uint8).astype(np.int64),
            _joined([document.names for document in documents], np.uint32),
        )

    @classmethod
    def _built(
        cls, own: Terms, owners: Positions, prompt_owners: Positions, keys: Terms, counts: Found, names: Terms
    ) -> Naming:
        order = np.argsort(own, kind="stable")
        first = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])
        by_name = np.argsort(names, kind="stable").astype(np.int32)
        return cls(own[order], owners[order], prompt_owners, keys, first, names, by_name)

    def joined_with(self, keep: NDArray[np.bool_], other: Naming) -> Naming:
        """Return the names of those adapters that are kept, in order, and of all of the other behind them."""
        place = np.cumsum(keep, dtype=np.int32) - 1
        shift = np.int32(keep.sum())
        mine, told = keep[self.own_positions], keep[self.prompt_owners]
        counts = np.diff(self.first_names)

        def both(own: Any, others: Any) -> Any:
            return np.concatenate([own, others])

        return Naming._built(
            both(self.own_keys[mine], other.own_keys),
            both(place[self.own_positions[mine]], other.own_positions + shift),
            both(place[self.prompt_owners[told]], other.prompt_owners + shift),
            both(self.prompt_keys[told], other.prompt_keys),
            both(counts[told], np.diff(other.first_names)),
            both(self.names[np.repeat(told, counts)], other.names),
        )

    def names_of(self, positions: Found) -> Terms:
        """Return what the files of adapters are called."""
        return self.own_keys[np.isin(self.own_positions, positions)]

    def owners_of(self, names: Terms) -> tuple[Found, Positions]:
        """Return which of these names an adapter's file has, and which adapter; one line for each that has it."""
        starts = np.searchsorted(self.own_keys, names, side="left")
        counts = np.searchsorted(self.own_keys, names, side="right") - starts
        at, which = spread(starts, counts)
        return which, self.own_positions[at]

    def prompts_with(self, positions: Found, names: Terms) -> Found:
        """Return the numbers of the prompts of these adapters, and of those that name one of these names."""
        starts = np.searchsorted(self.names, names, side="left", sorter=self.by_name)
        counts = np.searchsorted(self.names, names, side="right", sorter=self.by_name) - starts
        at, _ = spread(starts, counts)
        naming = np.searchsorted(self.first_names, self.by_name[at], side="right") - 1
        begins = np.searchsorted(self.prompt_owners, positions, side="left")
        own, _ = spread(begins, np.searchsorted(self.prompt_owners, positions, side="right") - begins)
        found: Found = np.union1d(own, naming).astype(np.int64)
        return found

    def names_in(self, prompts: Found) -> tuple[Found, Terms]:
        """Return the names in prompts: which of the prompts, by its place here, and the name."""
        at, which = spread(self.first_names[prompts], self.first_names[prompts + 1] - self.first_names[prompts])
        return which, self.names[at]


def named_together(
    parts: Sequence[tuple[Naming, int]], alive: NDArray[np.bool_], asked: Sequence[int]
) -> tuple[Found, NDArray[np.float32]]:
    """Return positions of adapters, and in how many prompts each takes part with one that is asked for.

    parts: names with the position of the first adapter; alive: which positions count. A prompt that several adapters
    show counts once. Where several adapters have the name that stands in a prompt, each has its part of it.
    """
    wanted = np.array([at for at in asked if alive[at]], np.int64)
    own = np.unique(np.concatenate([naming.names_of(_within(wanted, first)) for naming, first in parts]))
    shown = [_shown_together(parts, naming, first, wanted, own, alive) for naming, first in parts]
    keys, members, shares = (np.concatenate(columns) for columns in zip(*shown, strict=True))
    # Of the same prompt on several pages the surest: there the name may be that of one adapter only.
    both = (keys.astype(np.uint64) << np.uint64(32)) | members.astype(np.uint64)
    order = np.argsort(both)
    both = both[order]
    starts = np.flatnonzero(np.concatenate([np.ones(min(len(both), 1), bool), both[1:] != both[:-1]]))
    shares = np.maximum.reduceat(shares[order], starts) if len(starts) else shares
    members = (both[starts] & np.uint64(0xFFFFFFFF)).astype(np.int64)
    others = ~np.isin(members, wanted)
    counts = np.bincount(members[others], shares[others], len(alive))
    found: Found = np.flatnonzero(counts)
    return found, counts[found].astype(np.float32)


def _shown_together(
    parts: Sequence[tuple[Naming, int]],
    naming: Naming,
    first: int,
    wanted: Found,
    own: Terms,
    alive: NDArray[np.bool_],
) -> tuple[Terms, Found, NDArray[np.float32]]:
    """Who takes part in the prompts of one part with the adapters that are wanted: prompt, adapter, share of it."""
    prompts = naming.prompts_with(_within(wanted, first), own)
    prompts = prompts[alive[naming.prompt_owners[prompts] + first]][:MOST_PROMPTS]
    which, named = naming.names_in(prompts)
    distinct, at = np.unique(named, return_inverse=True)
    at = at.reshape(-1)  # of one dimension, which not every numpy makes it
    owned = [(other.owners_of(distinct), start) for other, start in parts]
    of_names = np.concatenate([names for (names, _), _ in owned])
    owners = np.concatenate([positions.astype(np.int64) + start for (_, positions), start in owned])
    order = np.flatnonzero(alive[owners])
    order = order[np.argsort(of_names[order], kind="stable")]
    counts = np.bincount(of_names[order], minlength=len(distinct))
    taken, line = spread((np.cumsum(counts) - counts)[at], counts[at])
    return (
        np.concatenate([naming.prompt_keys[prompts], naming.prompt_keys[prompts[which[line]]]]),
        np.concatenate([naming.prompt_owners[prompts].astype(np.int64) + first, owners[order[taken]]]),
        np.concatenate([np.ones(len(prompts), np.float32), (1.0 / counts[at[line]]).astype(np.float32)]),
    )


def _within(positions: Found, first: int) -> Found:
    """Positions as one part counts them, those in it only. (Beyond its last adapter there is nothing to be found.)"""
    return positions[positions >= first] - first


def _joined(parts: Sequence[Any], kind: Any) -> Any:
    return np.concatenate(parts).astype(kind, copy=False) if parts else np.zeros(0, kind)
