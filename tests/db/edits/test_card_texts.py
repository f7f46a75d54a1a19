from __future__ import annotations

import pytest

from lora_manager.db.edits import card_texts
from lora_manager.db.edits.apply import Edit, apply_edits
from lora_manager.db.edits.card_texts import has_stale_texts, refresh_texts, stored_card_texts
from lora_manager.db.engine import Database
from lora_manager.db.full_text import FullText
from tests.db.described import described, put


@pytest.fixture
def many(fresh_database: Database, monkeypatch: pytest.MonkeyPatch) -> tuple[Database, list[int]]:
    """Six adapters, of which three are many."""
    monkeypatch.setattr(card_texts, "AT_ONCE", 3)
    items = [described(f"{n}.pt", f"lamp {n}", tags=("old",), description_text="glowing") for n in range(6)]
    return fresh_database, put(fresh_database, *items)


def found(database: Database, word: str) -> set[int]:
    with database.read() as connection:
        return set(FullText.ids(connection, word).tolist())


def test_few_are_found_at_once_by_what_they_say_now(many: tuple[Database, list[int]]) -> None:
    database, ids = many
    with database.write() as connection:
        apply_edits(connection, [Edit(key, {"tags": ["new"]}) for key in ids[:3]])
        assert not has_stale_texts(connection)
    assert found(database, "new") == set(ids[:3])
    assert found(database, "old") == set(ids[3:])
    assert found(database, "glowing") == set(ids)


def test_of_many_the_text_follows(many: tuple[Database, list[int]]) -> None:
    database, ids = many
    with database.write() as connection:
        apply_edits(connection, [Edit(key, {"tags": ["new"]}) for key in ids])
        apply_edits(connection, [Edit(key, {"notes": "a note"}) for key in ids[:4]])
        assert has_stale_texts(connection)
    assert found(database, "new") == set()
    sizes = []
    with database.write() as connection:
        while size := refresh_texts(connection):
            sizes.append(size)
    assert sizes == [3, 3]
    assert found(database, "new") == set(ids)
    assert found(database, "old") == set()
    assert found(database, "note") == set(ids[:4])
    with database.read() as connection:
        assert not has_stale_texts(connection)


def test_the_text_is_that_which_a_scan_writes(many: tuple[Database, list[int]]) -> None:
    database, ids = many
    with database.read() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM adapter_fts WHERE rowid = ?", (ids[0],)).one()
        ((_, text),) = stored_card_texts(connection, ids[:1])
    assert tuple(rows)[:-1] == tuple(text)[:-1], "but for the description, which this adapter has as text alone"
