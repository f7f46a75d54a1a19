"""What the fields of adapters hold now, and where it comes from.

In plain SQL, and with all ids in one value: of 10,000 adapters, putting statements together and reading their rows as
objects would be the greater part of an edit.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from lora_manager.db.cards import trigger_groups
from lora_manager.db.edits.fields import COLUMNS, FLAGS
from lora_manager.db.json_texts import json_value
from lora_manager.db.plain_rows import WANTED, rows_of

_TAGS = (
    "SELECT adapter_id, tag.name FROM adapter_tag JOIN tag ON tag.id = tag_id "
    f"WHERE adapter_id IN {WANTED} ORDER BY adapter_id, position"
)
_REMEMBERED = (
    "SELECT adapter_id, field, source_value, source FROM user_edit "
    f"WHERE adapter_id IN {WANTED} AND field IN (SELECT value FROM json_each(?))"
)


class Held(NamedTuple):
    """A field's value, and where it comes from: "user" for one set by hand, "" for nowhere in particular."""

    value: Any
    source: str


class Remembered(NamedTuple):
    """What the sources say of a field that the user set; `source` is None where nobody looked since."""

    value: Any
    source: str | None


def held_fields(
    connection: Connection, adapter_ids: Sequence[int], fields: Collection[str]
) -> dict[int, dict[str, Held]]:
    """Return these fields of these adapters; adapters that are gone are left out."""
    names = sorted(COLUMNS.intersection(fields))
    collections: dict[str, Mapping[int, Any]] = {}
    if "tags" in fields:
        collections["tags"] = tags_of_all(connection, adapter_ids)
    if "trigger_groups" in fields:
        collections["trigger_groups"] = trigger_groups(connection, adapter_ids)
    every = [*names, *collections]
    sources = [f"coalesce(json_extract(sources, '$.{name}'), '')" for name in every]
    statement = f"SELECT {', '.join(['id', *sources, *names])} FROM adapter WHERE id IN {WANTED}"
    found: dict[int, dict[str, Held]] = {}
    for row in rows_of(connection, statement, adapter_ids):
        adapter_id, from_where, values = row[0], row[1 : len(every) + 1], row[len(every) + 1 :]
        kept = [bool(value) if name in FLAGS else value for name, value in zip(names, values, strict=True)]
        kept += [by_adapter.get(adapter_id, []) for by_adapter in collections.values()]
        found[adapter_id] = dict(zip(every, map(Held, kept, from_where), strict=True))
    return found


def remembered_fields(
    connection: Connection, adapter_ids: Sequence[int], fields: Collection[str]
) -> dict[tuple[int, str], Remembered]:
    """Return what the sources say of those of these fields that the user set, by adapter and field."""
    rows = rows_of(connection, _REMEMBERED, adapter_ids, json.dumps(sorted(fields)))
    return {(adapter_id, field): Remembered(json_value(packed), source) for adapter_id, field, packed, source in rows}


def tags_of_all(connection: Connection, adapter_ids: Sequence[int]) -> Mapping[int, list[str]]:
    """Return the tags of these adapters in order; who has none is left out."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for adapter_id, name in rows_of(connection, _TAGS, adapter_ids):
        found[adapter_id].append(name)
    return found


def tags_of(connection: Connection, adapter_id: int) -> list[str]:
    """Return an adapter's tags in order."""
    return tags_of_all(connection, [adapter_id]).get(adapter_id, [])
