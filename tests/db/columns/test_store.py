from __future__ import annotations

from lora_manager.db.columns.store import ColumnStore
from lora_manager.db.edits.apply import edit_adapter
from lora_manager.db.engine import Database
from tests.db.described import described, put
from tests.helpers.at_once import at_once


def test_columns_are_read_once_and_then_follow(fresh_database: Database) -> None:
    (first,) = put(fresh_database, described("a.pt"))
    store = ColumnStore()
    with fresh_database.read() as connection:
        columns = store.current(connection)
        assert store.current(connection) is columns
    with fresh_database.write() as connection:
        edit_adapter(connection, first, {"rating": 4})
    with fresh_database.read() as connection:
        later = store.current(connection)
    assert (columns["rating"].tolist(), later["rating"].tolist()) == ([0], [4]), "what was handed out stays as it was"
    assert later.revision == columns.revision + 1


def test_an_older_reader_gets_what_is_there(fresh_database: Database) -> None:
    put(fresh_database, described("a.pt"))
    store = ColumnStore()
    with fresh_database.read() as old:
        store.current(old)
        put(fresh_database, described("b.pt"))
        with fresh_database.read() as new:
            newer = store.current(new)
        assert store.current(old) is newer


def test_who_asks_at_once_gets_the_same(fresh_database: Database) -> None:
    put(fresh_database, *(described(f"{number}.pt") for number in range(50)))
    store = ColumnStore()

    def ask() -> int:
        with fresh_database.read() as connection:
            return id(store.current(connection))

    assert len(set(at_once([ask] * 4))) == 1
