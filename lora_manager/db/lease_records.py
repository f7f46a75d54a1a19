"""Leases: rows of `state` that say which process does a piece of work that only one may do at a time."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from lora_manager.db.tables import State


class LeaseRow(NamedTuple):
    """Who holds a lease, and how often they said that they still do."""

    owner: str
    beat: int


def read_lease(connection: Connection, name: str) -> LeaseRow | None:
    """Return a lease as it stands, or None when nobody holds it."""
    value = connection.execute(select(State.value).where(State.key == name)).scalar()
    owner, _, beat = (value or "").rpartition(" ")
    return LeaseRow(owner, int(beat)) if owner and beat.isdecimal() else None


def write_lease(connection: Connection, name: str, row: LeaseRow | None) -> None:
    """Write who holds it; None: nobody."""
    connection.execute(delete(State).where(State.key == name))
    if row is not None:
        connection.execute(insert(State), {"key": name, "value": f"{row.owner} {row.beat}"})
