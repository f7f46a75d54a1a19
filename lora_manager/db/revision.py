"""The catalogue's revision: a number that grows with every change, so that any process can tell its caches are old."""

from __future__ import annotations

from sqlalchemy import Connection

_BUMP = (
    "INSERT INTO state (key, value) VALUES ('revision', '1') "
    "ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(state.value AS INTEGER) + 1 AS TEXT)"
)
_READ = "SELECT value FROM state WHERE key = 'revision'"


def touch_catalogue(connection: Connection) -> None:
    """Say that the catalogue changed; part of the transaction that changes it."""
    connection.exec_driver_sql(_BUMP)


def catalogue_revision(connection: Connection) -> int:
    """Return the number of the catalogue's last change."""
    return int(connection.exec_driver_sql(_READ).scalar() or 0)
