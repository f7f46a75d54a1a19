from __future__ import annotations

from lora_manager.db.engine import Database
from lora_manager.db.settings import read_settings, write_settings


def test_what_is_set_replaces_what_was_and_leaves_the_rest(fresh_database: Database) -> None:
    with fresh_database.write() as connection:
        assert read_settings(connection) == {}
        write_settings(connection, {"a": True, "b": 3})
        write_settings(connection, {"b": 4})
        write_settings(connection, {})
    with fresh_database.read() as connection:
        assert read_settings(connection) == {"a": True, "b": 4}
