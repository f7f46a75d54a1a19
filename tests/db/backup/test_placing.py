from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from lora_manager.db.backup.folder import BackupError
from lora_manager.db.backup.placing import put_in_place, swap_file
from lora_manager.db.engine import Database
from lora_manager.db.location import copies_folder
from tests.helpers.backups import add_adapter, names, raw

HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("PRAGMA journal_mode=WAL")
connection.execute("SELECT count(*) FROM adapter").fetchone()
print("open", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def new(fresh_database: Database, tmp_path: Path) -> Path:
    """Another whole database, with Amber in it."""
    assert fresh_database.path is not None
    fresh_database.close()
    path = tmp_path / "new.sqlite3"
    shutil.copyfile(fresh_database.path, path)
    other = Database(f"sqlite:///{path.as_posix()}")
    add_adapter(other, "Amber")
    other.close()
    return path


def test_a_log_that_was_left_is_not_played_into_the_new_file(fresh_database: Database, new: Path) -> None:
    path = fresh_database.path
    assert path is not None
    with raw(fresh_database) as connection:
        connection.execute("PRAGMA wal_autocheckpoint=0")
        connection.execute("INSERT INTO tag (key, name) VALUES ('old', 'old')")
        log = Path(f"{path}-wal").read_bytes()
    Path(f"{path}-wal").write_bytes(log)
    put_in_place(new, path)
    assert names(path) == ["Amber"]
    assert not new.exists()


@pytest.mark.parametrize("content", ["healthy", "damaged", "missing"])
def test_the_old_file_lies_aside_whole(fresh_database: Database, new: Path, content: str) -> None:
    path = fresh_database.path
    assert path is not None
    add_adapter(fresh_database, "Old")
    fresh_database.close()
    if content == "damaged":
        path.write_bytes(b"scribble" * 1000)
    elif content == "missing":
        path.unlink()
    aside = swap_file(new, path)
    assert names(path) == ["Amber"]
    if content == "missing":
        assert aside is None
        return
    assert aside is not None
    assert aside.parent == copies_folder(path)
    if content == "healthy":
        assert names(aside) == ["Old"]
    else:
        assert aside.read_bytes() == b"scribble" * 1000


@pytest.mark.skipif(os.name == "nt", reason="Windows itself refuses to move a file that is open")
def test_a_file_that_another_program_has_open_is_not_moved(fresh_database: Database, new: Path) -> None:
    path = fresh_database.path
    assert path is not None
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdin is not None
    holder.stdout.readline()
    with pytest.raises(BackupError, match="Another program has"):
        swap_file(new, path)
    assert names(path) == []
    holder.communicate(b"\n", timeout=30)
    swap_file(new, path)
    assert names(path) == ["Amber"]


def test_what_cannot_be_linked_is_copied(fresh_database: Database, new: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", no_links)
    assert fresh_database.path is not None
    aside = swap_file(new, fresh_database.path)
    assert aside is not None
    assert names(aside) == []
    with sqlite3.connect(fresh_database.path) as connection:
        assert connection.execute("SELECT count(*) FROM adapter").fetchone() == (1,)
    connection.close()
