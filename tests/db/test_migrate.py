from __future__ import annotations

import gzip
import logging
import os
import shutil
import sqlite3
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text

from lora_manager.db import migrate as module
from lora_manager.db.backup import making
from lora_manager.db.backup.folder import Backup
from lora_manager.db.backup.making import folder_for, make_backup
from lora_manager.db.engine import Database, sqlite_url
from lora_manager.db.location import StateLocation, copies_folder, files_of
from lora_manager.db.migrate import MigrationError, migrate
from lora_manager.db.tables import Base
from tests.helpers.at_once import at_once
from tests.helpers.backups import dump
from tests.helpers.held_files import hold_files

NEXT = '''"""A migration of a test."""

from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade():
    """Apply."""
    op.execute("CREATE TABLE lantern (id INTEGER)")
    op.execute("INSERT INTO state VALUES ('lantern', 'lit')")
    {more}
'''

WHEN_TOLD = """
import sys
from pathlib import Path
from lora_manager.db.engine import Database, sqlite_url
from lora_manager.db.migrate import migrate
database = Database(sqlite_url(Path(sys.argv[1])))
print("ready", flush=True)
sys.stdin.readline()
migrate(database)
"""
ROOT = Path(module.__file__).resolve().parents[2]


@pytest.fixture
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the real migrations that a test may add to."""
    folder = tmp_path / "migrations"
    shutil.copytree(module.SCRIPTS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(module, "SCRIPTS", folder)
    return folder


def newest() -> str:
    """The revision of the newest migration that there really is."""
    return max(path.name[:4] for path in (module.SCRIPTS / "versions").glob("0*.py"))


NOW = newest()
NEXT_REVISION = f"{int(NOW) + 1:04d}"


def add_next(scripts: Path, more: str = "") -> None:
    text = NEXT.format(more=more, revision=NEXT_REVISION, before=NOW)
    (scripts / "versions" / f"{NEXT_REVISION}_lantern.py").write_text(text, encoding="utf-8")


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


@pytest.fixture
def empty(tmp_path: Path) -> Database:
    return Database(sqlite_url(tmp_path / "db" / "library.sqlite3"))


def test_a_new_file_gets_every_table_with_the_columns_of_the_models(empty: Database) -> None:
    migrate(empty)
    inspector = inspect(empty.engine)
    for table in Base.metadata.sorted_tables:
        columns = {column["name"]: column for column in inspector.get_columns(table.name)}
        assert set(columns) == set(table.columns.keys())
        for column in table.columns:
            assert columns[column.name]["nullable"] == (column.nullable or False), (table.name, column.name)
        assert {index["name"] for index in inspector.get_indexes(table.name)} >= {i.name for i in table.indexes}
    assert "adapter_fts" in tables(empty)
    empty.close()


def test_a_current_file_is_left_alone(empty: Database) -> None:
    migrate(empty)
    before = dump(empty)
    migrate(empty)
    assert dump(empty) == before
    empty.close()


def test_what_is_in_an_older_file_stays(empty: Database, scripts: Path) -> None:
    migrate(empty)
    with empty.write() as connection:
        connection.execute(text("INSERT INTO tag (key, name) VALUES ('a', 'A')"))
    add_next(scripts)
    migrate(empty)
    assert "lantern" in tables(empty)
    with empty.read() as connection:
        assert connection.execute(text("SELECT name FROM tag")).scalar() == "A"
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [NEXT_REVISION]
    empty.close()


@pytest.mark.parametrize("more", ["op.execute('CREATE TABLE lantern (id INTEGER)')", "raise RuntimeError('no oil')"])
def test_a_migration_that_fails_leaves_the_file_as_it_was(empty: Database, scripts: Path, more: str) -> None:
    migrate(empty)
    with empty.write() as connection:
        connection.execute(text("INSERT INTO tag (key, name) VALUES ('a', 'A')"))
    before = dump(empty)
    add_next(scripts, more)
    with pytest.raises(MigrationError, match="left as it was"):
        migrate(empty)
    assert dump(empty) == before
    empty.close()


def test_what_was_generated_before_origins_were_kept_came_from_us(empty: Database, scripts: Path) -> None:
    later = [path for path in (scripts / "versions").glob("0*.py") if not path.name.startswith("0001")]
    kept = {path: path.read_text(encoding="utf-8") for path in later}
    for path in later:
        path.unlink()
    migrate(empty)
    with empty.write() as connection:
        row = {
            "created_at": "2026-01-01T00:00:00Z", "host": "standalone", "host_version": "1", "model": "m", "family": "",
            "prompt": "p", "negative_prompt": "", "width": 8, "height": 8, "steps": 1, "cfg_scale": 7,
            "sampler": "Euler", "seed": 1, "seconds": 1, "interrupted": 0, "infotext": "", "refused": "[]",
        }  # fmt: skip
        places = ", ".join(f":{name}" for name in row)
        connection.execute(text(f"INSERT INTO generation ({', '.join(row)}) VALUES ({places})"), row)
    for path, source in kept.items():
        path.write_text(source, encoding="utf-8")
    migrate(empty)
    with empty.read() as connection:
        assert connection.execute(text("SELECT prompt, origin FROM generation")).all() == [("p", "lora_manager")]
    empty.close()


def test_a_file_of_a_newer_version_is_refused_untouched(empty: Database) -> None:
    migrate(empty)
    with empty.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = dump(empty)
    with pytest.raises(MigrationError, match="newer version"):
        migrate(empty)
    assert dump(empty) == before
    empty.close()


def test_the_database_of_another_program_is_refused_untouched(empty: Database) -> None:
    with empty.write() as connection:
        connection.execute(text("CREATE TABLE bookmark (url TEXT)"))
    before = dump(empty)
    with pytest.raises(MigrationError, match=r"another program.*bookmark"):
        migrate(empty)
    assert dump(empty) == before
    empty.close()


def test_a_file_that_is_no_database_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("lanterns " * 500, encoding="utf-8")
    database = Database(sqlite_url(path))
    with pytest.raises(MigrationError, match=r"notes\.txt"):
        migrate(database)
    database.close()
    assert path.read_text(encoding="utf-8") == "lanterns " * 500


def test_two_programs_that_start_at_once_migrate_once(empty: Database) -> None:
    databases = [empty, *(Database(empty.url) for _ in range(3))]
    at_once([partial(migrate, database) for database in databases])
    assert "adapter" in tables(empty)
    for database in databases:
        database.close()


def at_first_revision(database: Database, tags: int) -> None:
    """A catalogue as the first version left it, large enough that copying it takes a moment."""
    config = module._config()
    with database.write() as connection:
        config.attributes["connection"] = connection
        module.command.upgrade(config, "0001")
        rows = [{"key": f"{number:05}" * 40} for number in range(tags)]
        connection.execute(text("INSERT INTO tag (key, name) VALUES (:key, :key)"), rows)
    database.close()


@pytest.mark.parametrize("file_is_new", [False, True])
def test_two_hosts_that_are_updated_and_start_at_once_migrate_once(empty: Database, file_is_new: bool) -> None:
    """Each its own process, as two web UIs are."""
    if not file_is_new:
        at_first_revision(empty, 10_000)
    assert empty.path is not None
    command = [sys.executable, "-W", "error", "-c", WHEN_TOLD, str(empty.path)]
    hosts = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
        for _ in range(2)
    ]
    for host in hosts:
        assert host.stdout is not None
        host.stdout.readline()
    for host in hosts:
        assert host.stdin is not None
        host.stdin.write(b"now\n")
        host.stdin.flush()
    said = [host.communicate(timeout=60)[1].decode() for host in hosts]
    assert [host.returncode for host in hosts] == [0, 0], said
    with empty.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM tag")).scalar() == (0 if file_is_new else 10_000)
        assert connection.exec_driver_sql("PRAGMA quick_check").scalar() == "ok"
    assert not list(empty.path.parent.glob("*before*"))
    empty.close()


def test_the_copies_that_a_killed_process_left_are_removed_in_the_end(empty: Database, scripts: Path) -> None:
    migrate(empty)
    assert empty.path is not None
    copies_folder(empty.path).mkdir()
    for end in (f".before/{NOW}.9", ".before/0001.9.part", f".before-{NOW}.9", ".before-0001.part"):
        Path(f"{empty.path}{end}").write_bytes(b"half a copy")
    other = empty.path.with_name(f"other.sqlite3.before-{NOW}")
    other.write_bytes(b"of another catalogue")
    add_next(scripts)
    migrate(empty)
    assert list(empty.path.parent.glob("*before*")) == [other]
    empty.close()


def test_whatever_a_migration_makes_lies_where_no_web_server_hands_it_out(
    empty: Database, scripts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate(empty)
    assert empty.path is not None
    folder = empty.path.parent
    seen: set[Path] = set()
    real = making.pack

    def pack(*arguments: Any) -> None:
        real(*arguments)
        seen.update(path for path in folder.rglob("*") if path.is_file())

    add_next(scripts)
    monkeypatch.setattr(making, "pack", pack)
    migrate(empty, folder / "state")
    seen.update(path for path in folder.rglob("*") if path.is_file())
    blocked = files_of(StateLocation(empty.path, folder / "state"), None)
    assert {path for path in seen if {path, *path.parents}.isdisjoint(blocked)} == set()
    (backup,) = folder_for(empty, folder / "state").items()
    assert {path.name for path in seen} >= {"copy", "packed", backup.name, empty.path.name}
    empty.close()


def test_what_was_before_a_migration_is_kept_as_a_backup(empty: Database, scripts: Path, tmp_path: Path) -> None:
    migrate(empty)
    assert folder_for(empty, tmp_path).items() == []  # there was nothing yet
    before = dump(empty)
    add_next(scripts)
    migrate(empty, tmp_path)
    (backup,) = folder_for(empty, tmp_path).items()
    assert backup.facts is not None
    assert (backup.reason, backup.facts.schema) == ("before_migration", NOW)
    unpacked = tmp_path / "unpacked.sqlite3"
    unpacked.write_bytes(gzip.decompress(backup.path.read_bytes()))
    assert dump(unpacked) == before
    empty.close()


def test_a_host_that_tries_again_and_again_makes_one_backup(empty: Database, scripts: Path, tmp_path: Path) -> None:
    migrate(empty)
    add_next(scripts, "raise RuntimeError('no oil')")
    for _ in range(3):
        with pytest.raises(MigrationError, match="no oil"):
            migrate(empty, tmp_path)
    assert len(folder_for(empty, tmp_path).items()) == 1
    empty.close()


def test_a_backup_that_cannot_be_made_leaves_the_file_as_it_was(empty: Database, scripts: Path, tmp_path: Path) -> None:
    migrate(empty)
    before = dump(empty)
    add_next(scripts)
    in_the_way = tmp_path / "backups"
    in_the_way.write_text("no folder", encoding="utf-8")
    with pytest.raises(MigrationError, match="left as it was"):
        migrate(empty, tmp_path)
    assert dump(empty) == before
    in_the_way.unlink()
    migrate(empty, tmp_path)
    assert "lantern" in tables(empty)
    empty.close()


def test_a_damaged_file_is_not_migrated_and_its_backups_stay(empty: Database, scripts: Path, tmp_path: Path) -> None:
    migrate(empty)
    with empty.write() as connection:
        connection.exec_driver_sql("CREATE TABLE filler (x)")
        connection.exec_driver_sql("INSERT INTO filler VALUES (zeroblob(100000))")
    make_backup(empty, folder_for(empty, tmp_path), "daily")
    empty.close()
    assert empty.path is not None
    with empty.path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.truncate(size - 20 * 4096)
    add_next(scripts)
    with pytest.raises(MigrationError):
        migrate(empty, tmp_path)
    (backup,) = folder_for(empty, tmp_path).items()
    assert backup.reason == "daily"
    assert len(list((tmp_path / "backups").iterdir())) == 1
    empty.close()


def test_a_file_that_others_hold_is_not_taken_for_damaged(
    empty: Database, scripts: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whether it is intact cannot be seen then: nothing is put over it, and the copy is kept."""
    migrate(empty)
    empty.close()
    assert empty.path is not None
    real = module._put_back
    other = sqlite3.connect(empty.path, isolation_level=None, check_same_thread=False)

    def put_back(database: Database, state_folder: Path | None, backup: Backup) -> None:
        database.close()
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("INSERT INTO tag (key, name) VALUES ('theirs', 'theirs')")
        other.execute("COMMIT")
        real(database, state_folder, backup)

    monkeypatch.setattr(module, "_put_back", put_back)
    monkeypatch.setattr("lora_manager.db.engine.BUSY_TIMEOUT_MS", 50)
    quick = Database(empty.url)
    add_next(scripts, "raise RuntimeError('no oil')")
    with pytest.raises(MigrationError, match="no oil"):
        migrate(quick)
    other.close()
    assert "cannot be checked now" in caplog.text
    with empty.read() as connection:
        assert connection.execute(text("SELECT name FROM tag")).scalars().all() == ["theirs"]
    assert len(folder_for(empty).items()) == 1
    quick.close()
    empty.close()


def test_the_hosts_loggers_go_on_working(empty: Database) -> None:
    """Alembic's own configuration file would silence them."""
    logger = logging.getLogger("some.host")
    migrate(empty)
    assert not logger.disabled
    assert logging.getLogger().handlers
    empty.close()


@pytest.mark.parametrize("start", [0, 4096])  # "not a database", and "malformed"
def test_a_file_that_was_damaged_is_put_back(
    empty: Database, scripts: Path, start: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk or a bug can leave more behind than a rollback undoes, and a virus scanner holds new files."""
    migrate(empty)
    with empty.write() as connection:
        connection.execute(text("INSERT INTO tag (key, name) VALUES ('a', 'A')"))
    before = dump(empty)
    empty.close()  # all of it is in the file now, none in the log beside it
    scribble = (
        "with open(op.get_bind().engine.url.database, 'r+b') as file:\n"
        f"        file.seek({start})\n"
        "        file.write(b'scribble' * 8192)"
    )
    add_next(scripts, f"{scribble}\n    raise OSError('disk full')")
    held = hold_files(monkeypatch, "replace", times=2)
    with pytest.raises(MigrationError, match="left as it was"):
        migrate(empty)
    assert held == [2]
    assert dump(empty) == before
    empty.close()
    assert dump(empty) == before
