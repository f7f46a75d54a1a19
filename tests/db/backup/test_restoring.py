from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lora_manager.db.backup import restoring
from lora_manager.db.backup.facts import BackupDamagedError
from lora_manager.db.backup.folder import BackupError, BackupFolder
from lora_manager.db.backup.making import folder_for, make_backup
from lora_manager.db.backup.restoring import restore_backup
from lora_manager.db.backup.work import BackupCancelledError, Work
from lora_manager.db.engine import Database, sqlite_url
from lora_manager.db.location import copies_folder
from lora_manager.db.migrate import migrate
from lora_manager.db.revision import catalogue_revision
from tests.db.backup.old_files import REVISIONS, insert_row, old_database
from tests.helpers.backups import add_adapter, add_tags, dump, is_sound, names, raw

State = Callable[[], str]


@pytest.fixture
def folder(fresh_database: Database, tmp_path: Path) -> BackupFolder:
    return folder_for(fresh_database, tmp_path / "state")


def path_of(database: Database) -> Path:
    assert database.path is not None
    return database.path


def revision(database: Database) -> int:
    with database.read() as connection:
        return catalogue_revision(connection)


def test_what_was_then_is_now_and_the_safety_copy_undoes_it(fresh_database: Database, folder: BackupFolder) -> None:
    amber = add_adapter(fresh_database, "Amber")
    then = make_backup(fresh_database, folder, "manual").backup
    add_adapter(fresh_database, "Moth")
    with raw(fresh_database) as connection:
        connection.execute("UPDATE adapter SET name = 'Mine' WHERE id = ?", (amber,))
    before = revision(fresh_database)
    restored = restore_backup(fresh_database, folder, then)
    assert names(fresh_database) == ["Amber"]
    assert is_sound(path_of(fresh_database))
    assert restored.aside is None
    assert restored.safety is not None
    assert restored.safety.reason == "before_restore"
    assert revision(fresh_database) > before
    with raw(fresh_database) as connection:
        assert connection.execute("SELECT DISTINCT revision FROM adapter").fetchall() == [(revision(fresh_database),)]
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)

    undone = restore_backup(fresh_database, folder, restored.safety)
    assert names(fresh_database) == ["Mine", "Moth"]
    assert undone.safety is not None
    assert is_sound(path_of(fresh_database))


def test_a_connection_that_is_open_sees_one_state_and_then_the_other(
    fresh_database: Database, folder: BackupFolder
) -> None:
    add_adapter(fresh_database, "Amber")
    then = make_backup(fresh_database, folder, "manual").backup
    add_adapter(fresh_database, "Moth")
    with raw(fresh_database) as connection:
        connection.execute("BEGIN")
        assert connection.execute("SELECT count(*) FROM adapter").fetchone() == (2,)
        restore_backup(fresh_database, folder, then)
        assert connection.execute("SELECT count(*) FROM adapter").fetchone() == (2,)
        connection.execute("COMMIT")
        assert connection.execute("SELECT count(*) FROM adapter").fetchone() == (1,)
        connection.execute("INSERT INTO tag (key, name) VALUES ('a', 'A')")
    assert is_sound(path_of(fresh_database))


def test_tokens_jobs_settings_and_roots_are_those_of_now(fresh_database: Database, folder: BackupFolder) -> None:
    with raw(fresh_database) as connection:
        connection.executescript(
            """
            INSERT INTO access_token (id, name, digest, user_name, created_at) VALUES (1, 'revoked', 'd1', 'ada', '');
            INSERT INTO access_token (id, name, digest, user_name, created_at) VALUES (2, 'kept', 'd2', 'ada', '');
            INSERT INTO setting (key, value) VALUES ('trash_days', '30');
            INSERT INTO root (id, path, online, added_at) VALUES (1, '/a', 1, ''), (2, '/b', 1, '');
            """
        )
        insert_row(connection, "job", {"id": 1, "kind": "scan"})
        insert_row(connection, "change_set", {"id": 1, "state": "open", "kind": "edit"})
    then = make_backup(fresh_database, folder, "manual").backup
    with raw(fresh_database) as connection:
        connection.executescript(
            """
            DELETE FROM access_token WHERE id = 1;
            UPDATE setting SET value = '7';
            UPDATE root SET path = '/c' WHERE id = 1;
            UPDATE root SET path = '/a' WHERE id = 2;
            INSERT INTO root (id, path, online, added_at) VALUES (3, '/d', 1, '');
            INSERT INTO state VALUES ('hashing', 'somebody 3');
            """
        )
        insert_row(connection, "job", {"id": 2, "kind": "backup", "state": "running"})
    restore_backup(fresh_database, folder, then)
    with raw(fresh_database) as connection:
        rows = lambda statement: connection.execute(statement).fetchall()  # noqa: E731
        assert rows("SELECT name FROM access_token") == [("kept",)]
        assert rows("SELECT id, state FROM job") == [(1, ""), (2, "running")]
        assert rows("SELECT value FROM setting") == [(7,)]
        assert rows("SELECT id, path FROM root ORDER BY id") == [(1, "/c"), (2, "/a"), (3, "/d")]
        assert rows("SELECT value FROM state WHERE key = 'hashing'") == [("somebody 3",)]
        assert rows("SELECT state FROM change_set") == [("stopped",)]


@pytest.mark.parametrize("old", REVISIONS)
def test_a_backup_of_an_older_version_is_brought_up_to_date(fresh_database: Database, tmp_path: Path, old: str) -> None:
    path = old_database(tmp_path / "lora_manager.sqlite3", old)
    before = Database(sqlite_url(path))
    folder = folder_for(before, tmp_path / "state")
    then = make_backup(before, folder, "manual").backup
    before.close()
    assert then.facts is not None
    assert then.facts.schema == old
    add_adapter(fresh_database, "Moth")
    restore_backup(fresh_database, folder, then)
    assert names(fresh_database) == ["Amber"]
    assert is_sound(path_of(fresh_database))
    migrate(fresh_database)  # nothing is left to do
    add_adapter(fresh_database, "Later")
    assert names(fresh_database) == ["Amber", "Later"]


@pytest.mark.parametrize("old", REVISIONS)
def test_an_older_database_itself_takes_a_backup_of_now(fresh_database: Database, tmp_path: Path, old: str) -> None:
    add_adapter(fresh_database, "Moth")
    folder = folder_for(fresh_database, tmp_path / "state")
    then = make_backup(fresh_database, folder, "manual").backup
    older = Database(sqlite_url(old_database(tmp_path / "lora_manager.sqlite3", old)))
    restored = restore_backup(older, folder, then)
    assert names(older) == ["Moth"]
    assert restored.safety is not None
    assert restored.safety.facts is not None
    assert restored.safety.facts.schema == old
    assert is_sound(path_of(older))
    older.close()


@pytest.mark.parametrize("what", ["header", "middle", "missing", "empty", "newer"])
def test_a_file_that_nothing_can_be_written_into_is_moved_aside(
    fresh_database: Database, folder: BackupFolder, what: str
) -> None:
    path = path_of(fresh_database)
    add_adapter(fresh_database, "Amber")
    with raw(fresh_database) as connection:
        connection.execute(
            "INSERT INTO access_token (name, digest, user_name, created_at) VALUES ('a', 'd', 'ada', '')"
        )
    add_tags(fresh_database, "t", 3000)
    then = make_backup(fresh_database, folder, "manual").backup
    add_adapter(fresh_database, "Moth")
    fresh_database.close()
    if what == "missing":
        path.unlink()
    elif what == "empty":
        path.write_bytes(b"")
    elif what == "newer":
        with raw(path) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
    else:
        with path.open("r+b") as file:
            file.seek(0 if what == "header" else -60 * 4096, 0 if what == "header" else 2)
            file.write(b"scribble" * 8192)
    restored = restore_backup(fresh_database, folder, then)
    assert names(fresh_database) == ["Amber"]
    assert is_sound(path)
    assert restored.safety is None
    if what in ("missing",):
        assert restored.aside is None
    else:
        assert restored.aside is not None
        assert restored.aside.parent == copies_folder(path)
    if what == "newer":
        assert restored.aside is not None
        assert names(restored.aside) == ["Amber", "Moth"]
    with raw(fresh_database) as connection:
        tokens = connection.execute("SELECT count(*) FROM access_token").fetchone()[0]
    assert tokens == (0 if what == "header" else 1)
    assert bool(restored.notes) == (what == "header")


def test_a_damaged_backup_changes_nothing(fresh_database: Database, folder: BackupFolder) -> None:
    add_adapter(fresh_database, "Amber")
    backup = make_backup(fresh_database, folder, "manual").backup
    content = bytearray(backup.path.read_bytes())
    content[len(content) // 2] ^= 1
    backup.path.write_bytes(content)
    before = dump(path_of(fresh_database))
    with pytest.raises(BackupDamagedError):
        restore_backup(fresh_database, folder, folder.find(backup.name))
    assert dump(path_of(fresh_database)) == before
    assert len(folder.items()) == 1


def test_the_database_of_another_program_is_left_alone(folder: BackupFolder, fresh_database: Database) -> None:
    backup = make_backup(fresh_database, folder, "manual").backup
    fresh_database.close()
    path = path_of(fresh_database)
    path.unlink()
    with raw(path) as connection:
        connection.execute("CREATE TABLE bookmark (url TEXT)")
    with pytest.raises(BackupError, match="another program"):
        restore_backup(fresh_database, folder, backup)


@pytest.mark.parametrize("share", [0.1, 0.4, 0.7, 0.95])
def test_one_that_is_stopped_changes_nothing(
    fresh_database: Database, folder: BackupFolder, share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "MOST_PAGES", 10)
    add_adapter(fresh_database, "Amber")
    add_tags(fresh_database, "t", 3000)
    backup = make_backup(fresh_database, folder, "manual").backup
    add_adapter(fresh_database, "Moth")
    before = dump(path_of(fresh_database))
    done = 0.0

    def on_progress(now: int, total: int, _message: str) -> None:
        nonlocal done
        done = now / total

    with pytest.raises(BackupCancelledError):
        restore_backup(fresh_database, folder, backup, Work(on_progress, lambda: done >= share))
    assert dump(path_of(fresh_database)) == before
    with raw(fresh_database) as connection:
        connection.execute("INSERT INTO tag (key, name) VALUES ('free', 'free')")


def test_what_another_program_writes_meanwhile_is_in_a_safety_copy(
    fresh_database: Database, folder: BackupFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It writes after the first safety copy was made: nobody may lose that without a copy of it."""
    add_adapter(fresh_database, "Amber")
    backup = make_backup(fresh_database, folder, "manual").backup
    other = Database(fresh_database.url)
    real, written = restoring._write_into, []

    def write_into(*arguments: Any) -> None:
        if not written:
            written.append(add_adapter(other, "Theirs"))
        real(*arguments)

    monkeypatch.setattr(restoring, "_write_into", write_into)
    restored = restore_backup(fresh_database, folder, backup)
    assert names(fresh_database) == ["Amber"]
    assert restored.safety is not None
    restore_backup(fresh_database, folder, restored.safety)
    assert names(fresh_database) == ["Amber", "Theirs"]
    other.close()


def test_a_program_that_never_ends_writing_is_named(
    fresh_database: Database, folder: BackupFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = make_backup(fresh_database, folder, "manual").backup
    other = Database(fresh_database.url)
    real = restoring._write_into

    def write_into(*arguments: Any) -> None:
        add_adapter(other, "Theirs")
        real(*arguments)

    monkeypatch.setattr(restoring, "_write_into", write_into)
    with pytest.raises(BackupError, match="writes to the database all the time"):
        restore_backup(fresh_database, folder, backup)
    assert names(fresh_database) == ["Theirs"] * 3
    other.close()


def test_it_waits_for_a_writer_of_another_program(
    fresh_database: Database, folder: BackupFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_adapter(fresh_database, "Amber")
    backup = make_backup(fresh_database, folder, "manual").backup
    monkeypatch.setattr(restoring, "LOCK_SECONDS", 0.5)
    with raw(fresh_database) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BackupError, match="keeps the database locked"):
            restore_backup(fresh_database, folder, backup)
        other.execute("ROLLBACK")
    restore_backup(fresh_database, folder, backup)


def test_pages_of_another_size_fit(tmp_path: Path, fresh_database: Database, folder: BackupFolder) -> None:
    add_adapter(fresh_database, "Amber")
    backup = make_backup(fresh_database, folder, "manual").backup
    fresh_database.close()
    path = tmp_path / "lora_manager.sqlite3"
    shutil.copyfile(path_of(fresh_database), path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("PRAGMA page_size=8192")
        connection.execute("VACUUM")
    larger = Database(sqlite_url(path))
    add_adapter(larger, "Moth")
    restore_backup(larger, folder, backup)
    assert names(larger) == ["Amber"]
    assert is_sound(path)
    larger.close()


def test_beside_a_rollback_journal_it_works_too(
    fresh_database: Database, folder: BackupFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a network share."""
    add_adapter(fresh_database, "Amber")
    backup = make_backup(fresh_database, folder, "manual").backup
    fresh_database.close()
    with raw(fresh_database) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    monkeypatch.setattr("lora_manager.db.engine.on_network_file_system", lambda _: True)
    database = Database(fresh_database.url)
    add_adapter(database, "Moth")
    restore_backup(database, folder, backup)
    assert names(database) == ["Amber"]
    with raw(database) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    database.close()
