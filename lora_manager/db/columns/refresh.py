"""From the columns of one revision to those of a later one, by what changed between them."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
from sqlalchemy import Connection

from lora_manager.db.columns.load import changed_ids, load_columns, offline_roots, pairs_of, read_part
from lora_manager.db.columns.sorting import BY_NAME
from lora_manager.db.columns.table import Codes, Columns, Mask

MOST_AT_ONCE = 0.3
"""The part of a library up to which reading what changed is quicker than reading everything."""
FEW = 200
"""Adapters that are put into the order of names one by one; of more the order is made anew."""

_ANY_UNCHANGED = "SELECT EXISTS (SELECT 1 FROM adapter WHERE revision <= ?)"


def refreshed(connection: Connection, columns: Columns, revision: int) -> Columns:
    """Return the columns as they are at a later revision. What `columns` holds stays as it is."""
    changed = changed_ids(connection, columns.revision)
    if len(changed) > MOST_AT_ONCE * len(columns) or _all_changed(connection, columns.revision):
        return load_columns(connection, revision)
    part = read_part(connection, columns.revision, columns.vocabularies, columns.tags)
    stays = ~columns.mask_of_ids(changed)
    ids = np.concatenate([columns.ids[stays], part.values["id"]])
    order = np.argsort(ids, kind="stable")
    values = {
        name: np.concatenate([column[stays], part.values[name]])[order] for name, column in columns.values.items()
    }
    found = Columns(
        revision, values, columns.vocabularies, columns.tag_of, columns.tagged, columns.tags, offline_roots(connection)
    )
    kept = stays[columns.tagged]
    tagged_ids = np.concatenate([columns.ids[columns.tagged[kept]], part.tagged_ids])
    found.tag_of, found.tagged = pairs_of(found, tagged_ids, np.concatenate([columns.tag_of[kept], part.tag_of]))
    if BY_NAME in columns.orders and len(changed) <= FEW:
        found.orders[BY_NAME] = _with_names(columns, stays, found, found.positions(part.values["id"]))
    return found


def _all_changed(connection: Connection, since: int) -> bool:
    """Say whether nothing is as it was: a backup was brought back, and adapters, tags and ids are those of then."""
    return not connection.exec_driver_sql(_ANY_UNCHANGED, (since,)).scalar()


def _with_names(before: Columns, stays: Mask, now: Columns, new: Codes) -> Codes:
    """The order of names before, with the adapters at the positions `new` of now put into it."""
    old = before.orders[BY_NAME]
    order = now.positions(before.ids[old[stays[old]]])
    names, ids = now["sort_name"], now.ids

    def key(position: int) -> tuple[str, int]:
        return names[position], int(ids[position])

    # From the last to the first: where one goes in, what stands before it does not move.
    behind = sorted(new.tolist(), key=key)
    at = [bisect_left(order, key(position), key=key) for position in behind]
    return np.insert(order, at, behind).astype(np.int32)
