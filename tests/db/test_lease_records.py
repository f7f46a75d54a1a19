from __future__ import annotations

from sqlalchemy import insert

from lora_manager.db.engine import Database
from lora_manager.db.lease_records import LeaseRow, read_lease, write_lease
from lora_manager.db.tables import State


def test_a_lease_is_written_read_and_given_up(fresh_database: Database) -> None:
    with fresh_database.write() as connection:
        assert read_lease(connection, "x") is None
        for row in (LeaseRow("a machine:1:b", 1), LeaseRow("a machine:1:b", 2), None):
            write_lease(connection, "x", row)
            assert read_lease(connection, "x") == row
        write_lease(connection, "y", LeaseRow("a", 1))
        assert read_lease(connection, "x") is None


def test_what_is_no_lease_is_nobodys(fresh_database: Database) -> None:
    with fresh_database.write() as connection:
        for number, value in enumerate(("", "owner", "owner x", " 5")):
            connection.execute(insert(State), {"key": f"k{number}", "value": value})
            assert read_lease(connection, f"k{number}") is None
