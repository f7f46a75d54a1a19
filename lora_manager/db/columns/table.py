"""The columns: one array a field, one position an adapter, in the order of ids.

100,000 adapters take some 25 MB. What is text with many repetitions (base model, author, folder) is a code into a
vocabulary; tags are pairs of (position, tag). Text that is searched for stays in the full-text index.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

NO_VALUE = -1
"""The code of a field that an adapter does not have."""

CODED = ("base_model", "family", "author", "folder", "algorithm", "archetype", "state")
NUMBERS = ("root_id", "size", "mtime_ns", "uses", "rating", "downloads", "nsfw_level", "rank")
"""Whole numbers; NO_VALUE where there is none."""
REALS = ("weight", "added", "published", "last_used")
"""Numbers with a fraction, times as days since 1970; NaN where there is none."""
FLAGS = ("favourite", "active", "has_preview", "has_triggers", "is_edited", "is_duplicate")


@dataclass
class Vocabulary:
    """The values of a coded column, in the order in which they were met."""

    values: list[str] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)

    def code(self, value: str | None) -> int:
        """Return the code of a value, a new one for a new value."""
        if value is None:
            return NO_VALUE
        known = self.codes.get(value)
        if known is None:
            known = self.codes[value] = len(self.values)
            self.values.append(value)
        return known


@dataclass
class Columns:
    """The catalogue at one revision. Never changed once it is handed out: a refresh makes another."""

    revision: int
    ids: Ints
    names: list[str]
    """Natural sort keys, by position."""
    coded: dict[str, Codes]
    vocabularies: dict[str, Vocabulary]
    numbers: dict[str, Ints]
    reals: dict[str, Floats]
    flags: dict[str, Mask]
    tag_of: Codes
    """Tag ids, one for each pair of adapter and tag."""
    tagged: Codes
    """The position of the adapter of each of these pairs."""
    tag_names: dict[int, str]
    orders: dict[str, Codes] = field(default_factory=dict)
    """Orders of the whole, by the name of the sort; filled as they are asked for."""

    def __len__(self) -> int:
        return len(self.ids)

    def positions(self, ids: Any) -> Ints:
        """Return the positions of these ids; ids that are not there are left out."""
        wanted = np.asarray(ids, dtype=np.int64)
        if not len(self.ids):
            return np.empty(0, np.int64)
        found = np.minimum(np.searchsorted(self.ids, wanted), len(self.ids) - 1)
        hits: Ints = found[self.ids[found] == wanted]
        return hits

    def mask_of_ids(self, ids: Any) -> Mask:
        """Return which positions have one of these ids."""
        mask = np.zeros(len(self.ids), np.bool_)
        mask[self.positions(ids)] = True
        return mask

    def codes_where(self, name: str, holds: Any) -> Codes:
        """Return the codes of a column's values for which `holds(value)`."""
        values = self.vocabularies[name].values
        return np.array([code for code, value in enumerate(values) if holds(value)], np.int32)
