from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from lora_manager.db.edits import card_texts
from lora_manager.db.edits.apply import Edit, apply_edits
from lora_manager.db.edits.card_texts import has_stale_texts
from lora_manager.db.engine import Database
from lora_manager.db.full_text import FullText
from lora_manager.services.text_index import TextIndex
from tests.db.described import described, put


@pytest.fixture
def ids(fresh_database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    monkeypatch.setattr(card_texts, "AT_ONCE", 2)
    return put(fresh_database, *(described(f"{n}.pt", f"A{n}") for n in range(5)))


def edit(database: Database, ids: list[int], tag: str) -> None:
    with database.write() as connection:
        apply_edits(connection, [Edit(key, {"tags": [tag]}) for key in ids])


def found(database: Database, word: str) -> int:
    with database.read() as connection:
        return len(FullText.ids(connection, word))


def until_found(database: Database, word: str, count: int) -> None:
    end = time.monotonic() + 20
    while found(database, word) != count:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_it_catches_up_when_it_is_woken_and_with_what_was_left(fresh_database: Database, ids: list[int]) -> None:
    edit(fresh_database, ids, "before")
    index = TextIndex(fresh_database)
    index.start()
    until_found(fresh_database, "before", 5)
    edit(fresh_database, ids, "later")
    index.wake()
    until_found(fresh_database, "later", 5)
    assert found(fresh_database, "before") == 0
    index.stop()


def test_one_that_was_never_started_leaves_nothing_undone(fresh_database: Database, ids: list[int]) -> None:
    edit(fresh_database, ids, "new")
    TextIndex(fresh_database).stop()
    assert found(fresh_database, "new") == 5
    with fresh_database.read() as connection:
        assert not has_stale_texts(connection)
