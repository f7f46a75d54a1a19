"""Counts for the filters' chips: how many of a result have each value."""

from __future__ import annotations

from collections import Counter

import numpy as np

from lora_manager.db.columns.table import Columns, Mask


def count_values(columns: Columns, name: str, mask: Mask) -> dict[str, int]:
    """Return how many adapters of `mask` have each value of a coded column, the most frequent first."""
    codes = columns.coded[name][mask]
    values = columns.vocabularies[name].values
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    found = {values[code]: int(counts[code]) for code in np.flatnonzero(counts)}
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def count_tags(columns: Columns, mask: Mask, most: int) -> dict[str, int]:
    """Return the most frequent tags of `mask` with how many adapters have each."""
    counts = np.bincount(columns.tag_of[mask[columns.tagged]])
    top = np.argsort(-counts, kind="stable")[:most]
    return {columns.tag_names[int(tag)]: int(counts[tag]) for tag in top if counts[tag]}


def count_folders(columns: Columns, mask: Mask) -> dict[str, int]:
    """Return how many adapters of `mask` lie in each folder or below it; "" is everything."""
    totals: Counter[str] = Counter()
    for folder, count in count_values(columns, "folder", mask).items():
        parts = folder.split("/") if folder else []
        totals.update({"/".join(parts[:depth]): count for depth in range(len(parts) + 1)})
    return dict(sorted(totals.items()))
