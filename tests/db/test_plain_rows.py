from __future__ import annotations

from lora_manager.db.engine import Database
from lora_manager.db.plain_rows import WANTED, rows_of
from tests.db.described import described, put


def test_the_rows_of_these_ids_however_many_there_are(fresh_database: Database) -> None:
    one, other, _ = put(fresh_database, *(described(f"{n}.pt", f"A{n}") for n in range(3)))
    statement = f"SELECT name FROM adapter WHERE id IN {WANTED} AND name != ? ORDER BY id"
    with fresh_database.read() as connection:
        assert rows_of(connection, statement, [one, other, *range(1000, 9000)], "A1") == [("A0",)]
        assert rows_of(connection, statement, [], "A1") == []
