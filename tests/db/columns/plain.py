"""Columns as plain values, to compare those that were brought up to date with those that were read anew."""

from __future__ import annotations

from typing import Any

import numpy as np

from lora_manager.db.columns.table import CODED, FLAGS, NUMBERS, REALS, Columns
from lora_manager.db.columns.vocabulary import NO_VALUE


def plain(columns: Columns) -> dict[int, dict[str, Any]]:
    """What the columns say of each adapter, by its id, in words rather than codes."""
    found = {}
    for position, adapter_id in enumerate(columns.ids.tolist()):
        values: dict[str, Any] = {"sort_name": columns["sort_name"][position]}
        for name in CODED:
            code = int(columns[name][position])
            values[name] = None if code == NO_VALUE else columns.vocabularies[name].values[code]
        values.update({name: int(columns[name][position]) for name in NUMBERS})
        values.update({name: bool(columns[name][position]) for name in FLAGS})
        for name in REALS:
            number = float(columns[name][position])
            values[name] = None if np.isnan(number) else number
        tags = columns.tag_of[columns.tagged == position].tolist()
        assert len(tags) == len(set(tags))
        values["tags"] = sorted(columns.tags.names[tag] for tag in tags)
        values["has_tags"] = bool(columns.has_tags[position])
        values["is_duplicate"] = bool(columns.is_duplicate[position])
        values["is_offline"] = bool(columns.is_offline[position])
        found[adapter_id] = values
    return found
