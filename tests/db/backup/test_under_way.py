from __future__ import annotations

from pathlib import Path

import pytest

from lora_manager.db.backup.under_way import UnderWay, under_way
from lora_manager.db.engine import Database, sqlite_url
from tests.db.backup.old_files import insert_row, old_database
from tests.helpers.backups import raw


def test_who_moves_files_and_who_runs_jobs(fresh_database: Database) -> None:
    assert under_way(fresh_database) == UnderWay()
    with raw(fresh_database) as connection:
        for kind, state in (("scan", "running"), ("bulk", "queued"), ("scan", "done"), ("backup", "running")):
            insert_row(connection, "job", {"kind": kind, "state": state, "owner": f"{kind} {state}"})
        connection.execute("PRAGMA foreign_keys=OFF")
        for state in ("begun", "done"):
            row = {"state": state, "owner": state, "set_id": 1, "network_file_id": 1}
            insert_row(connection, "file_operation", row)
    assert under_way(fresh_database) == UnderWay(("begun",), ("scan running", "bulk queued"))


@pytest.mark.parametrize("what", ["missing", "damaged", "old", "memory"])
def test_nobody_where_it_cannot_be_read(tmp_path: Path, what: str) -> None:
    path = tmp_path / "library.sqlite3"
    if what == "damaged":
        path.write_bytes(b"scribble" * 1000)
    elif what == "old":
        old_database(path, "0001")
    database = Database("sqlite://" if what == "memory" else sqlite_url(path))
    assert under_way(database) == UnderWay()
    database.close()
    assert path.exists() == (what in ("damaged", "old"))
