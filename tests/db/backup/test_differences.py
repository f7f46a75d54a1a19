from __future__ import annotations

from pathlib import Path

import pytest

from lora_manager.db.backup.differences import differences
from lora_manager.db.backup.facts import BackupDamagedError
from lora_manager.db.backup.making import folder_for, make_backup
from lora_manager.db.engine import Database, sqlite_url
from tests.db.backup.old_files import insert_row, old_database
from tests.helpers.backups import add_adapter, raw


def test_it_says_what_only_one_side_has_and_what_was_edited(fresh_database: Database, tmp_path: Path) -> None:
    folder = folder_for(fresh_database, tmp_path)
    ids = [add_adapter(fresh_database, name) for name in ("Amber", "Moth", "Reed")]
    with raw(fresh_database) as connection:
        for adapter_id in ids:
            insert_row(connection, "user_edit", {"adapter_id": adapter_id, "field": "notes", "value": '"old"'})
    backup = make_backup(fresh_database, folder, "manual").backup
    assert fresh_database.path is not None
    same = differences(folder, backup, fresh_database.path)
    assert (same.tables, same.only_now, same.only_then, same.edited_since) == ((), 0, 0, 0)
    with raw(fresh_database) as connection:
        connection.execute("DELETE FROM adapter WHERE name = 'Reed'")
        connection.execute("UPDATE user_edit SET value = '\"new\"' WHERE adapter_id = ?", (ids[0],))
        connection.execute("DELETE FROM user_edit WHERE adapter_id = ?", (ids[1],))
        insert_row(connection, "change_set", {"id": 1, "by": "page", "kind": "edit"})
    add_adapter(fresh_database, "New one")
    found = differences(folder, backup, fresh_database.path)
    assert (found.only_now, found.names_now) == (1, ("New one",))
    assert (found.only_then, found.names_then) == (1, ("Reed",))
    assert found.edited_since == 2
    assert {(table.name, table.now, table.then) for table in found.tables} >= {
        ("user_edit", 2, 3),
        ("change_set", 1, 0),
    }


def test_a_database_that_cannot_be_read_is_said_so(fresh_database: Database, tmp_path: Path) -> None:
    folder = folder_for(fresh_database, tmp_path)
    add_adapter(fresh_database, "Amber")
    backup = make_backup(fresh_database, folder, "manual").backup
    fresh_database.close()
    assert fresh_database.path is not None
    fresh_database.path.write_bytes(b"scribble" * 1000)
    found = differences(folder, backup, fresh_database.path)
    assert "not a database" in found.unreadable
    assert {table.name: table.then for table in found.tables}["adapter"] == 1
    fresh_database.path.unlink()
    assert differences(folder, backup, fresh_database.path).unreadable == "it is not there"
    assert not fresh_database.path.exists()


@pytest.mark.parametrize("revision", ["0001", "0004"])
def test_a_backup_of_an_older_version_is_compared_too(fresh_database: Database, tmp_path: Path, revision: str) -> None:
    old = Database(sqlite_url(old_database(tmp_path / "lora_manager.sqlite3", revision)))
    folder = folder_for(old, tmp_path)
    backup = make_backup(old, folder, "manual").backup
    add_adapter(fresh_database, "Moth")
    assert fresh_database.path is not None
    found = differences(folder, backup, fresh_database.path)
    assert (found.only_now, found.only_then) == (1, 1)
    assert old.path is not None
    backup_of_now = make_backup(fresh_database, folder, "daily").backup
    assert differences(folder, backup_of_now, old.path).only_then == 1
    old.close()


def test_a_damaged_backup_is_named(fresh_database: Database, tmp_path: Path) -> None:
    folder = folder_for(fresh_database, tmp_path)
    backup = make_backup(fresh_database, folder, "manual").backup
    backup.path.write_bytes(backup.path.read_bytes()[:-500])
    assert fresh_database.path is not None
    with pytest.raises(BackupDamagedError, match=backup.name):
        differences(folder, folder.find(backup.name), fresh_database.path)
