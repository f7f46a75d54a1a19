from __future__ import annotations

from lora_manager.db.edits.apply import edit_adapter
from lora_manager.db.engine import Database
from lora_manager.db.library_state import library_totals, problems, root_states
from lora_manager.db.rows import FoundProblem
from lora_manager.db.scan_state import replace_problems, root_ids, set_root_state
from tests.db.described import described, put


def fill(database: Database) -> None:
    """Root 1 with two files present, one incomplete and one missing; root 2 with one file; one problem of each."""
    with database.write() as connection:
        root_ids(connection, ["/lora", "/more"])
        set_root_state(connection, 2, online=False, scanned=True)
    states = {"a.pt": "present", "b.pt": "present", "c.pt": "incomplete", "d.pt": "missing"}
    put(database, *(described(path, tags=[path], file={"state": state}) for path, state in states.items()))
    put(database, described("e.pt", root_id=2, tags=["e"]))
    with database.write() as connection:
        for root_id, path in ((1, "/lora/z"), (1, "/lora/a"), (2, "/more/x"), (None, "/elsewhere")):
            replace_problems(connection, root_id, [], [FoundProblem(path, "kind", "why")])


def test_roots_are_counted_by_state(fresh_database: Database) -> None:
    fill(fresh_database)
    with fresh_database.read() as connection:
        second, first = root_states(connection, [2, 1, 99])
        assert root_states(connection, []) == []
    assert (first.path, first.online, first.files, first.incomplete, first.missing) == ("/lora", True, 3, 1, 1)
    assert first.last_scan_at is None
    assert (second.path, second.online, second.files) == ("/more", False, 1)
    assert second.last_scan_at is not None


def test_totals_are_of_the_roots_asked_for(fresh_database: Database) -> None:
    fill(fresh_database)
    with fresh_database.read() as connection:
        both = library_totals(connection, [1, 2])
        one = library_totals(connection, [2])
    assert (both.adapters, both.files, both.problems) == (4, 4, 4)
    assert (one.adapters, one.files, one.problems) == (1, 1, 2)


def test_a_tag_that_nothing_has_any_more_is_not_counted(fresh_database: Database) -> None:
    (adapter_id,) = put(fresh_database, described("a.pt", tags=["x", "y"]))
    with fresh_database.write() as connection:
        assert library_totals(connection, [1]).tags == 2
        edit_adapter(connection, adapter_id, {"tags": ["z"]})
        assert library_totals(connection, [1]).tags == 1


def test_problems_come_by_path_in_pages(fresh_database: Database) -> None:
    fill(fresh_database)
    with fresh_database.read() as connection:
        total, rows = problems(connection, [1], 2, 0)
        assert problems(connection, [1], 2, 2)[1][0].path == "/lora/z"
        assert problems(connection, [1, 2], 10, 0)[0] == 4
    assert total == 3
    assert [row.path for row in rows] == ["/elsewhere", "/lora/a"]
    assert (rows[0].kind, rows[0].message) == ("kind", "why")
    assert rows[0].first_seen == rows[0].last_seen
