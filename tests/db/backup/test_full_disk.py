"""A disk that gets full on the way, for real: a clear error, nothing lost, and it works when there is room again."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lora_manager.db.backup import folder as folder_module
from lora_manager.db.backup import restoring
from lora_manager.db.backup.folder import BackupError
from lora_manager.db.backup.making import folder_for, make_backup, verify_backup
from lora_manager.db.backup.restoring import restore_backup
from lora_manager.db.engine import Database, sqlite_url
from lora_manager.db.migrate import migrate
from lora_manager.errors import LoraManagerError
from tests.db.backup.old_files import old_database
from tests.helpers.backups import add_adapter, add_tags, dump, is_sound, names, raw
from tests.helpers.small_disk import small_disk


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", 100) as folder:
        yield folder


@pytest.fixture
def unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    """There seemed to be room: somebody else took it a moment later."""
    usage = shutil.disk_usage(Path.cwd())._replace(free=10**12)
    monkeypatch.setattr(folder_module.shutil, "disk_usage", lambda _: usage)
    monkeypatch.setattr(restoring.shutil, "disk_usage", lambda _: usage)


def refused(action: Callable[[], object]) -> str:
    """What is said when an action is refused in words of ours; "" when it is done."""
    try:
        action()
    except LoraManagerError as error:
        return str(error)
    return ""


def fill(disk: Path, left: float) -> Path:
    """Fill the disk until it refuses, then give back so many bytes."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 250_000)
        except OSError:
            size = file.tell()
        file.truncate(max(0, size - int(left)))
    return filler


@pytest.mark.usefixtures("unseen")
@pytest.mark.parametrize("share", [0.0, 0.5, 1.02])
def test_a_backup(fresh_database: Database, disk: Path, share: float) -> None:
    """While copying, and while packing: as much of the database's size is free."""
    add_tags(fresh_database, "t", 60_000)
    folder = folder_for(fresh_database, disk)
    first = make_backup(fresh_database, folder, "manual").backup
    add_adapter(fresh_database, "Amber")
    filler = fill(disk, share * (first.facts.database_bytes if first.facts else 0))
    with pytest.raises(BackupError, match=r"(?i)no space left|disk is full"):
        make_backup(fresh_database, folder, "manual")
    assert [path.name for path in folder.folder.iterdir()] == [first.name]
    filler.unlink()
    verify_backup(folder, make_backup(fresh_database, folder, "manual").backup)


def test_too_little_room_is_said_before_anything_is_begun(fresh_database: Database, disk: Path) -> None:
    add_tags(fresh_database, "t", 60_000)
    folder = folder_for(fresh_database, disk)
    filler = fill(disk, 20_000_000)
    with pytest.raises(BackupError, match=r"MB are needed for a while, 2\d MB are free"):
        make_backup(fresh_database, folder, "manual")
    filler.unlink()
    make_backup(fresh_database, folder, "manual")


@pytest.mark.usefixtures("unseen")
@pytest.mark.parametrize("share", [0.1, 0.7, 1.4, 1.9, 2.05, 2.8])
def test_a_restore(fresh_database: Database, disk: Path, share: float) -> None:
    """While unpacking, while the safety copy is made, and while the pages are written."""
    assert fresh_database.path is not None
    fresh_database.close()
    shutil.copyfile(fresh_database.path, disk / "lora_manager.sqlite3")
    database = Database(sqlite_url(disk / "lora_manager.sqlite3"))
    add_adapter(database, "Amber")
    add_tags(database, "t", 60_000)
    folder = folder_for(database, disk)
    then = make_backup(database, folder, "manual").backup
    add_adapter(database, "Moth")
    database.close()
    assert database.path is not None
    before = dump(database.path)
    filler = fill(disk, share * database.path.stat().st_size)
    why = refused(lambda: restore_backup(database, folder, then))
    if share < 2:
        assert "full" in why or "No space left" in why
    if why:
        assert dump(database.path) == before
    else:
        assert names(database) == ["Amber"]
    assert is_sound(database.path)
    assert not list(folder.folder.glob(".*"))
    filler.unlink()
    restore_backup(database, folder, then)
    assert names(database) == ["Amber"]
    database.close()


@pytest.mark.usefixtures("unseen")
@pytest.mark.parametrize("share", [0.1, 0.7, 1.02, 1.3])
def test_a_migration(disk: Path, share: float) -> None:
    path = old_database(disk / "lora_manager.sqlite3", "0001")
    with raw(path) as connection:
        connection.execute("BEGIN")
        rows = [(f"{number}", "n" * 60) for number in range(60_000)]
        connection.executemany("INSERT INTO tag (key, name) VALUES (?, ?)", rows)
        connection.execute("COMMIT")
    database = Database(sqlite_url(path))
    before = dump(path)
    filler = fill(disk, share * path.stat().st_size)
    why = refused(lambda: migrate(database, disk / "state"))
    if share < 1.1:
        assert "left as it was" in why
    if why:
        assert dump(path) == before
    assert is_sound(path)
    filler.unlink()
    migrate(database, disk / "state")
    assert is_sound(path)
    assert names(path) == ["Amber"]
    database.close()
