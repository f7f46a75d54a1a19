from __future__ import annotations

import time
from dataclasses import replace

import pytest
from sqlalchemy import select, text

from lora_manager.db import scan_state
from lora_manager.db.engine import Database
from lora_manager.db.library_state import problems
from lora_manager.db.revision import catalogue_revision
from lora_manager.db.rows import FoundProblem, SidecarRow
from lora_manager.db.tables import Root, Sidecar
from tests.db.described import described, put


def test_a_root_has_one_id_for_good(fresh_database: Database) -> None:
    with fresh_database.write() as connection:
        first = scan_state.root_ids(connection, ["/b", "/a"])
        assert scan_state.root_ids(connection, ["/a", "/c", "/b"]) == {**first, "/c": 3}
        assert scan_state.root_ids(connection, []) == {}


def test_a_scan_of_a_root_is_dated_and_going_offline_is_not(fresh_database: Database) -> None:
    with fresh_database.write() as connection:
        (root_id,) = scan_state.root_ids(connection, ["/a"]).values()
        scan_state.set_root_state(connection, root_id, online=True, scanned=True)
        (when,) = connection.execute(select(Root.last_scan_at)).scalars()
        scan_state.set_root_state(connection, root_id, online=False, scanned=False)
        assert connection.execute(select(Root.online, Root.last_scan_at)).one() == (False, when)


def test_known_files_are_those_of_the_root(fresh_database: Database) -> None:
    with fresh_database.write() as connection:
        scan_state.root_ids(connection, ["/lora", "/more"])
    ids = put(fresh_database, described("x/a.pt", file={"inode": 9}), described("a.pt", root_id=2))
    with fresh_database.read() as connection:
        known = scan_state.known_files(connection, 1)
    assert list(known) == ["x/a.pt"]
    row = known["x/a.pt"]
    assert (row.adapter_id, row.name, row.size, row.inode, row.state) == (ids[0], "a.pt", 100, 9, "present")


def test_marks_are_set_for_any_number_of_files(fresh_database: Database) -> None:
    items = [described(f"{number}.pt") for number in range(1100)]
    put(fresh_database, *items)
    with fresh_database.write() as connection:
        scan_state.mark_state(connection, [item.file_id or 0 for item in items[1:]], "missing")
        scan_state.mark_state(connection, [], "present")
        statement = text("SELECT state, count(*) FROM network_file GROUP BY state ORDER BY state")
        counted = connection.execute(statement).all()
    assert [tuple(row) for row in counted] == [("missing", 1099), ("present", 1)]


def sidecar(path: str, size: int = 1) -> SidecarRow:
    return SidecarRow(path, size, 5, "a1111", ["x.pt"], b"doc")


def test_sidecars_are_read_back_by_path(fresh_database: Database) -> None:
    put(fresh_database, described("a.pt", sidecars=[sidecar("a.json")]))
    with fresh_database.read() as connection:
        found = scan_state.sidecars_of(connection, 1, ["a.json", *(f"{number}.json" for number in range(1200))])
        assert scan_state.sidecars_of(connection, 2, ["a.json"]) == {}
    assert list(found) == ["a.json"]
    assert found["a.json"].claims == ["x.pt"]
    assert found["a.json"].document == b"doc"
    assert found["a.json"].is_current(1, 5)
    assert not found["a.json"].is_current(2, 5)
    assert not found["a.json"].is_current(1, 6)


def test_orphans_are_replaced_and_forgotten_and_others_left_alone(fresh_database: Database) -> None:
    put(fresh_database, described("a.pt", sidecars=[sidecar("a.json")]))
    with fresh_database.write() as connection:
        scan_state.replace_orphans(connection, 1, {"o1.json", "o2.json"}, [sidecar("o1.json"), sidecar("o2.json")])
        scan_state.replace_orphans(connection, 1, {"o2.json"}, [sidecar("o2.json", 2)])
        rows = connection.execute(select(Sidecar.relative_path, Sidecar.size, Sidecar.network_file_id))
        assert sorted(tuple(row) for row in rows) == [("a.json", 1, 1), ("o2.json", 2, None)]
        scan_state.replace_orphans(connection, 1, set(), [])
        assert connection.execute(select(Sidecar.relative_path)).scalars().all() == ["a.json"]


def test_problems_are_replaced_by_path_and_keep_when_they_were_first_seen(fresh_database: Database) -> None:
    broken = FoundProblem("/lora/a", "broken", "old reason")
    other = FoundProblem("/lora/b", "other", "stays")
    with fresh_database.write() as connection:
        scan_state.root_ids(connection, ["/lora"])
        scan_state.replace_problems(connection, 1, [], [broken, other, broken])
        before = {row.path: row for row in problems(connection, [1], 9, 0)[1]}
        time.sleep(0.002)
        scan_state.replace_problems(connection, 1, ["/lora/a", "/lora/c"], [replace(broken, message="new reason")])
        after = {row.path: row for row in problems(connection, [1], 9, 0)[1]}
        assert after["/lora/b"] == before["/lora/b"]
        assert after["/lora/a"].message == "new reason"
        assert after["/lora/a"].first_seen == before["/lora/a"].first_seen
        assert after["/lora/a"].last_seen > before["/lora/a"].last_seen
        assert {path for path, _ in scan_state.recorded_problems(connection, 1)} == {"/lora/a", "/lora/b"}
        scan_state.replace_problems(connection, 1, ["/lora/a"], [])
        assert {path for path, _ in scan_state.recorded_problems(connection, 1)} == {"/lora/b"}


@pytest.mark.parametrize(("changed", "moved"), [(True, 1), (False, 0)])
def test_readers_are_told_when_something_changed(fresh_database: Database, changed: bool, moved: int) -> None:
    with fresh_database.write() as connection:
        scan_state.finish_scan(connection, changed=changed)
        assert catalogue_revision(connection) == moved
