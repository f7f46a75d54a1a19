"""Orders of the whole catalogue, made once for a revision; a result is its part of one."""

from __future__ import annotations

from typing import Any

import numpy as np

from lora_manager.db.columns.table import NO_VALUE, Codes, Columns, Mask
from lora_manager.errors import BadInputError

SORTS = ("name", "modified", "added", "published", "size", "uses", "last_used", "rating", "downloads", "rank", "random")
"""Sort keys beside "relevance"; a leading "-" turns the order around. "random:SEED" has a seed."""
_NUMBER_OF = {"modified": "mtime_ns", "size": "size", "uses": "uses", "rating": "rating"}
_MAY_LACK = {"downloads": "downloads", "rank": "rank"}


def order(columns: Columns, sort: str) -> Codes:
    """Return the positions of all adapters in this order. Raises BadInputError for one that there is not.

    What has no value (never used, no date) comes last in either direction; of equals the name decides.
    """
    known = columns.orders.get(sort)
    if known is None:
        known = columns.orders[sort] = _order(columns, sort)
    return known


def ordered(columns: Columns, mask: Mask, sort: str) -> Codes:
    """Return the positions of the adapters in `mask` in this order."""
    whole = order(columns, sort)
    part: Codes = whole[mask[whole]]
    return part


def _order(columns: Columns, sort: str) -> Codes:
    name, is_reversed = sort.removeprefix("-"), sort.startswith("-")
    if name == "name":
        by_name = np.array(sorted(range(len(columns)), key=columns.names.__getitem__), np.int32)
        return by_name[::-1] if is_reversed else by_name
    if name.partition(":")[0] == "random":
        return _shuffled(columns, name.partition(":")[2])
    values = _values(columns, name)
    by_name = order(columns, "name")
    of_names = values[by_name]
    lacks = np.isnan(of_names)
    keys = np.where(lacks, 0.0, -of_names if is_reversed else of_names)
    return by_name[np.lexsort((keys, lacks))]


def _values(columns: Columns, name: str) -> Any:
    if name in columns.reals:
        return columns.reals[name]
    if name in _NUMBER_OF:
        return columns.numbers[_NUMBER_OF[name]].astype(np.float64)
    if name in _MAY_LACK:
        numbers = columns.numbers[_MAY_LACK[name]].astype(np.float64)
        return np.where(numbers == NO_VALUE, np.nan, numbers)
    raise BadInputError(f"Cannot sort by '{name}'. Known: relevance, {', '.join(SORTS)}; a leading - reverses.")


def _shuffled(columns: Columns, seed: str) -> Codes:
    """An order by chance, the same for a seed as long as the adapters are: by their ids, not their positions."""
    number = int(seed) % 2**32 if seed.isdecimal() else 0
    mixed = (columns.ids.astype(np.uint64) + np.uint64(number)) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    return np.argsort(mixed ^ (mixed >> np.uint64(32)), kind="stable").astype(np.int32)
