from __future__ import annotations

import pytest

from lora_manager.db.engine import Database
from lora_manager.db.history import (
    DONE,
    OPEN,
    STOPPED,
    Act,
    ChangeRow,
    add_changes,
    close_set,
    mark_undone,
    note_set,
    open_set,
    open_sets,
    page_of_changes,
    read_changes,
    read_set,
    read_sets,
)
from tests.db.described import described, put


@pytest.fixture
def two(fresh_database: Database) -> tuple[Database, list[int]]:
    return fresh_database, put(fresh_database, described("a.pt", "A"), described("b.pt", "B"))


def test_a_set_with_its_changes(two: tuple[Database, list[int]]) -> None:
    database, (one, other) = two
    with database.write() as connection:
        set_id = open_set(connection, Act("bulk_edit", "page", "ada", {"action": "tags"}, owner="here:1"))
        assert open_sets(connection) == [(set_id, "here:1")]
        first = add_changes(connection, set_id, [ChangeRow(one, "rating", 0, 3, "", "user")])
        more = add_changes(connection, set_id, [ChangeRow(other, "tags", ["a"], [], "a1111", "user")])
        assert [*first, *more] == [1, 2]
        close_set(connection, set_id)
    with database.read() as connection:
        stored = read_set(connection, set_id)
        assert stored is not None
        assert (stored.kind, stored.by, stored.user_name) == ("bulk_edit", "page", "ada")
        assert (stored.state, stored.count) == (DONE, 2)
        assert stored.what == {"action": "tags"}
        assert not stored.touches_files
        changes = read_changes(connection, set_id=set_id)
        assert [(change.adapter_id, change.field, change.old, change.new, change.name) for change in changes] == [
            (one, "rating", 0, 3, "A"),
            (other, "tags", ["a"], [], "B"),
        ]
        assert [change.old_source for change in changes] == ["", "a1111"]
        assert page_of_changes(connection, 1, 0, adapter_id=other)[0] == 1
        assert read_changes(connection, ids=[2]) == changes[1:]
        assert read_changes(connection, adapter_id=one, after="2000") == changes[:1]
        assert read_changes(connection, after="3000") == []


def test_a_set_in_which_nothing_changed_is_forgotten(two: tuple[Database, list[int]]) -> None:
    database, _ = two
    with database.write() as connection:
        set_id = open_set(connection, Act("edit", "cli"))
        close_set(connection, set_id)
        assert read_set(connection, set_id) is None
        assert note_set(connection, Act("edit", "cli"), []) is None
        assert read_sets(connection, 10, 0) == (0, [])


def test_sets_come_newest_first_in_pages(two: tuple[Database, list[int]]) -> None:
    database, (one, _) = two
    with database.write() as connection:
        ids = [note_set(connection, Act("edit", "cli"), [ChangeRow(one, "rating", n, n + 1)]) for n in range(3)]
        total, page = read_sets(connection, 2, 0)
        assert (total, [stored.id for stored in page]) == (3, ids[:0:-1])
        assert [stored.id for stored in read_sets(connection, 2, 2)[1]] == ids[:1]


def test_what_was_undone_and_what_touched_files_is_told(two: tuple[Database, list[int]]) -> None:
    database, (one, _) = two
    with database.write() as connection:
        moved = note_set(connection, Act("move", "cli"), [ChangeRow(one, "file", {"path": "a"}, {"path": "b"})])
        assert moved is not None
        undo = note_set(connection, Act("undo", "cli", undoes=moved), [ChangeRow(one, "rating", 0, 1)])
        mark_undone(connection, moved, undo)
        stored = read_set(connection, moved)
        assert stored is not None
        assert stored.touches_files
        assert stored.undone_by == undo
        mark_undone(connection, moved, None)
        again = read_set(connection, moved)
        assert again is not None
        assert again.undone_by is None


def test_one_that_was_left_open_says_so(two: tuple[Database, list[int]]) -> None:
    database, (one, _) = two
    with database.write() as connection:
        set_id = open_set(connection, Act("move", "cli"))
        add_changes(connection, set_id, [ChangeRow(one, "rating", 0, 1)])
        stored = read_set(connection, set_id)
        assert stored is not None
        assert stored.state == OPEN
        close_set(connection, set_id, STOPPED)
        assert open_sets(connection) == []
