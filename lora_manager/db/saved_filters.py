"""Rows of saved filters: a search under a name, each user's own where the host has logins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from lora_manager.db.tables import SavedFilter


@dataclass(frozen=True)
class SavedFilterRow:
    """A search under a name."""

    id: int
    name: str
    query: dict[str, Any]
    created_at: str


_SHOWN = (SavedFilter.id, SavedFilter.name, SavedFilter.query, SavedFilter.created_at)


def save_filter(connection: Connection, user_name: str, name: str, query: dict[str, Any], now: str) -> SavedFilterRow:
    """Save a search; one of the same name is replaced."""
    same = (SavedFilter.user_name == user_name, SavedFilter.name == name)
    connection.execute(delete(SavedFilter).where(*same))
    row = {"user_name": user_name, "name": name, "query": query, "created_at": now}
    filter_id = connection.execute(insert(SavedFilter).returning(SavedFilter.id), row).scalar_one()
    return SavedFilterRow(filter_id, name, query, now)


def saved_filters(connection: Connection, user_name: str) -> list[SavedFilterRow]:
    """Return a user's searches, in the order in which they were saved."""
    statement = select(*_SHOWN).where(SavedFilter.user_name == user_name).order_by(SavedFilter.id)
    return [SavedFilterRow(*row) for row in connection.execute(statement).all()]


def count_saved_filters(connection: Connection, user_name: str) -> int:
    """Return how many searches a user has saved."""
    statement = select(func.count()).select_from(SavedFilter).where(SavedFilter.user_name == user_name)
    return connection.execute(statement).scalar_one()


def delete_filter(connection: Connection, user_name: str, filter_id: int) -> SavedFilterRow | None:
    """Forget a search of this user and return it; None when there is none."""
    mine = (SavedFilter.id == filter_id, SavedFilter.user_name == user_name)
    row = connection.execute(select(*_SHOWN).where(*mine)).first()
    connection.execute(delete(SavedFilter).where(*mine))
    return None if row is None else SavedFilterRow(*row)
