"""Rows of two columns as a dictionary, on SQLAlchemy 2.0 and 2.1 alike."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select


def pairs(connection: Connection, statement: Select[Any]) -> dict[Any, Any]:
    """Return first column -> second column. (`dict` of a result itself would take its columns for keys.)"""
    return {key: value for key, value in connection.execute(statement).all()}  # noqa: C416 - rows are no tuples to mypy
