"""Stamps of what is derived of adapters: a number that grows with every digest and vector that is written.

Whoever keeps such rows in memory reads only those of later stamps. A restore gives every row a later one.
"""

from __future__ import annotations

from sqlalchemy import Connection

STAMP_KEY = "derived_stamp"
"""The key of the last stamp in `state`."""
_NEXT = (
    f"INSERT INTO state (key, value) VALUES ('{STAMP_KEY}', '1') "
    "ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(state.value AS INTEGER) + 1 AS TEXT)"
)
_READ = f"SELECT value FROM state WHERE key = '{STAMP_KEY}'"


def next_stamp(connection: Connection) -> int:
    """Return a stamp that is later than all before; for rows of a digest or a vector written in this transaction."""
    connection.exec_driver_sql(_NEXT)
    return last_stamp(connection)


def last_stamp(connection: Connection) -> int:
    """Return the last stamp that was given, 0 before the first."""
    return int(connection.exec_driver_sql(_READ).scalar() or 0)
