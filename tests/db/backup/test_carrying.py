from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from lora_manager.db.backup.carrying import carry_over, forget_tokens, revision_of, settle
from lora_manager.db.engine import Database
from tests.conftest import DatabaseFactory
from tests.db.backup.old_files import insert_row, old_database
from tests.helpers.backups import add_adapter, raw


def roots(connection: sqlite3.Connection) -> list[tuple[int, str]]:
    return connection.execute("SELECT id, path FROM root ORDER BY id").fetchall()


@pytest.mark.parametrize(
    ("then", "now", "after"),
    [
        ({1: "/a"}, {1: "/b"}, {1: "/b"}),
        ({1: "/a", 2: "/b"}, {1: "/b", 2: "/a"}, {1: "/b", 2: "/a"}),
        ({1: "/a"}, {2: "/b"}, {1: "/a", 2: "/b"}),
        ({1: "/a"}, {2: "/a"}, {1: "/a"}),
        ({1: "/a", 2: "/b"}, {1: "/c", 2: "/a", 3: "/b"}, {1: "/c", 2: "/a", 3: "/b"}),
        ({}, {5: "/x"}, {5: "/x"}),
    ],
)
def test_roots_lie_where_they_lie_now(
    database_factory: DatabaseFactory, then: dict[int, str], now: dict[int, str], after: dict[int, str]
) -> None:
    with database_factory() as one, database_factory() as two, raw(one) as live, raw(two) as restored:
        for connection, paths in ((live, now), (restored, then)):
            for root_id, path in paths.items():
                insert_row(connection, "root", {"id": root_id, "path": path})
        carry_over(live, restored)
        assert dict(roots(restored)) == after


def test_a_file_of_an_earlier_version_gives_what_it_has(fresh_database: Database, tmp_path: Path) -> None:
    with raw(old_database(tmp_path / "old.sqlite3", "0001")) as live, raw(fresh_database) as restored:
        insert_row(live, "job", {"id": 7, "kind": "scan"})
        insert_row(restored, "setting", {"key": "trash_days", "value": "3"})
        carry_over(live, restored)
        assert restored.execute("SELECT id, kind FROM job").fetchall() == [(7, "scan")]
        assert restored.execute("SELECT value FROM setting").fetchall() == [(3,)]
        assert roots(restored) == [(1, "/loras")]


def test_it_is_carried_whole_or_not_at_all(fresh_database: Database, database_factory: DatabaseFactory) -> None:
    with database_factory() as other, raw(fresh_database) as live, raw(other) as restored:
        insert_row(live, "setting", {"key": "trash_days", "value": "3"})
        restored.execute("CREATE TRIGGER no BEFORE INSERT ON state BEGIN SELECT RAISE(ABORT, 'no'); END")
        live.execute("INSERT INTO state VALUES ('hashing', 'x 1')")
        with pytest.raises(sqlite3.DatabaseError, match="no"):
            carry_over(live, restored)
        assert restored.execute("SELECT count(*) FROM setting").fetchone() == (0,)


def test_what_was_under_way_then_is_not_now(fresh_database: Database) -> None:
    add_adapter(fresh_database, "Amber")
    with raw(fresh_database) as connection:
        insert_row(connection, "root", {"id": 1, "path": "/a"})
        insert_row(connection, "network_file", {"id": 1, "root_id": 1, "adapter_id": 1})
        insert_row(connection, "change_set", {"id": 1, "state": "open"})
        for state in ("begun", "done"):
            insert_row(connection, "file_operation", {"set_id": 1, "network_file_id": 1, "state": state})
        insert_row(connection, "access_token", {"id": 1})
        settle(connection, 77)
        forget_tokens(connection)
        assert revision_of(connection) == 77
        assert connection.execute("SELECT revision FROM adapter").fetchall() == [(77,)]
        assert connection.execute("SELECT state FROM file_operation ORDER BY id").fetchall() == [("failed",), ("done",)]
        assert connection.execute("SELECT state FROM change_set").fetchall() == [("stopped",)]
        assert connection.execute("SELECT count(*) FROM access_token").fetchone() == (0,)


def derived(connection: sqlite3.Connection, adapter_id: int, stamp: int) -> None:
    insert_row(
        connection,
        "adapter_digest",
        {"adapter_id": adapter_id, "revision": 1, "recipe": 1, "stamp": stamp, "document": b"", "examples": b""},
    )
    insert_row(
        connection,
        "vector",
        {"adapter_id": adapter_id, "kind": "semantic", "encoder": "e", "text_hash": "h", "data": b"", "stamp": stamp},
    )


def stamps(connection: sqlite3.Connection) -> list[tuple[int, ...]]:
    both = "SELECT stamp FROM adapter_digest UNION ALL SELECT stamp FROM vector"
    last = "SELECT CAST(value AS INTEGER) FROM state WHERE key = 'derived_stamp'"
    return [*connection.execute(both), *connection.execute(last)]


@pytest.mark.parametrize("is_settled_first", [True, False])
def test_what_is_derived_comes_back_under_later_stamps(
    database_factory: DatabaseFactory, is_settled_first: bool
) -> None:
    with database_factory() as one, database_factory() as two:
        then = add_adapter(two, "lantern")
        with raw(one) as live, raw(two) as restored:
            live.execute("INSERT INTO state VALUES ('derived_stamp', '70')")
            restored.execute("INSERT INTO state VALUES ('derived_stamp', '9')")
            derived(restored, then, 4)
            if is_settled_first:
                settle(restored, 5)
            carry_over(live, restored)
            if not is_settled_first:
                settle(restored, 5)
            found = {stamp for (stamp,) in stamps(restored)}
            assert len(found) == 1
            assert found.pop() > 70


def test_stamps_move_on_where_nothing_can_be_carried_over(database_factory: DatabaseFactory) -> None:
    with database_factory() as database:
        then = add_adapter(database, "lantern")
        with raw(database) as restored:
            derived(restored, then, 4)
            settle(restored, 5)
            assert {stamp for (stamp,) in stamps(restored)} == {1_000_000}
