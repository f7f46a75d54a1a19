from __future__ import annotations

import gzip
import sqlite3
import stat
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from lora_manager.db.backup import archive, making, snapshot
from lora_manager.db.backup.facts import BackupDamagedError
from lora_manager.db.backup.folder import BackupError, BackupFolder
from lora_manager.db.backup.making import folder_for, make_backup, verify_backup
from lora_manager.db.backup.snapshot import DatabaseDamagedError
from lora_manager.db.backup.work import BackupCancelledError, Work
from lora_manager.db.engine import Database, sqlite_url
from tests.helpers.backups import add_adapter, add_tags, dump

BEGIN = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)


@pytest.fixture
def folder(fresh_database: Database, tmp_path: Path) -> BackupFolder:
    return folder_for(fresh_database, tmp_path / "state")


def test_a_backup_is_the_database_and_says_what_it_holds(
    fresh_database: Database, folder: BackupFolder, tmp_path: Path
) -> None:
    add_adapter(fresh_database, "Amber")
    add_tags(fresh_database, "t", 500)
    made = make_backup(fresh_database, folder, "manual", now=BEGIN)
    assert made.is_new
    assert made.backup.name == "lora_manager-20260101-120000-manual.sqlite3.gz"
    facts = made.backup.facts
    assert facts is not None
    assert (facts.counts["tag"], facts.counts["adapter"], facts.reason) == (500, 1, "manual")
    plain = tmp_path / "plain.sqlite3"
    plain.write_bytes(gzip.decompress(made.backup.path.read_bytes()))
    assert fresh_database.path is not None
    assert dump(plain) == dump(fresh_database.path)
    assert plain.stat().st_size == facts.database_bytes
    assert [path.name for path in folder.folder.iterdir()] == [made.backup.name]
    assert verify_backup(folder, made.backup) == facts


def test_nothing_new_makes_no_new_backup(fresh_database: Database, folder: BackupFolder) -> None:
    add_adapter(fresh_database, "Amber")
    first = make_backup(fresh_database, folder, "manual")
    again = make_backup(fresh_database, folder, "daily")
    assert (again.is_new, again.backup) == (False, first.backup)
    assert make_backup(fresh_database, folder, "before_restore", even_if_unchanged=True).is_new
    add_adapter(fresh_database, "Moth")
    assert make_backup(fresh_database, folder, "daily").is_new


def test_a_damaged_backup_of_the_same_state_is_no_reason_to_make_none(
    fresh_database: Database, folder: BackupFolder
) -> None:
    first = make_backup(fresh_database, folder, "manual").backup
    first.path.write_bytes(first.path.read_bytes()[:-20])
    assert make_backup(fresh_database, folder, "manual").is_new


@pytest.mark.parametrize("after", [0, 3, 80])
def test_one_that_is_stopped_leaves_nothing(
    fresh_database: Database, folder: BackupFolder, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "PAGES_AT_ONCE", 10)
    monkeypatch.setattr(archive, "_CHUNK", 4096)
    add_tags(fresh_database, "t", 5000)
    asked = iter([False] * after + [True] * 10_000)
    with pytest.raises(BackupCancelledError):
        make_backup(fresh_database, folder, "manual", Work(cancelled=lambda: next(asked)))
    assert list(folder.folder.iterdir()) == []


def test_progress_goes_from_nothing_to_all(fresh_database: Database, folder: BackupFolder) -> None:
    told: list[tuple[int, int, str]] = []
    make_backup(fresh_database, folder, "manual", Work(lambda *news: told.append(news)))
    done = [news[0] for news in told]
    assert done == sorted(done)
    assert done[-1] == 1000
    assert len({news[2] for news in told}) == 3


def test_old_ones_go_when_a_new_one_is_there(fresh_database: Database, folder: BackupFolder) -> None:
    for day in range(40):
        add_tags(fresh_database, f"d{day}-", 1)
        make_backup(fresh_database, folder, "daily", now=BEGIN + timedelta(days=day))
    assert 9 <= len(folder.items()) <= 17


def test_a_backup_is_for_the_eyes_that_may_see_the_database(fresh_database: Database, folder: BackupFolder) -> None:
    assert fresh_database.path is not None
    fresh_database.path.chmod(0o600)
    made = make_backup(fresh_database, folder, "manual")
    assert stat.S_IMODE(made.backup.path.stat().st_mode) == stat.S_IMODE(fresh_database.path.stat().st_mode)


def test_no_backup_is_made_of_a_damaged_database(fresh_database: Database, folder: BackupFolder) -> None:
    add_tags(fresh_database, "t", 3000)
    fresh_database.close()
    assert fresh_database.path is not None
    with fresh_database.path.open("r+b") as file:
        file.seek(-40 * 4096, 2)
        file.write(b"scribble" * 4096)
    with pytest.raises(DatabaseDamagedError, match="damaged"):
        make_backup(Database(fresh_database.url), folder, "manual")
    assert folder.items() == []


def test_a_full_disk_is_said_and_leaves_nothing(
    fresh_database: Database, folder: BackupFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(making, "copy_state", full)
    with pytest.raises(BackupError, match=r"disk is full.*Make room"):
        make_backup(fresh_database, folder, "manual")
    assert list(folder.folder.iterdir()) == []


def test_a_database_that_is_no_file_is_not_backed_up_here() -> None:
    with pytest.raises(BackupError, match="its own tools"):
        folder_for(Database("sqlite://"))


@pytest.mark.parametrize("change", ["cut", "flip", "head"])
def test_a_damaged_backup_is_named_with_what_to_do(fresh_database: Database, folder: BackupFolder, change: str) -> None:
    add_tags(fresh_database, "t", 3000)
    backup = make_backup(fresh_database, folder, "manual").backup
    content = bytearray(backup.path.read_bytes())
    if change == "cut":
        del content[len(content) // 2 :]
    else:
        content[20 if change == "head" else len(content) // 2] ^= 0x20
    backup.path.write_bytes(content)
    with pytest.raises(BackupDamagedError, match=rf"{backup.name} is damaged: .*Use another"):
        verify_backup(folder, folder.find(backup.name))
    assert [path.name for path in folder.folder.iterdir()] == [backup.name]


def test_the_folder_of_a_database_named_by_hand_lies_beside_it(tmp_path: Path) -> None:
    folder = folder_for(Database(sqlite_url(tmp_path / "loras.db")))
    assert (folder.folder, folder.prefix) == (tmp_path / "loras-files" / "backups", "loras")
