"""What the fields of adapters hold now, and where it comes from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from lora_manager.db.cards import trigger_groups
from lora_manager.db.chunks import chunks
from lora_manager.db.edits.fields import COLUMNS
from lora_manager.db.tables import Adapter, AdapterTag, Tag, UserEdit


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
    columns = [getattr(Adapter, name) for name in names]
    tags = tags_of_all(connection, adapter_ids) if "tags" in fields else {}
    groups = _groups_of_all(connection, adapter_ids) if "trigger_groups" in fields else {}
    found: dict[int, dict[str, Held]] = {}
    for part in chunks(adapter_ids):
        statement = select(Adapter.id, Adapter.sources, *columns).where(Adapter.id.in_(part))
        for adapter_id, sources, *values in connection.execute(statement):
            held = {name: Held(value, sources.get(name, "")) for name, value in zip(names, values, strict=True)}
            if "tags" in fields:
                held["tags"] = Held(tags.get(adapter_id, []), sources.get("tags", ""))
            if "trigger_groups" in fields:
                held["trigger_groups"] = Held(groups.get(adapter_id, []), sources.get("trigger_groups", ""))
            found[adapter_id] = held
    return found


def remembered_fields(
    connection: Connection, adapter_ids: Sequence[int], fields: Collection[str]
) -> dict[tuple[int, str], Remembered]:
    """Return what the sources say of those of these fields that the user set, by adapter and field."""
    columns = (UserEdit.adapter_id, UserEdit.field, UserEdit.source_value, UserEdit.source)
    found: dict[tuple[int, str], Remembered] = {}
    for part in chunks(adapter_ids):
        where = (UserEdit.adapter_id.in_(part), UserEdit.field.in_(fields))
        for adapter_id, field, value, source in connection.execute(select(*columns).where(*where)):
            found[(adapter_id, field)] = Remembered(value, source)
    return found


def tags_of_all(connection: Connection, adapter_ids: Sequence[int]) -> Mapping[int, list[str]]:
    """Return the tags of these adapters in order; who has none is left out."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for part in chunks(adapter_ids):
        statement = (
            select(AdapterTag.adapter_id, Tag.name)
            .join(Tag, Tag.id == AdapterTag.tag_id)
            .where(AdapterTag.adapter_id.in_(part))
            .order_by(AdapterTag.adapter_id, AdapterTag.position)
        )
        for adapter_id, name in connection.execute(statement):
            found[adapter_id].append(name)
    return found


def tags_of(connection: Connection, adapter_id: int) -> list[str]:
    """Return an adapter's tags in order."""
    return tags_of_all(connection, [adapter_id]).get(adapter_id, [])


def _groups_of_all(connection: Connection, adapter_ids: Sequence[int]) -> dict[int, list[list[str]]]:
    found: dict[int, list[list[str]]] = {}
    for part in chunks(adapter_ids):
        found.update(trigger_groups(connection, part))
    return found
