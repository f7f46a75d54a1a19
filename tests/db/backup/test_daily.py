from __future__ import annotations

from lora_manager.db.backup.daily import read_daily, write_daily
from lora_manager.db.engine import Database


def test_the_last_time_is_remembered(fresh_database: Database) -> None:
    with fresh_database.write() as connection:
        assert read_daily(connection) is None
        for moment in ("2026-05-01T09:00:00.000Z", "2026-05-02T09:00:00.000Z"):
            write_daily(connection, moment)
            assert read_daily(connection) == moment
