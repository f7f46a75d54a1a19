from __future__ import annotations

from lora_manager.db.engine import Database
from lora_manager.db.saved_filters import count_saved_filters, delete_filter, save_filter, saved_filters

NOW = "2026-11-20T00:00:00.000Z"


def test_rows_are_a_user_s(fresh_database: Database) -> None:
    with fresh_database.write() as connection:
        mine = save_filter(connection, "ada", "a", {"q": "x"}, NOW)
        other = save_filter(connection, "bob", "a", {}, NOW)
    with fresh_database.write() as connection:
        assert saved_filters(connection, "ada") == [mine]
        assert count_saved_filters(connection, "bob") == 1
        assert delete_filter(connection, "bob", mine.id) is None
        assert delete_filter(connection, "bob", other.id) == other
        assert saved_filters(connection, "bob") == []
        assert saved_filters(connection, "ada") == [mine]
