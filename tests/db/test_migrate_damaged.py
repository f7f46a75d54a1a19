"""What is said of a database that does not open, where there is a backup of it."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest

from lora_manager.db.backup.making import folder_for, make_backup
from lora_manager.db.engine import Database
from lora_manager.db.migrate import MigrationError, migrate
from tests.helpers.backups import add_adapter, names
from tests.helpers.command_line import ROOT, command, environment


def test_the_command_that_it_names_helps(fresh_database: Database, tmp_path: Path) -> None:
    path, state = fresh_database.path, tmp_path / "my state"
    assert path is not None
    add_adapter(fresh_database, "Amber")
    backup = make_backup(fresh_database, folder_for(fresh_database, state), "daily").backup
    fresh_database.close()
    path.write_bytes(b"scribble" * 1000)
    with pytest.raises(MigrationError, match=backup.name) as refused:
        migrate(Database(fresh_database.url), state)
    words = shlex.split(str(refused.value).split("`")[1])
    assert words[:3] == ["python", "-m", "lora_manager"]
    done = subprocess.run(
        [*command(*words[3:]), "--yes"], cwd=ROOT, env=environment(tmp_path), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    migrate(Database(fresh_database.url), state)
    assert names(path) == ["Amber"]


def test_without_a_backup_it_says_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(b"scribble" * 1000)
    with pytest.raises(MigrationError, match=r"Name another with --db\.$"):
        migrate(Database(f"sqlite:///{path.as_posix()}"))
