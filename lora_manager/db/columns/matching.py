"""Which adapters a query finds: each node of its tree is a mask over the columns; text is asked of the full-text index.

A number that an adapter does not have (no rank known, never published) fits no comparison.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

import numpy as np
from sqlalchemy import Connection

from lora_manager.db.columns.table import HASH_DIGITS, Columns, Mask
from lora_manager.db.columns.text import is_text, text_mask
from lora_manager.db.columns.vocabulary import NO_VALUE
from lora_manager.search.query.choice_match import choice_test, fits
from lora_manager.search.query.nodes import Age, All, Any, Everything, Flag, Hash, Node, Not, Number, Words

_NUMBER_OF = {"rank": "rank", "rating": "rating", "downloads": "downloads", "size": "size", "used": "uses"}
_TIME_OF = {"added": "added", "published": "published", "used": "last_used"}
CHOICES_OF = {
    "base": ("base_model",),
    "author": ("author",),
    "folder": ("folder",),
    "type": ("algorithm", "archetype"),
}
"""The coded columns that a field of a query looks into."""
_FLAGS: dict[str, Callable[[Columns], Mask]] = {
    "favourite": lambda columns: columns["favourite"],
    "edited": lambda columns: columns["is_edited"],
    "duplicate": lambda columns: columns.is_duplicate,
    "offline": lambda columns: columns.is_offline,
    "untagged": lambda columns: ~columns.has_tags,
    "notriggers": lambda columns: ~columns["has_triggers"],
    "nopreview": lambda columns: ~columns["has_preview"],
    "unused": lambda columns: columns["uses"] == 0,
    "missing": lambda columns: in_state(columns, "missing"),
    "incomplete": lambda columns: in_state(columns, "incomplete"),
    "inactive": lambda columns: ~columns["is_active"],
}


@dataclass(frozen=True)
class Moment:
    """What is asked, and when: `today` is days since 1970, with a fraction."""

    connection: Connection
    columns: Columns
    today: float


def matches(node: Node, moment: Moment) -> Mask:
    """Return the mask of what a query finds."""
    if isinstance(node, Everything):
        return moment.columns.all()
    if isinstance(node, Not):
        return ~matches(node.node, moment)
    if isinstance(node, All):
        return _all(node, moment)
    if isinstance(node, Any):
        return reduce(or_, [matches(one, moment) for one in node.nodes])
    if isinstance(node, Number):
        return _number(node, moment.columns)
    if isinstance(node, Age):
        return _age(node, moment)
    if isinstance(node, Flag):
        return flag_mask(node.name, moment.columns)
    if isinstance(node, Hash):
        return _hash(node.digits, moment.columns)
    return _words(node, moment)


def _hash(digits: str, columns: Columns) -> Mask:
    """Which files have a hash that begins so. Columns hold the first digits, which tell files apart well enough."""
    masks = []
    for name, held in HASH_DIGITS.items():
        known = digits[:held] if name == "hash" else digits
        if len(known) > held:
            continue
        low = int(known, 16) << 4 * (held - len(known))
        masks.append((columns[name] >= low) & (columns[name] < low + (1 << 4 * (held - len(known)))))
    return reduce(or_, masks)


def flag_mask(name: str, columns: Columns) -> Mask:
    """Return which adapters are what `is:name` says."""
    return _FLAGS[name](columns)


def in_state(columns: Columns, state: str) -> Mask:
    """Return whose file is in this state."""
    return columns.mask_of_codes("state", columns.vocabularies["state"].find(state))


def _all(node: All, moment: Moment) -> Mask:
    # All words at once: the index meets the rare one first and never looks at most of a common one.
    text = [one for one in node.nodes if is_text(one)]
    masks = [matches(one, moment) for one in node.nodes if not is_text(one)]
    if text:
        masks.append(text_mask(moment.connection, moment.columns, text))
    return reduce(and_, masks)


def _words(node: Words, moment: Moment) -> Mask:
    columns = moment.columns
    if is_text(node):
        return text_mask(moment.connection, columns, [node])
    if node.field == "tag":
        return columns.mask_of_tags(_tags(node, columns))
    test = choice_test(node)
    masks = [columns.mask_of_codes(name, columns.vocabularies[name].where(test)) for name in CHOICES_OF[node.field]]
    return reduce(or_, masks)


def _tags(node: Words, columns: Columns) -> list[int]:
    wanted = node.text.casefold().strip()
    if node.is_exact:
        return columns.tags.find(wanted)
    return columns.tags.find(*(key for key in columns.tags.beginning_with(wanted) if fits(key, wanted, node)))


def _number(node: Number, columns: Columns) -> Mask:
    if node.field == "weight":
        values = columns["weight"]
        mask: Mask = ~np.isnan(values)
    else:
        values = columns[_NUMBER_OF[node.field]]
        mask = values != NO_VALUE
    if node.low is not None:
        mask &= values >= node.low if node.has_low else values > node.low
    if node.high is not None:
        mask &= values <= node.high if node.has_high else values < node.high
    return mask


def _age(node: Age, moment: Moment) -> Mask:
    times = moment.columns[_TIME_OF[node.field]]
    values = times if node.is_date else moment.today - times
    mask: Mask = ~np.isnan(values)
    if node.low is not None:
        mask &= values >= node.low
    if node.high is not None:
        # A date's upper bound is the beginning of the day behind it.
        mask &= values < node.high if node.is_date else values <= node.high
    return mask
