from __future__ import annotations

from lora_manager.db.engine import Database
from lora_manager.db.stamps import last_stamp, next_stamp


def test_each_stamp_is_later_than_the_one_before(fresh_database: Database) -> None:
    with fresh_database.read() as connection:
        assert last_stamp(connection) == 0
    with fresh_database.write() as connection:
        assert [next_stamp(connection) for _ in range(3)] == [1, 2, 3]
    with fresh_database.read() as connection:
        assert last_stamp(connection) == 3
