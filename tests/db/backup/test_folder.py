from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from lora_manager.db.backup import folder as module
from lora_manager.db.backup.archive import pack
from lora_manager.db.backup.folder import BackupError, BackupFolder
from lora_manager.db.backup.work import Work
from lora_manager.errors import NotFoundError
from tests.db.backup.test_facts import FACTS, MOMENT

CONTENT = b"lantern" * 1000


@pytest.fixture
def folder(tmp_path: Path) -> BackupFolder:
    return BackupFolder(tmp_path / "backups", "library")


def put(folder: BackupFolder, moment: datetime = MOMENT) -> Path:
    with folder.workplace() as place:
        (place / "source").write_bytes(CONTENT)
        created_at = moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        facts = replace(FACTS, database_bytes=len(CONTENT), created_at=created_at)
        pack(place / "source", place / "packed", facts, Work())
        return folder.put(place / "packed", moment, "manual")


def test_an_empty_folder_and_none_hold_no_backups(folder: BackupFolder) -> None:
    assert folder.items() == []
    folder.folder.mkdir()
    assert folder.items() == []


def test_they_are_listed_newest_first_with_what_they_say(folder: BackupFolder) -> None:
    first, again, later = put(folder), put(folder), put(folder, MOMENT.replace(year=2027))
    (folder.folder / "notes.txt").write_text("mine", encoding="utf-8")
    (folder.folder / first.name.replace("library", "other")).write_bytes(first.read_bytes())
    items = folder.items()
    assert [item.path for item in items] == [later, again, first]
    assert again.name == "library-20261121-010203-manual-1.sqlite3.gz"
    assert items[0].facts is not None
    assert (items[0].facts.counts, items[0].problem, items[0].reason) == (FACTS.counts, "", "manual")
    assert folder.find(first.name).path == first


@pytest.mark.parametrize("name", ["nothing", "library-20261121-010203-manual.sqlite3.gz", "../x", ""])
def test_one_that_is_not_there_is_not_found(folder: BackupFolder, name: str) -> None:
    with pytest.raises(NotFoundError):
        folder.find(name)


def test_a_damaged_one_is_listed_as_that(folder: BackupFolder) -> None:
    path = put(folder)
    path.write_bytes(path.read_bytes()[:-50])
    (item,) = folder.items()
    assert "cut off" in item.problem
    path.write_bytes(b"")
    (item,) = folder.items()
    assert item.facts is None
    assert (item.created_at, item.problem) == ("2026-11-21T01:02:03.000Z", "it is cut off")


def test_what_a_killed_process_left_goes_and_what_others_do_stays(folder: BackupFolder) -> None:
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    with folder.workplace() as mine:
        (mine / "copy").write_bytes(b"half")
        left = mine.with_name(re.sub(r"-\d+-", f"-{int(ended.stdout)}-", mine.name))
        elsewhere = mine.with_name(".work-another.machine-1-abc")
        long_ago = mine.with_name(".work-another.machine-2-abc")
        for place in (left, elsewhere, long_ago):
            shutil.copytree(mine, place)
        os.utime(long_ago, (0, 0))
        with folder.workplace():
            there = {path.name for path in folder.folder.iterdir()}
    assert mine.name in there
    assert elsewhere.name in there
    assert long_ago.name not in there
    assert left.name not in there or os.name == "nt"
    assert folder.items() == []


def test_too_little_room_is_said_in_numbers(folder: BackupFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(Path.cwd())
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: usage._replace(free=50_000_000))
    folder.check_room(10_000_000)
    with pytest.raises(BackupError, match=r"134 MB are needed .* 50 MB are free"):
        folder.check_room(100_000_000)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    folder = BackupFolder(tmp_path / "file" / "backups", "library")
    with pytest.raises(BackupError, match="cannot be used now"), folder.workplace():
        pass


def test_odd_names_of_databases_make_plain_names_of_files(tmp_path: Path) -> None:
    path = put(BackupFolder(tmp_path, "my loras?"))
    assert path.name.startswith("my_loras_-2026")
