from __future__ import annotations

import threading

import pytest
from sqlalchemy import insert

from lora_manager.db.digests import Digest, write_digests
from lora_manager.db.engine import Database
from lora_manager.db.tables import Adapter
from lora_manager.errors import CatalogueError
from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.search.ranking import library
from lora_manager.search.ranking.document import make_document
from lora_manager.search.ranking.index import RankIndex
from lora_manager.services.recommending import index_store
from lora_manager.services.recommending.index_store import FEW, IndexStore

RECIPE = 1


def add(database: Database, *names: str, document: bytes | None = None) -> None:
    with database.write() as connection:
        for name in names:
            row = {"name": name, "sort_name": name, "added_at": "", "updated_at": ""}
            adapter_id = connection.execute(insert(Adapter).returning(Adapter.id), row).scalar_one()
            digest(connection, adapter_id, name, document)


def digest(connection: object, adapter_id: int, name: str, document: bytes | None = None) -> None:
    made = document if document is not None else make_document(AdapterFacts(adapter_id, name))
    write_digests(connection, [Digest(adapter_id, 1, made, b"")], RECIPE)  # type: ignore[arg-type]


def current(database: Database, store: IndexStore) -> RankIndex:
    with database.read() as connection:
        index = store.current(connection)
    assert index is not None
    return index


def living(index: RankIndex) -> list[int]:
    return sorted(index.ids[index.alive].tolist())


def test_the_index_is_read_once_and_again_when_a_digest_is_written(fresh_database: Database) -> None:
    store = IndexStore(fresh_database)
    assert store.kept is None
    assert living(current(fresh_database, store)) == []
    add(fresh_database, "amber", "moth")
    index = current(fresh_database, store)
    assert living(index) == [1, 2]
    assert current(fresh_database, store) is index is store.kept


def test_one_that_changes_leaves_the_rest_as_it_is(fresh_database: Database) -> None:
    store = IndexStore(fresh_database)
    add(fresh_database, *(f"amber{number}" for number in range(50)))
    before = current(fresh_database, store)
    with fresh_database.write() as connection:
        digest(connection, 7, "moth")
    after = current(fresh_database, store)
    assert after is not before
    assert after.base is before.base
    assert living(after) == list(range(1, 51))


def test_where_all_changed_everything_is_read_again(fresh_database: Database) -> None:
    store = IndexStore(fresh_database)
    add(fresh_database, "amber", "moth", "fox")
    current(fresh_database, store)
    with fresh_database.write() as connection:
        connection.exec_driver_sql("DELETE FROM adapter WHERE id = 2")
        digest(connection, 1, "owl")
        digest(connection, 3, "hen")
    assert living(current(fresh_database, store)) == [1, 3]


def test_a_document_of_an_older_program_is_passed_over(fresh_database: Database) -> None:
    store = IndexStore(fresh_database)
    add(fresh_database, "old", document=b"nonsense")
    add(fresh_database, "amber")
    assert living(current(fresh_database, store)) == [2]
    add(fresh_database, "broken", document=b"\0" * 60)
    assert living(current(fresh_database, store)) == [2]


def test_of_much_at_once_nobody_waits_for_the_end(fresh_database: Database) -> None:
    store = IndexStore(fresh_database)
    add(fresh_database, *(f"amber{number}" for number in range(FEW + 1)))
    before = current(fresh_database, store)
    add(fresh_database, *(f"moth{number}" for number in range(FEW + 1)))
    assert current(fresh_database, store) is before
    store.catch_up()
    assert len(living(current(fresh_database, store))) == 2 * FEW + 2


def test_nobody_waits_while_changes_are_merged(fresh_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "MERGE_AT", 6)
    store = IndexStore(fresh_database)
    add(fresh_database, *(f"amber{number}" for number in range(20)))
    before = current(fresh_database, store)
    for number in range(3):
        add(fresh_database, f"moth{number}")
        before = current(fresh_database, store)
    assert before.delta.size == 3
    add(fresh_database, *(f"owl{number}" for number in range(5)))
    assert current(fresh_database, store) is before
    store.close()
    after = current(fresh_database, store)
    assert (after.base.size, after.delta.size) == (28, 0)


def test_the_first_digests_of_a_library_are_waited_for(fresh_database: Database) -> None:
    store = IndexStore(fresh_database)
    assert living(current(fresh_database, store)) == []
    add(fresh_database, *(f"moth{number}" for number in range(FEW + 1)))
    with store._lock, fresh_database.read() as connection:
        assert store.current(connection, patience_s=0.01) is None
    assert len(living(current(fresh_database, store))) == FEW + 1
    add(fresh_database, *(f"amber{number}" for number in range(2 * FEW)))
    assert len(living(current(fresh_database, store))) == 3 * FEW + 1


def test_nobody_waits_for_an_index_that_there_is_one_of(fresh_database: Database) -> None:
    store = IndexStore(fresh_database)
    add(fresh_database, "amber")
    before = current(fresh_database, store)
    add(fresh_database, "moth")
    with store._lock:
        assert current(fresh_database, store) is before
    assert living(current(fresh_database, store)) == [1, 2]


def test_who_asks_while_it_is_read_for_the_first_time_waits_a_little(fresh_database: Database) -> None:
    store = IndexStore(fresh_database)
    add(fresh_database, "amber")
    with store._lock, fresh_database.read() as connection:
        assert store.current(connection, patience_s=0.01) is None
    found: list[RankIndex] = []
    threads = [threading.Thread(target=lambda: found.append(current(fresh_database, store))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert all(index is found[0] for index in found)


def test_nobody_waits_for_a_large_one_longer_than_patience_has_it(
    fresh_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = IndexStore(fresh_database)
    add(fresh_database, "amber")
    goes_on = threading.Event()
    built = index_store._built
    monkeypatch.setattr(index_store, "_built", lambda items: (goes_on.wait(30), built(items))[1])
    with fresh_database.read() as connection:
        assert store.current(connection, patience_s=0.05) is None
        goes_on.set()
        index = store.current(connection, patience_s=30)
    assert index is not None
    assert living(index) == [1]


def test_an_index_that_cannot_be_read_is_asked_for_in_vain(
    fresh_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = IndexStore(fresh_database)
    add(fresh_database, "amber")

    def fails(items: object) -> RankIndex:
        raise CatalogueError("The disk is gone.")

    monkeypatch.setattr(index_store, "_built", fails)
    with fresh_database.read() as connection:
        assert store.current(connection, patience_s=30) is None
