from __future__ import annotations

import os

import pytest
from sqlalchemy import select, update

from lora_manager.db import root_moves
from lora_manager.db.revision import catalogue_revision
from lora_manager.db.rows import FoundProblem
from lora_manager.db.scan_state import known_files, recorded_problems, replace_problems, root_ids, scanned_folders
from lora_manager.db.tables import Problem
from tests.helpers.network_files import write_network_file
from tests.helpers.shelf import Shelf


def test_everything_of_a_root_goes_over_and_the_old_one_is_forgotten(shelf: Shelf) -> None:
    write_network_file(shelf.root / "a.safetensors")
    (shelf.root / "bad.safetensors").write_bytes(b"\xff" * 64)
    (shelf.root / "alone.json").write_text("{}", encoding="utf-8")
    shelf.scan()
    with shelf.database.write() as connection:
        (old,) = root_ids(connection, [str(shelf.root)]).values()
        (new,) = root_ids(connection, ["/new"]).values()
        assert root_moves.roots_without_files(connection, [old, new]) == [new]
        assert root_moves.other_roots(connection, [new]) == {old: str(shelf.root)}
        assert [path for path, _ in root_moves.sizes_by_path(connection, old)] == ["a.safetensors", "bad.safetensors"]
        before, files = catalogue_revision(connection), known_files(connection, old)
        root_moves.move_root(connection, old, new)
        assert known_files(connection, new) == {path: row._replace(root_id=new) for path, row in files.items()}
        assert root_moves.other_roots(connection, [new]) == {}
        found = [
            (os.path.join("/new", "alone.json"), "missing_model"),
            (os.path.join("/new", "bad.safetensors"), "bad_header"),
        ]
        assert sorted(recorded_problems(connection, new)) == found
        assert scanned_folders(connection, new) == {}
        assert catalogue_revision(connection) > before


@pytest.mark.parametrize(
    ("old", "path", "new", "wanted"),
    [
        ("/lib", "/lib/style/a.json", "/new", "/new/style/a.json"),
        ("/", "/style/a.json", "/new", "/new/style/a.json"),
        ("/lib", "/lib/a\\b.json", "/", "/a\\b.json"),
        ("C:\\lib", "C:\\lib\\style\\a.json", "/new", "/new/style/a.json"),
        ("C:\\lib", "C:\\lib\\style/a.json", "/new", "/new/style/a.json"),
        ("C:\\", "C:\\style/a.json", "/new", "/new/style/a.json"),
    ],
)
def test_a_problem_is_shown_where_its_file_lies_now(shelf: Shelf, old: str, path: str, new: str, wanted: str) -> None:
    with shelf.database.write() as connection:
        ids = root_ids(connection, [old, new])
        replace_problems(connection, ids[old], [], [FoundProblem(path, "x", "m"), FoundProblem(old, "offline", "m")])
        replace_problems(connection, ids[new], [], [FoundProblem(new, "offline", "m")])
        connection.execute(update(Problem).values(first_seen="2026-01-01T00:00:00Z"))
        root_moves.move_root(connection, ids[old], ids[new])
        ((shown, kind),) = recorded_problems(connection, ids[new])
        assert (os.path.normpath(shown), kind) == (os.path.normpath(wanted), "x")
        assert connection.execute(select(Problem.first_seen)).scalars().all() == ["2026-01-01T00:00:00Z"]


def test_the_new_places_word_on_a_problem_is_the_last(shelf: Shelf) -> None:
    with shelf.database.write() as connection:
        ids = root_ids(connection, ["/lib", "/new"])
        replace_problems(connection, ids["/lib"], [], [FoundProblem("/lib/a.json", "x", "old")])
        new = os.path.join("/new", "a.json")
        replace_problems(connection, None, [], [FoundProblem(new, "x", "new")])
        root_moves.move_root(connection, ids["/lib"], ids["/new"])
        assert connection.execute(select(Problem.path, Problem.message)).all() == [(new, "new")]


def test_a_missing_file_is_not_looked_for_in_the_new_place(shelf: Shelf) -> None:
    for name in ("a", "b"):
        write_network_file(shelf.root / f"{name}.safetensors")
    shelf.scan()
    (shelf.root / "b.safetensors").unlink()
    shelf.scan()
    with shelf.database.read() as connection:
        assert [path for path, _ in root_moves.sizes_by_path(connection, 1)] == ["a.safetensors"]
