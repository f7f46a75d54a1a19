"""Counts for the filters' chips: how many of a result have each value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lora_manager.db.columns.table import Columns, Mask
from lora_manager.db.columns.vocabulary import NO_VALUE


@dataclass(frozen=True)
class Count:
    """A filter's value and how many adapters have it."""

    value: str
    count: int


@dataclass(frozen=True)
class FolderCount:
    """A folder: its path below the root, its own name, how many adapters lie in it or below, whether it has folders."""

    path: str
    name: str
    count: int
    has_children: bool


def count_values(columns: Columns, name: str, mask: Mask) -> list[Count]:
    """Return how many adapters of `mask` have each value of a coded column, the most frequent first."""
    values = columns.vocabularies[name].values
    counts = _counts_of_codes(columns, name, mask)
    found = [Count(values[code], int(counts[code])) for code in np.flatnonzero(counts)]
    return sorted(found, key=lambda count: (-count.count, count.value))


def count_tags(columns: Columns, mask: Mask, most: int, holds: Callable[[str], bool] | None = None) -> list[Count]:
    """Return the most frequent tags of `mask`, of those for whose case-folded form `holds`."""
    counts = np.bincount(columns.tag_of[mask[columns.tagged]], minlength=columns.tags.behind_last)
    if holds is not None:
        # Another thread may bring new tags meanwhile: none of these adapters has one of those.
        wanted = columns.tags.find(*(key for key in list(columns.tags.ids) if holds(key)))
        unwanted = np.ones(len(counts), np.bool_)
        unwanted[[tag for tag in wanted if tag < len(counts)]] = False
        counts[unwanted] = 0
    found = np.flatnonzero(counts)
    top = found[np.argsort(-counts[found], kind="stable")[:most]]
    return [Count(columns.tags.names[int(tag)], int(counts[tag])) for tag in top]


def count_folders(columns: Columns, mask: Mask, parent: str) -> list[FolderCount]:
    """Return the folders right below `parent` ("" is the top) that hold adapters of `mask`, by name."""
    counts = _counts_of_codes(columns, "folder", mask)
    begin = f"{parent}/" if parent else ""
    totals: dict[str, int] = {}
    deeper: set[str] = set()
    for code in np.flatnonzero(counts):
        folder = columns.vocabularies["folder"].values[code]
        if not folder or not folder.startswith(begin):
            continue
        name, slash, _ = folder[len(begin) :].partition("/")
        totals[name] = totals.get(name, 0) + int(counts[code])
        if slash:
            deeper.add(name)
    names = sorted(totals, key=lambda name: (name.casefold(), name))
    return [FolderCount(begin + name, name, totals[name], name in deeper) for name in names]


def count_paths(columns: Columns, mask: Mask) -> list[Count]:
    """Return every folder that adapters of `mask` lie in or below, with how many, the fullest first."""
    totals: Counter[str] = Counter()
    for folder in count_values(columns, "folder", mask):
        parts = folder.value.split("/")
        totals.update({"/".join(parts[:depth]): folder.count for depth in range(1, len(parts) + 1)})
    del totals[""]
    return [Count(path, count) for path, count in sorted(totals.items(), key=lambda item: (-item[1], item[0]))]


def _counts_of_codes(columns: Columns, name: str, mask: Mask) -> NDArray[np.intp]:
    codes = columns[name][mask]
    return np.bincount(codes[codes != NO_VALUE], minlength=len(columns.vocabularies[name]))
