"""Adapters whose name begins with what somebody types."""

from __future__ import annotations

from sqlalchemy import Connection, select

from lora_manager.db.natural_sort import natural_key
from lora_manager.db.tables import Adapter

_LOOKED_AT = 200
"""Rows of the index: names that go on with other digits than those typed lie between those that fit."""


def names_beginning(connection: Connection, begin: str) -> list[tuple[int, str]]:
    """Return (adapter id, name) of names that begin so, case and accents aside, in their order; 200 at most."""
    wanted = natural_key(begin)
    # The digits of a key are padded: "v1" begins "v10" as a text, and not as a key.
    key = wanted.rstrip("0123456789")
    if not wanted:
        return []
    statement = select(Adapter.id, Adapter.name).order_by(Adapter.sort_name, Adapter.id).limit(_LOOKED_AT)
    rows = connection.execute(statement.where(Adapter.sort_name >= key, Adapter.sort_name < key + "\U0010ffff"))
    found = [(adapter_id, name) for adapter_id, name in rows]
    if key == wanted:
        return found
    typed = begin.strip().casefold()
    return [(adapter_id, name) for adapter_id, name in found if name.strip().casefold().startswith(typed)]
