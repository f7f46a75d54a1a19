from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import event

from lora_manager.db import file_lookup
from tests.helpers.network_files import write_network_file
from tests.helpers.shelf import Shelf


def names(files: list[file_lookup.NamedFile]) -> list[str]:
    return [file.relative_path for file in files]


def test_the_file_in_the_root_comes_first_then_safetensors_then_the_path(shelf: Shelf) -> None:
    for path in ("z/ink.safetensors", "a/ink.safetensors", "ink.safetensors"):
        write_network_file(shelf.root / path)
    (shelf.root / "a" / "ink.pt").write_bytes(b"pickle")
    shelf.scan()
    with shelf.database.read() as connection:
        found = file_lookup.files_of_stems(connection, ["ink"], [str(shelf.root)])
        assert names(found) == ["ink.safetensors", "a/ink.safetensors", "z/ink.safetensors", "a/ink.pt"]
        assert file_lookup.first_of_stem(connection, ["ink", "x"], []) == {"ink": (str(shelf.root), "ink.safetensors")}
        roots = [str(shelf.root)]
        assert file_lookup.first_of_stem(connection, ["ink"], roots) == {"ink": (str(shelf.root), "ink.safetensors")}
        assert file_lookup.first_of_stem(connection, ["ink"], [str(shelf.root.parent)]) == {}
        assert file_lookup.first_of_stem(connection, ["x"], roots) == {}
        assert file_lookup.first_of_stem(connection, [], []) == {}


def test_a_dot_written_as_underscore_is_found_and_missing_files_and_other_roots_are_not(shelf: Shelf) -> None:
    write_network_file(shelf.root / "v1.5 ink.safetensors")
    write_network_file(shelf.root / "gone.safetensors")
    shelf.scan()
    (shelf.root / "gone.safetensors").unlink()
    shelf.scan()
    with shelf.database.read() as connection:
        assert names(file_lookup.files_of_stems(connection, ["v1_5 ink"], [])) == ["v1.5 ink.safetensors"]
        assert file_lookup.files_of_stems(connection, ["gone"], []) == []
        assert file_lookup.files_of_stems(connection, ["v1.5 ink"], [str(shelf.root.parent)]) == []
        assert file_lookup.first_of_stem(connection, ["v1.5 ink", "gone"], []) == {}


def test_names_that_are_nothing_are_looked_up_by_index_alone(shelf: Shelf) -> None:
    write_network_file(shelf.root / "v1.5 ink.safetensors")
    shelf.scan()
    asked: list[str] = []
    with shelf.database.read() as connection:
        event.listen(connection, "before_cursor_execute", lambda *said: asked.append(said[2]))
        assert file_lookup.files_of_stems(connection, ["v1", "ink", "%.%"], []) == []
        assert len(asked) == 1  # without an underscore nothing is spelled in another way
        assert file_lookup.files_of_stems(connection, ["v1_5", "%_%", "v1_5_ink"], []) == []
        assert len(asked) == 3
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[2]}", ("%.%",) * asked[2].count("?")).all()
    assert "COVERING INDEX" in plan[0][3]  # all stems, and not the rows


def test_adapters_are_found_by_path(shelf: Shelf) -> None:
    path = shelf.root / "a" / "ink.safetensors"
    write_network_file(path)
    shelf.scan()
    adapter_id = shelf.adapter_id("a/ink.safetensors")
    root = os.path.abspath(shelf.root)
    with shelf.database.read() as connection:
        assert file_lookup.adapter_at(connection, root, "a/ink.safetensors") == adapter_id
        assert file_lookup.adapter_at(connection, root, "ink.safetensors") is None
        elsewhere = Path("/elsewhere/ink.safetensors")
        assert file_lookup.adapters_at(connection, [path, elsewhere]) == {path: (adapter_id, "ink")}
        assert list(file_lookup.root_ids_of(connection, [root, "/elsewhere"])) == [root]
