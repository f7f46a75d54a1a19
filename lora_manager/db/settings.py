"""Rows of settings: what this library is set to, the same for every program that opens it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from lora_manager.db.pairs import pairs
from lora_manager.db.tables import Setting


def read_settings(connection: Connection) -> dict[str, Any]:
    """Return what was set; what nobody touched is not in it."""
    found: dict[str, Any] = pairs(connection, select(Setting.key, Setting.value))
    return found


def write_settings(connection: Connection, values: Mapping[str, Any]) -> None:
    """Set these, and leave the others as they are."""
    if not values:
        return
    connection.execute(delete(Setting).where(Setting.key.in_(list(values))))
    connection.execute(insert(Setting), [{"key": key, "value": value} for key, value in values.items()])
