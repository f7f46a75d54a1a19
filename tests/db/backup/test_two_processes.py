"""Another program goes on writing while backups are made and brought back: each write is there, or in a safety copy."""

from __future__ import annotations

import gzip
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from lora_manager.db.backup.making import folder_for, make_backup
from lora_manager.db.backup.restoring import restore_backup
from lora_manager.db.engine import Database
from tests.conftest import Figure
from tests.helpers.backups import add_adapter, add_tags, is_sound, names, raw

ROOT = Path(__file__).resolve().parents[3]
RESTORES = 6
WRITER = """
import sys, time
from pathlib import Path
from sqlalchemy import text
from lora_manager.db.engine import Database, sqlite_url
from lora_manager.db.revision import touch_catalogue
database = Database(sqlite_url(Path(sys.argv[1])))
print("ready", flush=True)
number = 0
while not Path(sys.argv[2]).exists():
    begun = time.perf_counter()
    with database.write() as connection:
        connection.execute(text("INSERT INTO tag (key, name) VALUES (:key, '')"), {"key": f"theirs {number}"})
        touch_catalogue(connection)
    print(number, time.perf_counter() - begun, flush=True)
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM adapter")).scalar() in (1, 2)
    number += 1
    time.sleep(0.03)
"""


def theirs(path: Path) -> set[int]:
    with raw(path) as connection:
        return {int(key.split()[1]) for (key,) in connection.execute("SELECT key FROM tag WHERE key LIKE 'theirs%'")}


@pytest.mark.slow
def test_no_write_of_another_program_is_lost_without_a_copy(
    fresh_database: Database, tmp_path: Path, figure: Figure
) -> None:
    path = fresh_database.path
    assert path is not None
    folder = folder_for(fresh_database, tmp_path / "state")
    add_tags(fresh_database, "t", 20_000)
    backups = []
    for name in ("Amber", "Moth"):
        add_adapter(fresh_database, name)
        backups.append(make_backup(fresh_database, folder, "manual").backup)
    command = [sys.executable, "-c", WRITER, str(path), str(tmp_path / "stop")]
    writer = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    writer.stdout.readline()
    kept: set[int] = set()
    for number in range(RESTORES):
        restored = restore_backup(fresh_database, folder, backups[number % 2])
        assert len(names(path)) == number % 2 + 1
        assert restored.safety is not None
        copy = tmp_path / "copy.sqlite3"
        copy.write_bytes(gzip.decompress(restored.safety.path.read_bytes()))
        kept |= theirs(copy)
    (tmp_path / "stop").touch()
    said, errors = writer.communicate(timeout=60)
    assert writer.returncode == 0, errors
    confirmed = {int(line.split()[0]): float(line.split()[1]) for line in said.splitlines()}
    assert len(confirmed) > RESTORES
    assert {*confirmed} <= kept | theirs(path)
    assert is_sound(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    figure(f"{len(confirmed)} writes beside {RESTORES} restores; the longest waited {max(confirmed.values()):.2f} s")
