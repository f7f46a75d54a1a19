from __future__ import annotations

from dataclasses import replace

from lora_manager.db import file_operations
from lora_manager.db.engine import Database
from lora_manager.db.file_operations import DONE, MOVE, Operation, Place, Step, Touched
from lora_manager.db.history import Act, open_set
from tests.helpers.network_files import write_network_file
from tests.helpers.shelf import Shelf

OLD, NEW = Place(1, "a/b.safetensors"), Place(1, "c.safetensors")


def operation(shelf: Shelf) -> Operation:
    write_network_file(shelf.root / "a" / "b.safetensors")
    shelf.scan()
    with shelf.database.write() as connection:
        set_id = open_set(connection, Act("move", "page"))
    file_id = next(iter(shelf.rows().values())).file_id
    return Operation(file_id, MOVE, (Step(OLD, NEW, 5, 7),), set_id, {"x": 1})


def test_what_is_written_down_is_read_again(shelf: Shelf) -> None:
    one = operation(shelf)
    with shelf.database.write() as connection:
        (begun,) = file_operations.begin(connection, [one], "host:1")
        assert file_operations.begun_operations(connection) == [begun]
        assert (begun.model, begun.owner, begun.details) == (one.steps[0], "host:1", {"x": 1})
        assert file_operations.busy_files(connection, [one.file_id, 99]) == {one.file_id}
        file_operations.close(connection, [begun.id])
        assert file_operations.begun_operations(connection) == []
        assert file_operations.busy_files(connection, [one.file_id]) == set()


def test_what_was_in_hand_since_somebody_looked(shelf: Shelf) -> None:
    one = operation(shelf)
    with shelf.database.write() as connection:
        first = file_operations.operations_mark(connection)
        (begun,) = file_operations.begin(connection, [one], "")
        during = file_operations.operations_mark(connection)
        file_operations.close(connection, [begun.id], DONE)
        behind = file_operations.operations_mark(connection)
        for mark in (first, during):
            touched = file_operations.touched_since(connection, mark)
            assert touched == Touched(frozenset({OLD, NEW}), frozenset({one.file_id}))
        assert file_operations.touched_since(connection, behind).places == frozenset()


def test_old_ones_are_forgotten_but_no_number_is_given_twice(shelf: Shelf) -> None:
    one = operation(shelf)
    with shelf.database.write() as connection:
        begun = file_operations.begin(connection, [one, one, one], "")
        file_operations.close(connection, [begun[0].id, begun[2].id])
        assert not file_operations.has_older(connection, "2000")
        assert file_operations.has_older(connection, "3000")
        file_operations.forget_old(connection, "3000")
        assert [found.id for found in file_operations.begun_operations(connection)] == [begun[1].id]
        assert file_operations.begin(connection, [one], "")[0].id == begun[2].id + 1


def test_a_root_that_is_seen_under_another_path(shelf: Shelf) -> None:
    one = operation(shelf)
    with shelf.database.write() as connection:
        file_operations.begin(connection, [one], "")
        file_operations.rename_root(connection, 1, 8)
        (found,) = file_operations.begun_operations(connection)
    assert found.steps == (Step(Place(8, OLD.path), Place(8, NEW.path), 5, 7),)


def test_folders_that_were_made(shelf: Shelf) -> None:
    one = operation(shelf)
    made = {"made": [Place(1, "a").as_json(), Place(1, "a/b").as_json()]}
    with shelf.database.write() as connection:
        (begun,) = file_operations.begin(connection, [replace(one, details=made)], "")
        assert file_operations.made_folders(connection, [one.set_id]) == []
        file_operations.close(connection, [begun.id])
        assert file_operations.made_folders(connection, [one.set_id]) == [Place(1, "a/b"), Place(1, "a")]


def test_an_empty_database_has_a_mark_too(fresh_database: Database) -> None:
    with fresh_database.read() as connection:
        assert file_operations.operations_mark(connection) == 1


def test_parts_of_a_place() -> None:
    assert (OLD.folder, OLD.name, NEW.folder) == ("a", "b.safetensors", "")
    assert OLD.as_json() == {"root_id": 1, "path": "a/b.safetensors"}
