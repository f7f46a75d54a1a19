"""Which adapters a query finds: each node of its tree is a mask over the columns; text is asked of the full-text index."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lora_manager.db.columns.table import NO_VALUE, Columns, Mask
from lora_manager.search.query.nodes import Age, All, Any, Everything, Flag, Node, Not, Number, Words

TextMatch = Callable[[Words], Mask]
"""Returns the adapters whose text holds these words."""

_NUMBER_OF = {"rank": "rank", "rating": "rating", "downloads": "downloads", "size": "size", "used": "uses"}
_TIME_OF = {"added": "added", "published": "published", "used": "last_used"}


@dataclass(frozen=True)
class Moment:
    """What is asked at a time: `today` is days since 1970, with a fraction."""

    columns: Columns
    today: float
    text: TextMatch


def matches(node: Node, moment: Moment) -> Mask:
    """Return the mask of what a query finds."""
    if isinstance(node, Everything):
        return np.ones(len(moment.columns), np.bool_)
    if isinstance(node, Not):
        return ~matches(node.node, moment)
    if isinstance(node, All):
        return np.logical_and.reduce([matches(one, moment) for one in node.nodes])
    if isinstance(node, Any):
        return np.logical_or.reduce([matches(one, moment) for one in node.nodes])
    if isinstance(node, Number):
        return _number(node, moment.columns)
    if isinstance(node, Age):
        return _age(node, moment)
    if isinstance(node, Flag):
        return _flag(node.name, moment.columns)
    return moment.text(node)


def _number(node: Number, columns: Columns) -> Mask:
    if node.field == "weight":
        values = columns.reals["weight"]
        mask = ~np.isnan(values)
    else:
        values = columns.numbers[_NUMBER_OF[node.field]].astype(np.float64)
        mask = values != NO_VALUE
    if node.low is not None:
        mask &= values >= node.low if node.has_low else values > node.low
    if node.high is not None:
        mask &= values <= node.high if node.has_high else values < node.high
    return mask


def _age(node: Age, moment: Moment) -> Mask:
    times = moment.columns.reals[_TIME_OF[node.field]]
    values = times if node.is_date else moment.today - times
    mask = ~np.isnan(values)
    if node.low is not None:
        mask &= values >= node.low
    if node.high is not None:
        # A date's upper bound is the beginning of the day behind it.
        mask &= values < node.high if node.is_date else values <= node.high
    return mask


def _flag(name: str, columns: Columns) -> Mask:
    if name in ("missing", "incomplete"):
        return columns.coded["state"] == columns.vocabularies["state"].codes.get(name, NO_VALUE - 1)
    if name == "untagged":
        mask = np.ones(len(columns), np.bool_)
        mask[columns.tagged] = False
        return mask
    return {
        "favourite": lambda: columns.flags["favourite"],
        "edited": lambda: columns.flags["is_edited"],
        "duplicate": lambda: columns.flags["is_duplicate"],
        "notriggers": lambda: ~columns.flags["has_triggers"],
        "nopreview": lambda: ~columns.flags["has_preview"],
        "unused": lambda: columns.numbers["uses"] == 0,
        "offline": lambda: columns.flags["is_offline"],
    }[name]()
