"""Orders of the whole catalogue, made once for a revision; a result is its part of one."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lora_manager.db.columns.table import Codes, Columns, Mask
from lora_manager.db.columns.vocabulary import NO_VALUE
from lora_manager.errors import BadInputError

BY_NAME = "name"
SORTS = (
    BY_NAME,
    "modified",
    "added",
    "published",
    "size",
    "uses",
    "last_used",
    "rating",
    "downloads",
    "rank",
    "order",
    "random",
)
"""Sort keys beside "relevance"; a leading "-" turns the order around. "random:SEED" has a seed."""
_COLUMN_OF = {
    "modified": "mtime_ns",
    "added": "added",
    "published": "published",
    "size": "size",
    "uses": "uses",
    "last_used": "last_used",
    "rating": "rating",
    "downloads": "downloads",
    "rank": "rank",
    "order": "ordinal",
}
_POPULAR = ("uses", "rating", "favourite", "downloads")
"""What makes one adapter come before another that fits the words as well: the user's own first."""
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9))
"""The constants of splitmix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014)."""


def order(columns: Columns, sort: str) -> Codes:
    """Return the positions of all adapters in this order. Raises BadInputError for one that there is not.

    What has no value (never used, no date) comes last in either direction; of equals the name decides, then the id.
    """
    known = columns.orders.get(sort)
    if known is None:
        known = _order(columns, sort)
        if not sort.removeprefix("-").startswith("random"):  # of these there are as many as seeds
            columns.orders[sort] = known
    return known


def ordered(columns: Columns, mask: Mask, sort: str) -> Codes:
    """Return the positions of the adapters in `mask` in this order."""
    whole = order(columns, sort)
    part: Codes = whole[mask[whole]]
    return part


def by_popularity(columns: Columns) -> Codes:
    """Return the positions of all adapters, those that the user and others like first."""
    known = columns.orders.get("popularity")
    if known is None:
        by_name = order(columns, BY_NAME)
        keys = [-columns[name][by_name].astype(np.int64) for name in reversed(_POPULAR)]
        known = columns.orders["popularity"] = by_name[np.lexsort(keys)]
    return known


def _order(columns: Columns, sort: str) -> Codes:
    name, is_reversed = sort.removeprefix("-"), sort.startswith("-")
    if name == BY_NAME:
        return order(columns, BY_NAME)[::-1] if is_reversed else _by_name(columns)
    name, _, seed = name.partition(":")
    if name == "random":
        return _shuffled(columns, seed)
    by_name = order(columns, BY_NAME)
    values = _values(columns, name)[by_name]
    lacks = np.isnan(values)
    keys = np.where(lacks, 0.0, -values if is_reversed else values)
    found: Codes = by_name[np.lexsort((keys, lacks))]
    return found


def _by_name(columns: Columns) -> Codes:
    # Positions are in the order of ids, and the sort is stable: of equal names the id decides.
    names = columns["sort_name"].tolist()
    return np.array(sorted(range(len(names)), key=names.__getitem__), np.int32)


def _values(columns: Columns, name: str) -> Any:
    if name not in _COLUMN_OF:
        raise BadInputError(
            f"Cannot sort by '{name[:40]}'. Known: relevance, {', '.join(SORTS)}; a leading - reverses."
        )
    values = columns[_COLUMN_OF[name]]
    if values.dtype.kind == "f":
        return values
    return np.where(values == NO_VALUE, np.nan, values.astype(np.float64))


def _shuffled(columns: Columns, seed: str) -> Codes:
    """An order by chance, the same for a seed as long as the adapters are: by their ids, not their positions."""
    number = int(seed[:18]) if seed.isascii() and seed.isdecimal() else 0
    # The seed is mixed by itself first: neighbours would shuffle alike, each a step behind the other.
    seeds = _mixed(np.array([number], np.uint64))
    shuffled: Codes = np.argsort(_mixed(columns.ids.astype(np.uint64) ^ seeds), kind="stable").astype(np.int32)
    return shuffled


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    mixed = numbers * _MIX[0]
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX[1]
    return mixed ^ (mixed >> np.uint64(27))
