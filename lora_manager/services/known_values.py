"""The values that a field has in a library, with how many adapters have each, to be looked up by their beginning."""

from __future__ import annotations

import heapq
import re
from bisect import bisect_left
from collections import Counter

import numpy as np
from sqlalchemy import Connection

from lora_manager.db.catalogue import Catalogue
from lora_manager.db.columns.counting import count_paths, count_tags, count_values
from lora_manager.db.columns.matching import CHOICES_OF, flag_mask
from lora_manager.db.columns.table import Columns, Mask

_WORD_STARTS = re.compile(r"(?<![^\W_])[^\W_]")


class KnownValues:
    """Values and counts, sorted once by their beginnings and by those of the words in them."""

    def __init__(self, counts: Counter[str]) -> None:
        self.counts = counts
        starts = [
            (folded[start:], start > 0, value)
            for value in counts
            for folded in [value.casefold()]
            for start in sorted({0, *(found.start() for found in _WORD_STARTS.finditer(folded))})
        ]
        self._starts = sorted(starts)
        self._keys = [start[0] for start in self._starts]
        self._folded = sorted(value.casefold() for value in counts)

    def is_beginning(self, value: str) -> bool:
        """Return whether another value begins with this one."""
        begin = value.casefold()
        at = bisect_left(self._folded, begin)
        return any(other.startswith(begin) and other != begin for other in self._folded[at : at + 2])

    def beginning(self, begun: str, most: int) -> list[tuple[str, int]]:
        """Return (value, count) of values that begin so, then of those with a word that does; the frequent first."""
        wanted = begun.casefold().lstrip()
        first = bisect_left(self._keys, wanted)
        behind = bisect_left(self._keys, wanted + "\U0010ffff", first)
        is_inside: dict[str, bool] = {}
        for _, inside, value in self._starts[first:behind]:
            is_inside[value] = inside and is_inside.get(value, True)
        chosen = heapq.nsmallest(most, is_inside, key=lambda value: (is_inside[value], -self.counts[value], value))
        return [(value, self.counts[value]) for value in chosen]


def values_of(catalogue: Catalogue, connection: Connection, roots: tuple[int, ...], field: str) -> KnownValues:
    """Return the values of a field that a library shows, kept until the catalogue changes."""

    def collect() -> KnownValues:
        columns = catalogue.columns(connection)
        return known_values(columns, shown_mask(columns, roots), field)

    return catalogue.cached(connection, ("known values", field, roots), collect)


def known_values(columns: Columns, mask: Mask, field: str) -> KnownValues:
    """Return the values of a field with choices that adapters of `mask` have."""
    if field == "tag":
        return KnownValues(
            Counter({count.value: count.count for count in count_tags(columns, mask, len(columns.tags.ids))})
        )
    if field == "folder":
        return KnownValues(Counter({count.value: count.count for count in count_paths(columns, mask)}))
    counts: Counter[str] = Counter()
    for name in CHOICES_OF[field]:
        counts.update({count.value: count.count for count in count_values(columns, name, mask) if count.value})
    return KnownValues(counts)


def shown_mask(columns: Columns, roots: tuple[int, ...]) -> Mask:
    """Return which adapters a library shows unasked: those in these roots (() is all) that are not missing."""
    mask: Mask = ~flag_mask("missing", columns)
    return mask & np.isin(columns["root_id"], roots) if roots else mask
