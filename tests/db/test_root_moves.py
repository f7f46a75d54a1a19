from __future__ import annotations

from lora_manager.db import root_moves
from lora_manager.db.revision import catalogue_revision
from lora_manager.db.scan_state import known_files, recorded_problems, root_ids, scanned_folders
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
        assert known_files(connection, new) == files
        assert root_moves.other_roots(connection, [new]) == {}
        assert (recorded_problems(connection, new), scanned_folders(connection, new)) == ([], {})
        assert catalogue_revision(connection) > before


def test_a_missing_file_is_not_looked_for_in_the_new_place(shelf: Shelf) -> None:
    for name in ("a", "b"):
        write_network_file(shelf.root / f"{name}.safetensors")
    shelf.scan()
    (shelf.root / "b.safetensors").unlink()
    shelf.scan()
    with shelf.database.read() as connection:
        assert [path for path, _ in root_moves.sizes_by_path(connection, 1)] == ["a.safetensors"]
