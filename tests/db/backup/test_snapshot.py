from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from lora_manager.db.backup import snapshot
from lora_manager.db.backup.snapshot import check_copy, copy_state, own_tables, read_state
from lora_manager.db.backup.work import BackupCancelledError, Work
from lora_manager.db.engine import Database
from lora_manager.db.tables import Base
from tests.helpers.backups import add_tags, raw


def test_the_tables_are_ours_without_what_follows_from_them(fresh_database: Database) -> None:
    with raw(fresh_database) as connection:
        assert {*own_tables(connection)} == {*Base.metadata.tables, "alembic_version"}


def test_an_older_catalogue_that_lacks_newer_columns_can_be_backed_up_before_it_is_brought_up_to_date(
    fresh_database: Database,
) -> None:
    with raw(fresh_database) as connection:
        now = read_state(connection)
        connection.execute("ALTER TABLE image DROP COLUMN favourite")
        assert read_state(connection).counts == now.counts


def test_a_state_is_copied_as_it_was_while_another_writes(
    fresh_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two steps of the copy another connection writes what is copied later, and has it written to the file."""
    add_tags(fresh_database, "before", 3000)
    monkeypatch.setattr(snapshot, "PAGES_AT_ONCE", 20)
    wrote: list[int] = []

    def write(*_: object) -> None:
        add_tags(fresh_database, f"meanwhile{len(wrote)}-", 200)
        with raw(fresh_database) as other:
            other.execute("PRAGMA wal_checkpoint(PASSIVE)")
        wrote.append(1)

    with raw(fresh_database) as connection:
        connection.execute("BEGIN")
        state = read_state(connection)
        copy_state(connection, tmp_path / "copy", Work(write))
    assert len(wrote) > 5
    assert state.counts["tag"] == 3000
    assert check_copy(tmp_path / "copy", state.counts, Work()) == ""
    with raw(fresh_database) as connection:
        assert read_state(connection).counts["tag"] == 3000 + 200 * len(wrote)
    with closing(sqlite3.connect(tmp_path / "copy")) as copy:
        assert copy.execute("SELECT count(*) FROM tag WHERE key LIKE 'meanwhile%'").fetchone() == (0,)
    assert not list(tmp_path.glob("copy-*"))


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO tag (key, name) VALUES ('b', 'B')",
        "INSERT INTO setting (key, value) VALUES ('trash_days', '7')",
        "UPDATE setting SET value = '8'",
        "UPDATE state SET value = '77' WHERE key = 'revision'",
        "INSERT INTO saved_filter (user_name, name, query, created_at) VALUES ('', 'x', '{}', '')",
        "DELETE FROM access_token",
        "UPDATE root SET path = '/elsewhere'",
    ],
)
def test_what_is_worth_keeping_makes_another_state(fresh_database: Database, change: str) -> None:
    with raw(fresh_database) as connection:
        _fill(connection)
        before = read_state(connection).mark
        connection.execute(change)
        assert read_state(connection).mark != before


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO job (kind, state, owner, request, error, created_at) VALUES ('scan', 'done', '', '{}', '', '')",
        "INSERT INTO state VALUES ('keeper', 'somebody 3')",
        "UPDATE access_token SET last_used_at = '2026-11-21T00:00:00.000Z'",
        "UPDATE root SET last_scan_at = '2026-11-21T00:00:00.000Z'",
        "SELECT 1",
    ],
)
def test_what_passes_by_itself_makes_none(fresh_database: Database, change: str) -> None:
    with raw(fresh_database) as connection:
        _fill(connection)
        before = read_state(connection).mark
        connection.execute(change)
        assert read_state(connection).mark == before


def _fill(connection: sqlite3.Connection) -> None:
    connection.executescript(
        """
        INSERT INTO setting (key, value) VALUES ('backups_daily', 'true');
        INSERT INTO state VALUES ('revision', '5');
        INSERT INTO access_token (name, digest, user_name, created_at) VALUES ('a', 'd', 'ada', '');
        INSERT INTO root (path, online, added_at) VALUES ('/loras', 1, '');
        """
    )


@pytest.mark.parametrize("at", [0, 4096, 40960])
def test_a_damaged_copy_is_noticed(fresh_database: Database, tmp_path: Path, at: int) -> None:
    add_tags(fresh_database, "t", 2000)
    counts = _copied(fresh_database, tmp_path / "copy")
    with (tmp_path / "copy").open("r+b") as file:
        file.seek(at)
        file.write(b"scribble" * 2048)
    assert check_copy(tmp_path / "copy", counts, Work()) != ""


def test_rows_that_lack_are_noticed(fresh_database: Database, tmp_path: Path) -> None:
    counts = _copied(fresh_database, tmp_path / "copy")
    assert "tag" in check_copy(tmp_path / "copy", {**counts, "tag": 1}, Work())


def test_a_check_is_given_up(fresh_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_tags(fresh_database, "t", 2000)
    counts = _copied(fresh_database, tmp_path / "copy")
    monkeypatch.setattr(snapshot, "_CHECK_EVERY", 10)
    asked = iter([False, *[True] * 100_000])
    with pytest.raises(BackupCancelledError):
        check_copy(tmp_path / "copy", counts, Work(cancelled=lambda: next(asked)))


def _copied(database: Database, target: Path) -> dict[str, int]:
    with raw(database) as connection:
        connection.execute("BEGIN")
        state = read_state(connection)
        copy_state(connection, target, Work())
    return state.counts
