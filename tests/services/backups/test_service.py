from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lora_manager.db.backup.facts import BackupDamagedError
from lora_manager.db.backup.folder import BackupError
from lora_manager.db.backup.work import BackupCancelledError, Work
from lora_manager.db.engine import Database
from lora_manager.errors import BadInputError, NotFoundError
from lora_manager.processes import this_process
from lora_manager.services.backups import service
from lora_manager.services.backups.service import Backups
from lora_manager.services.jobs import JobContext
from tests.db.backup.old_files import insert_row
from tests.helpers.backups import add_adapter, names, raw

CONTEXT = JobContext(lambda done, total, message: None, lambda: False)


@pytest.fixture
def backups(fresh_database: Database, tmp_path: Path) -> Backups:
    return Backups(fresh_database, tmp_path / "state")


def test_made_listed_verified_compared_and_brought_back(fresh_database: Database, backups: Backups) -> None:
    add_adapter(fresh_database, "Amber")
    made = backups.run({"do": "make"}, CONTEXT)
    assert (made["is_new"], made["bytes"] > 0) == (True, True)
    assert backups.run({"do": "make"}, CONTEXT)["name"] == made["name"]
    assert [backup.name for backup in backups.listed().items] == [made["name"]]
    assert backups.run({"do": "verify", "name": made["name"]}, CONTEXT)["counts"]["adapter"] == 1
    add_adapter(fresh_database, "Moth")
    assert backups.differences(made["name"]).only_now == 1
    restored = backups.run({"do": "restore", "name": made["name"]}, CONTEXT)
    assert names(fresh_database) == ["Amber"]
    assert backups.run({"do": "restore", "name": restored["safety"]}, CONTEXT)["notes"] == []
    assert names(fresh_database) == ["Amber", "Moth"]


def test_what_verifying_found_is_remembered_until_the_file_is_another(
    fresh_database: Database, backups: Backups
) -> None:
    add_adapter(fresh_database, "Amber")
    backup = backups.make().backup
    whole = backup.path.read_bytes()
    content = bytearray(whole)
    content[len(content) // 2] ^= 1
    backup.path.write_bytes(content)
    assert backups.problem_of(backup) == ""  # it cannot be seen at a glance
    with pytest.raises(BackupDamagedError):
        backups.verify(backup.name)
    assert backup.name in backups.problem_of(backup)
    backup.path.write_bytes(whole)
    assert backups.problem_of(backup) == ""
    backups.verify(backup.name)


def test_before_something_a_backup_is_made_that_says_so(fresh_database: Database, backups: Backups) -> None:
    backups.before("delete")
    add_adapter(fresh_database, "Amber")
    backups.before("before_move", CONTEXT)
    assert [backup.reason for backup in backups.listed().items] == ["before_move", "before_delete"]


def test_a_backup_that_was_stopped_before_something_is_no_error(backups: Backups) -> None:
    backups.before("delete", JobContext(lambda *_: None, lambda: True))
    assert backups.listed().items == []
    assert backups.run({"do": "make"}, JobContext(lambda *_: None, lambda: True)) == {"do": "make"}
    with pytest.raises(BackupCancelledError):
        backups.make(work=Work(cancelled=lambda: True))


def test_another_kind_of_database_is_left_to_its_own_tools() -> None:
    backups = Backups(Database("sqlite://"), None)
    backups.before("delete")
    assert (backups.listed().items, bool(backups.listed().why_not)) == ([], True)
    with pytest.raises(BackupError, match="its own tools"):
        backups.make()


@pytest.mark.parametrize("kind", ["scan", "bulk", "file"])
def test_nothing_is_brought_back_while_something_works_on_rows(
    fresh_database: Database, backups: Backups, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "PATIENCE_SECONDS", 0.3)
    backup = backups.make().backup
    with raw(fresh_database) as connection:
        _work(connection, kind, this_process())
        with pytest.raises(BackupError, match="Wait until"):
            backups.restore(backup.name)
        gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
        owner = f"{this_process().rpartition(':')[0]}:{int(gone.stdout)}"
        connection.execute("UPDATE job SET owner = ?", (owner,))
        connection.execute("UPDATE file_operation SET owner = ?", (owner,))
    if sys.platform != "win32":  # where nobody can ask whether a process has ended
        backups.restore(backup.name)


def test_it_waits_for_the_end_of_a_scan_and_can_be_stopped_meanwhile(
    fresh_database: Database, backups: Backups
) -> None:
    backup = backups.make().backup
    with raw(fresh_database) as connection:
        _work(connection, "scan", this_process())
        asked = iter([False, False, *[True] * 100])
        with pytest.raises(BackupCancelledError):
            backups.restore(backup.name, Work(cancelled=lambda: next(asked)))
        told: list[str] = []

        def on_progress(_done: int, _total: int, message: str) -> None:
            if not told:
                connection.execute("UPDATE job SET state = 'done'")
            told.append(message)

        backups.restore(backup.name, Work(on_progress))
    assert "Waiting until a scan" in told[0]
    assert len({*told}) > 1


def _work(connection: sqlite3.Connection, kind: str, owner: str) -> None:
    if kind != "file":
        insert_row(connection, "job", {"kind": kind, "state": "running", "owner": owner})
        return
    connection.execute("PRAGMA foreign_keys=OFF")
    insert_row(connection, "file_operation", {"state": "begun", "owner": owner, "set_id": 1, "network_file_id": 1})


def test_others_are_quiet_meanwhile_and_forget_afterwards(fresh_database: Database, tmp_path: Path) -> None:
    happened: list[str] = []

    @contextmanager
    def quiet() -> Iterator[None]:
        happened.append("quiet")
        yield
        happened.append("on")

    backups = Backups(fresh_database, tmp_path, quiet, lambda: happened.append("forgotten"))
    backups.restore(backups.make().backup.name)
    assert happened == ["quiet", "on", "forgotten"]


def test_folders_that_cannot_be_looked_at_afterwards_are_told(fresh_database: Database, tmp_path: Path) -> None:
    def fail() -> None:
        raise OSError("the drive is away")

    add_adapter(fresh_database, "Amber")
    backups = Backups(fresh_database, tmp_path, after_restore=fail)
    name = backups.make().backup.name
    add_adapter(fresh_database, "Moth")
    assert "the drive is away" in backups.restore(name).notes[0]
    assert names(fresh_database) == ["Amber"]


@pytest.mark.parametrize("request_", [{}, {"do": "dance"}])
def test_an_unknown_job_is_refused(backups: Backups, request_: dict[str, str]) -> None:
    with pytest.raises(BadInputError):
        backups.run(request_, CONTEXT)


def test_one_that_is_not_there_is_not_found(backups: Backups) -> None:
    for action in (backups.find, backups.verify, backups.differences, backups.restore):
        with pytest.raises(NotFoundError):
            action("nothing")
