"""When the database was last looked at for its daily backup; whatever process did it."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from lora_manager.db.tables import State

_KEY = "backup_daily"


def read_daily(connection: Connection) -> str | None:
    """Return the moment, ISO text in UTC; None when it never was."""
    return connection.execute(select(State.value).where(State.key == _KEY)).scalar()


def write_daily(connection: Connection, moment: str) -> None:
    """Remember the moment."""
    connection.execute(delete(State).where(State.key == _KEY))
    connection.execute(insert(State), {"key": _KEY, "value": moment})
