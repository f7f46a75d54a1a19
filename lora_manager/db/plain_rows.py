"""Rows of plain SQL for many ids at once: of a whole catalogue, making statements and objects would cost the most."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

WANTED = "(SELECT value FROM json_each(?))"
"""The ids in a statement, the first of its parameters."""


def rows_of(connection: Connection, statement: str, ids: Sequence[int], *more: str) -> list[Any]:
    """Return the rows of a statement with WANTED in it; none for no ids. `more` are its other parameters."""
    raw = connection.connection.dbapi_connection
    assert raw is not None
    found: list[Any] = raw.cursor().execute(statement, (json.dumps(list(ids)), *more)).fetchall() if ids else []
    return found
