from __future__ import annotations

from lora_manager.db import file_operations, file_places
from lora_manager.db.file_operations import MOVE, RESTORE, TRASH, Operation, Place, Step
from lora_manager.db.former_names import former_places_of
from lora_manager.db.history import Act, open_set
from lora_manager.db.trash import trash_ids
from tests.helpers.network_files import civitai_model, write_json, write_network_file
from tests.helpers.shelf import Shelf


def begun(shelf: Shelf, file_id: int, kind: str, *paths: tuple[str, str], **details: object) -> list[Operation]:
    steps = tuple(Step(Place(1, old), Place(1, new), 1, 1) for old, new in paths)
    with shelf.database.write() as connection:
        set_id = open_set(connection, Act(kind, "page"))
        return file_operations.begin(connection, [Operation(file_id, kind, steps, set_id, dict(details))], "")


def test_the_rows_follow_a_file_there_and_into_the_trash_and_back(shelf: Shelf) -> None:
    write_network_file(shelf.root / "s" / "a.safetensors")
    write_json(shelf.root / "s" / "a.civitai.info", civitai_model("Amber", "a.safetensors"))
    (shelf.root / "s" / "a.png").write_bytes(b"x")
    shelf.scan()
    row = shelf.rows()["s/a.safetensors"]
    endings = (".civitai.info", ".png", ".safetensors")
    there = begun(shelf, row.file_id, MOVE, *((f"s/a{end}", f"t/b{end}") for end in endings))
    away = begun(shelf, row.file_id, TRASH, *((f"t/b{end}", f"t/b{end}.trashed") for end in endings))
    with shelf.database.write() as connection:
        (changes,) = file_places.write_places(connection, there).values()
        assert [(change.field, change.old["path"], change.new["path"]) for change in changes] == [
            ("file", "s/a.safetensors", "t/b.safetensors")
        ]
        unit = file_places.unit_rows(connection, [row.adapter_id])[row.adapter_id]
        assert (unit.path, unit.folder, unit.name, unit.stem) == ("t/b.safetensors", "t", "b.safetensors", "b")
        assert file_places.recorded_sidecars(connection, 1, "t") == {"b.civitai.info": "b.safetensors"}
        assert [place.stem for place in former_places_of(connection, row.adapter_id)] == ["a"]
        (changes,) = file_places.write_places(connection, away).values()
        (trash_id,) = trash_ids(connection, [1])
        assert (changes[0].field, changes[0].old, changes[0].new) == ("trash", None, {"trash_id": trash_id})
        assert file_places.unit_rows(connection, [row.adapter_id])[row.adapter_id].state == "trashed"
        assert not file_places.holds_files(connection, 1)
    back = begun(
        shelf, row.file_id, RESTORE, *((f"t/b{end}.trashed", f"t/b{end}") for end in endings), trash_id=trash_id
    )
    with shelf.database.write() as connection:
        file_places.write_places(connection, back)
        assert trash_ids(connection, [1]) == []
        assert file_places.files_at(connection, [Place(1, "t/b.safetensors"), Place(2, "x")]) == {
            Place(1, "t/b.safetensors"): row.file_id
        }
        assert file_places.root_paths(connection) == {1: str(shelf.root)}
    assert shelf.states() == {"t/b.safetensors": "present"}


def test_a_missing_file_makes_way(shelf: Shelf) -> None:
    for name in ("a", "b"):
        write_network_file(shelf.root / f"{name}.safetensors")
    shelf.scan()
    (shelf.root / "b.safetensors").unlink()
    shelf.scan()
    missing = shelf.rows()["b.safetensors"].file_id
    operations = begun(shelf, shelf.rows()["a.safetensors"].file_id, MOVE, ("a.safetensors", "b.safetensors"))
    with shelf.database.write() as connection:
        file_places.write_places(connection, operations)
    assert shelf.states() == {f"b.safetensors.gone-{missing}": "missing", "b.safetensors": "present"}


def test_problems_go_with_their_files(shelf: Shelf) -> None:
    (shelf.root / "a.safetensors").write_bytes(b"\xff" * 64)
    shelf.scan()
    assert set(shelf.problems()) == {"a.safetensors"}
    operations = begun(shelf, shelf.rows()["a.safetensors"].file_id, MOVE, ("a.safetensors", "b.safetensors"))
    with shelf.database.write() as connection:
        file_places.write_places(connection, operations)
    assert set(shelf.problems()) == {"b.safetensors"}
