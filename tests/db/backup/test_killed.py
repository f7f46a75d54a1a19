"""Backup, restore and migration, each killed 20 times at any moment: there is the old or the new state, whole."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from lora_manager.db.backup.folder import BackupFolder
from lora_manager.db.backup.making import folder_for, make_backup, verify_backup
from lora_manager.db.engine import Database, sqlite_url
from lora_manager.db.migrate import migrate
from tests.conftest import Figure
from tests.db.backup.old_files import old_database
from tests.helpers.backups import add_adapter, add_tags, is_sound, names, raw

ROOT = Path(__file__).resolve().parents[3]
KILLS = 20
MOST_ROUNDS = 80
BEGIN = """
import sys
from pathlib import Path
from lora_manager.db.backup.making import folder_for, make_backup
from lora_manager.db.backup.restoring import restore_backup
from lora_manager.db.engine import Database, sqlite_url
from lora_manager.db.migrate import migrate
database = Database(sqlite_url(Path(sys.argv[1])))
state = Path(sys.argv[2])
folder = folder_for(database, state)
print("ready", flush=True)
"""
BACK_UP = 'make_backup(database, folder, "manual", even_if_unchanged=True)'
RESTORE = "restore_backup(database, folder, folder.find(sys.argv[3]))"
MIGRATE = "migrate(database, state)"


class Killer:
    """Runs a script in a process of its own and kills it at a random moment of the time that it takes whole."""

    def __init__(self, script: str, path: Path, state: Path, seed: int) -> None:
        self.script = BEGIN + script
        self.path, self.state = path, state
        self.rng = random.Random(seed)
        self.whole = 2.0
        self.killed = 0

    def run(self, *words: str, seconds: float | None = None) -> bool:
        """Whether it came to its end."""
        command = [sys.executable, "-c", self.script, str(self.path), str(self.state), *words]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        with process:
            assert process.stdout is not None
            process.stdout.readline()
            begun = time.perf_counter()
            try:
                code = process.wait(self.rng.uniform(0.0, self.whole) if seconds is None else seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                self.killed += 1
                return False
            assert code == 0
            self.whole = time.perf_counter() - begun  # what else the machine does changes
        return True


def whole_backups(folder: BackupFolder) -> set[str]:
    """The names of the backups, each unpacked and checked."""
    items = folder.items()
    for backup in items:
        verify_backup(folder, backup)
    return {backup.name for backup in items}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_backup_that_is_killed_leaves_a_hidden_temporary_that_goes_the_next_time(
    fresh_database: Database, tmp_path: Path, figure: Figure
) -> None:
    assert fresh_database.path is not None
    add_tags(fresh_database, "t", 60_000)
    folder = folder_for(fresh_database, tmp_path)
    killer = Killer(BACK_UP, fresh_database.path, tmp_path, seed=1)
    assert killer.run(seconds=60)
    known, left = whole_backups(folder), 0
    for round_ in range(MOST_ROUNDS):
        if killer.killed == KILLS:
            break
        add_adapter(fresh_database, f"Amber {round_}")
        killer.run()
        left += bool(list(folder.folder.glob(".*")))
        now = whole_backups(folder)
        assert known <= now
        known = now
    make_backup(fresh_database, folder, "manual", even_if_unchanged=True)
    assert {path.name for path in folder.folder.iterdir()} == whole_backups(folder)
    assert is_sound(fresh_database.path)
    assert names(fresh_database) == [f"Amber {number}" for number in range(len(names(fresh_database)))]
    figure(f"{killer.killed} backups killed in {killer.whole:.2f} s each; {left} left a temporary, none half a backup")
    assert killer.killed == KILLS


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("is_damaged", [False, True])
def test_a_restore_that_is_killed_leaves_the_old_or_the_new_state(
    fresh_database: Database, tmp_path: Path, is_damaged: bool, figure: Figure
) -> None:
    path = fresh_database.path
    assert path is not None
    folder = folder_for(fresh_database, tmp_path)
    add_tags(fresh_database, "t", 60_000)
    states = []
    for name in ("Amber", "Moth"):
        add_adapter(fresh_database, name)
        backup = make_backup(fresh_database, folder, "manual").backup
        states.append((backup.name, names(fresh_database)))
    killer = Killer(RESTORE, path, tmp_path, seed=2)
    assert killer.run(states[0][0], seconds=60)
    assert names(path) == states[0][1]
    fresh_database.close()
    known, ended = whole_backups(folder), 0
    for round_ in range(MOST_ROUNDS):
        if killer.killed == KILLS:
            break
        name, wanted = states[(round_ + 1) % 2]
        before = None if is_damaged else names(path)
        if is_damaged:
            path.write_bytes(b"scribble" * 2000)
        ended += killer.run(name)
        assert path.exists()
        if is_damaged and path.read_bytes()[:8] == b"scribble":
            assert killer.run(name, seconds=60)  # it helps the next time
        assert is_sound(path)
        found = names(path)
        assert found in ([wanted] if is_damaged else [before, wanted])
        assert {one for one, _ in states} <= whole_backups(folder)
        known |= whole_backups(folder)
        if before is not None and found == wanted != before:
            assert any(one.reason == "before_restore" for one in folder.items())
    again = Database(sqlite_url(path))
    migrate(again)
    add_adapter(again, "Later")
    assert names(again)[-1] == "Later"
    again.close()
    figure(f"{killer.killed} restores killed in {killer.whole:.2f} s each, {ended} came to their end")
    assert killer.killed == KILLS


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_migration_that_is_killed_leaves_the_old_or_the_new_schema(tmp_path: Path, figure: Figure) -> None:
    template = old_database(tmp_path / "template.sqlite3", "0001")
    with raw(template) as connection:
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO tag (key, name) VALUES (?, ?)", [(f"{number}", "n" * 60) for number in range(60_000)]
        )
        connection.execute("COMMIT")
    path, state = tmp_path / "db" / "lora_manager.sqlite3", tmp_path / "db" / "state"
    path.parent.mkdir()
    shutil.copyfile(template, path)
    killer = Killer(MIGRATE, path, state, seed=3)
    assert killer.run(seconds=60)
    schemas: list[str] = []
    for _ in range(MOST_ROUNDS):
        if killer.killed == KILLS:
            break
        shutil.rmtree(path.parent)
        path.parent.mkdir()
        shutil.copyfile(template, path)
        killer.run()
        with closing(sqlite3.connect(path)) as connection:
            schemas.append(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
            assert connection.execute("SELECT count(*) FROM tag").fetchone() == (60_000,)
        assert is_sound(path)
        assert names(path) == ["Amber"]
        folder = folder_for(Database(sqlite_url(path)), state)
        backups = whole_backups(folder)
        assert backups or schemas[-1] == "0001"  # the backup comes first
        assert killer.run(seconds=60)
        assert len(whole_backups(folder)) == 1
        assert names(path) == ["Amber"]
    old = schemas.count("0001")
    figure(f"{killer.killed} migrations killed in {killer.whole:.2f} s each: {old} were at the old schema")
    assert killer.killed == KILLS
