"""The columns: one array a field, one position an adapter, in the order of ids.

100,000 adapters take some 30 MB. What is text with many repetitions (base model, author, folder) is a code into a
vocabulary; tags are pairs of (position, tag). Text that is searched for stays in the full-text index.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lora_manager.db.columns.vocabulary import NO_VALUE, TagNames, Vocabulary

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Mask = NDArray[np.bool_]

CODED = ("base_model", "family", "author", "folder", "algorithm", "archetype", "state")
"""Codes of a vocabulary; NO_VALUE where there is none."""
HASH_DIGITS = {"hash": 15, "autov2": 10, "autov3": 12, "autov3_own": 12}
"""Hexadecimal digits that the columns of hashes hold: of the SHA256 as many as fit a signed number of 64 bits."""
NUMBERS = ("root_id", "size", "mtime_ns", "uses", "rating", "downloads", "rank", *HASH_DIGITS)
"""Whole numbers; NO_VALUE where there is none."""
REALS = ("weight", "ordinal", "added", "published", "last_used")
"""Numbers with a fraction, times as days since 1970; NaN where there is none."""
FLAGS = ("favourite", "is_active", "has_preview", "has_triggers", "is_edited")


@dataclass
class Columns:
    """The catalogue at one revision. Never changed once it is handed out: a refresh makes another.

    `values` has an array for "id", "sort_name" (natural sort keys) and each of CODED, NUMBERS, REALS and FLAGS.
    `tag_of` and `tagged` are the tag and the position of each pair of adapter and tag.
    """

    revision: int
    values: dict[str, Any]
    vocabularies: dict[str, Vocabulary]
    tag_of: Codes
    tagged: Codes
    tags: TagNames
    offline_roots: frozenset[int] = frozenset()
    orders: dict[str, Codes] = field(default_factory=dict)
    """Orders of the whole, by the name of the sort; filled as they are asked for."""

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    @property
    def ids(self) -> Ints:
        """The adapters' ids, ascending."""
        ids: Ints = self.values["id"]
        return ids

    def none(self) -> Mask:
        """Return the mask of no adapter."""
        return np.zeros(len(self), np.bool_)

    def all(self) -> Mask:
        """Return the mask of every adapter."""
        return np.ones(len(self), np.bool_)

    @cached_property
    def _position_of(self) -> Codes:
        """The position of each id, NO_VALUE where there is none; ids are given out without large gaps."""
        found = np.full(int(self.ids[-1]) + 1 if len(self) else 0, NO_VALUE, np.int32)
        found[self.ids] = np.arange(len(self), dtype=np.int32)
        return found

    def positions(self, ids: Any) -> Codes:
        """Return the positions of these ids; ids that are not there are left out."""
        found = self.positions_or_none(ids)
        known: Codes = found[found != NO_VALUE]
        return known

    def positions_or_none(self, ids: Any) -> Codes:
        """Return the position of each of these ids, NO_VALUE for those that are not there."""
        wanted = np.asarray(ids, dtype=np.int64)
        is_possible = (wanted >= 0) & (wanted < len(self._position_of))
        if not is_possible.all():
            wanted = np.where(is_possible, wanted, 0)
        if not len(self._position_of):
            return np.full(len(wanted), NO_VALUE, np.int32)
        found: Codes = np.where(is_possible, self._position_of[wanted], np.int32(NO_VALUE))
        return found

    def mask_of_ids(self, ids: Any) -> Mask:
        """Return which positions have one of these ids."""
        mask = self.none()
        mask[self.positions(ids)] = True
        return mask

    def mask_of_codes(self, name: str, codes: Any) -> Mask:
        """Return which positions have one of these codes in a coded column."""
        # One entry more than there are values: NO_VALUE is -1, the last.
        is_wanted = np.zeros(len(self.vocabularies[name]) + 1, np.bool_)
        is_wanted[np.asarray(codes, dtype=np.int64)] = True
        is_wanted[NO_VALUE] = False
        mask: Mask = is_wanted[self.values[name]]
        return mask

    def mask_of_tags(self, tag_ids: Any) -> Mask:
        """Return which positions have at least one of these tags."""
        mask = self.none()
        wanted = np.asarray(list(tag_ids), dtype=np.int32)
        if len(wanted) == 1:
            mask[self.tagged[self.tag_of == wanted[0]]] = True
        elif len(wanted):
            is_wanted = np.zeros(self.tags.behind_last, np.bool_)
            is_wanted[wanted] = True
            mask[self.tagged[is_wanted[self.tag_of]]] = True
        return mask

    @cached_property
    def has_tags(self) -> Mask:
        """Which have a tag at all."""
        mask = self.none()
        mask[self.tagged] = True
        return mask

    @cached_property
    def is_duplicate(self) -> Mask:
        """Which have the same file as another one that is there."""
        mask = self.none()
        hashes = self.values["hash"]
        states = self.vocabularies["state"].find("missing", "trashed")
        is_there = (hashes != NO_VALUE) & ~self.mask_of_codes("state", states)
        _, at, count = np.unique(hashes[is_there], return_inverse=True, return_counts=True)
        mask[np.flatnonzero(is_there)[count[at] > 1]] = True
        return mask

    @cached_property
    def is_offline(self) -> Mask:
        """Which lie in a root that cannot be reached."""
        mask: Mask = np.isin(self.values["root_id"], list(self.offline_roots))
        return mask
