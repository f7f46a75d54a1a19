"""What a scan read otherwise than before, noted in the history: a set for the whole scan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from lora_manager.db.edits.fields import COLLECTIONS, SOURCED, is_same
from lora_manager.db.edits.state import held_fields
from lora_manager.db.engine import Database
from lora_manager.db.history import Act, ChangeRow, add_changes, close_set, open_set
from lora_manager.db.rows import DescribedFile

_FIELDS = tuple(sorted(SOURCED | COLLECTIONS))


class ImportJournal:
    """Notes the values of known adapters that a scan is about to write over. `close` when the scan ends."""

    def __init__(self, owner: str = "") -> None:
        self._act = Act("import", "scan", owner=owner)
        self._set_id: int | None = None

    def note(self, connection: Connection, items: Sequence[DescribedFile]) -> None:
        """Compare what was read with what the database holds; part of the transaction that writes it."""
        held = held_fields(connection, [item.adapter_id for item in items if item.adapter_id is not None], _FIELDS)
        changes: list[ChangeRow] = []
        for item in items:
            before = held.get(item.adapter_id or 0, {})
            for name, (value, source) in before.items():
                new = _plain(getattr(item if name in COLLECTIONS else item.adapter, name))
                if not is_same(name, new, value):
                    new_source = item.adapter.sources.get(name, "")
                    changes.append(ChangeRow(item.adapter_id, name, value, new, source, new_source))
        if changes:
            if self._set_id is None:
                self._set_id = open_set(connection, self._act)
            add_changes(connection, self._set_id, changes)

    def close(self, database: Database) -> None:
        """End the set, if anything was noted."""
        if self._set_id is not None:
            with database.write() as connection:
                close_set(connection, self._set_id)
            self._set_id = None


def _plain(value: Any) -> Any:
    """The value as the database gives it back."""
    return list(value) if isinstance(value, tuple) else value
