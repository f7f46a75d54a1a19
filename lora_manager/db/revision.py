"""The catalogue's revision: a number that grows with every change, so that any process can tell its caches are old.

Each adapter remembers the revision with which it last changed, so that what is kept in memory needs to read only those.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

_BUMP = (
    "INSERT INTO state (key, value) VALUES ('revision', '1') "
    "ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(state.value AS INTEGER) + 1 AS TEXT)"
)
_READ = "SELECT value FROM state WHERE key = 'revision'"
_STAMP = "UPDATE adapter SET revision = ? WHERE id = ?"
_STAMP_ALL = "UPDATE adapter SET revision = ?"


def touch_catalogue(connection: Connection, adapter_ids: Collection[int] | None = ()) -> None:
    """Say that these adapters changed (None: any may have); part of the transaction that changes them.

    An adapter that was written with `next_revision` since the last call is known already.
    """
    if adapter_ids is None:
        connection.exec_driver_sql(_STAMP_ALL, (next_revision(connection),))
    else:
        stamp_adapters(connection, adapter_ids)
    connection.exec_driver_sql(_BUMP)


def stamp_adapters(connection: Connection, adapter_ids: Collection[int]) -> None:
    """Mark adapters as changed for the next `touch_catalogue`, which may come in a later transaction."""
    revision = next_revision(connection)
    if adapter_ids:
        connection.exec_driver_sql(_STAMP, [(revision, adapter_id) for adapter_id in adapter_ids])


def next_revision(connection: Connection) -> int:
    """Return the revision that an adapter which is written now belongs to."""
    return catalogue_revision(connection) + 1


def catalogue_revision(connection: Connection) -> int:
    """Return the number of the catalogue's last change."""
    return int(connection.exec_driver_sql(_READ).scalar() or 0)
