from __future__ import annotations

from lora_manager.db.edits.apply import Edit, apply_edits
from lora_manager.db.history import Act, open_set
from lora_manager.db.sidecar_writes import (
    Write,
    busy_with_files,
    edited_since_written,
    forget_writes,
    kept_contents,
    last_noted_writes,
    note_writes,
    record_sidecars,
    replace_write_problems,
    targets_of,
    values_to_write,
)
from lora_manager.db.tables import FileOperation
from tests.helpers.network_files import civitai_model, write_adapter, write_network_file
from tests.helpers.shelf import Shelf


def test_a_target_knows_its_places_and_its_twins(shelf: Shelf) -> None:
    write_adapter(shelf.root / "a", "amber")
    write_network_file(shelf.root / "a" / "amber.pt")
    write_adapter(shelf.root, "amber")
    shelf.scan()
    ids = {path: row.adapter_id for path, row in shelf.rows().items()}
    with shelf.database.read() as connection:
        targets = targets_of(connection, [*ids.values(), 999])
        assert busy_with_files(connection, [target.file_id for target in targets.values()]) == set()
    assert set(targets) == set(ids.values())
    inner = targets[ids["a/amber.safetensors"]]
    assert (inner.relative_path, inner.beside(".json")) == ("a/amber.safetensors", "a/amber.json")
    assert inner.absolute(".civitai.info") == str(shelf.root / "a" / "amber.civitai.info")
    assert inner.twins == ("amber.pt",)
    assert targets[ids["amber.safetensors"]].twins == (), "another folder"


def test_what_the_user_set_is_told_from_what_sources_say(shelf: Shelf) -> None:
    write_adapter(shelf.root, "amber", civitai_model("Amber", "amber.safetensors"))
    shelf.scan()
    adapter_id = shelf.adapter_id("amber.safetensors")
    with shelf.database.write() as connection:
        assert edited_since_written(connection) == []
        open_set(connection, Act("write_back", "page"))
        connection.exec_driver_sql("UPDATE change_set SET created_at = '2001'")
        apply_edits(connection, [Edit(adapter_id, {"notes": None, "active": False, "rating": 3})])
        own, sourced = values_to_write(connection, [adapter_id])[adapter_id]
        assert edited_since_written(connection) == [adapter_id]
    assert own == {"notes": None, "active": False, "rating": 3}
    assert (sourced["name"], sourced["weight"], sourced["tags"]) == ("Amber", 0.7, ["lantern", "style"])
    assert not {"ordinal", "favourite", "negative_text", *own}.intersection(sourced)


def test_writes_are_noted_with_what_stood_there(shelf: Shelf) -> None:
    write_adapter(shelf.root, "amber")
    shelf.scan()
    adapter_id = shelf.adapter_id("amber.safetensors")
    with shelf.database.write() as connection:
        target = targets_of(connection, [adapter_id])[adapter_id]
        set_id = open_set(connection, Act("write_back", "page"))
        ids = note_writes(
            connection,
            set_id,
            [Write(target, ".json", b"old", b"new"), Write(target, ".json", None, b"x")],
            ["d1", "d2"],
        )
        assert kept_contents(connection, ids) == {ids[0]: b"old", ids[1]: None}
        noted = last_noted_writes(connection, 1)
        assert [(one.change_id, one.path, one.digest) for one in noted] == [(ids[1], "amber.json", "d2")]
        forget_writes(connection, set_id, ids)
        assert last_noted_writes(connection, 9) == []
        record_sidecars(connection, [(target, "amber.json", None)])


def test_a_problem_goes_when_it_went_well(shelf: Shelf) -> None:
    write_adapter(shelf.root, "amber")
    shelf.scan()
    adapter_id = shelf.adapter_id("amber.safetensors")
    with shelf.database.write() as connection:
        target = targets_of(connection, [adapter_id])[adapter_id]
        paths = {target: target.absolute(".json")}
        replace_write_problems(connection, {target: "no"}, paths)
        replace_write_problems(connection, {target: "still no"}, paths)
    assert shelf.problems() == {"amber.json": "not_written_back"}
    with shelf.database.write() as connection:
        replace_write_problems(connection, {target: ""}, paths)
    assert shelf.problems() == {}


def test_a_file_that_is_being_moved_is_busy(shelf: Shelf) -> None:
    write_adapter(shelf.root, "amber")
    shelf.scan()
    file_id = shelf.rows()["amber.safetensors"].file_id
    with shelf.database.write() as connection:
        set_id = open_set(connection, Act("move", "page"))
        row = {"set_id": set_id, "network_file_id": file_id, "kind": "move", "steps": [], "begun_at": "2026"}
        connection.execute(FileOperation.__table__.insert(), {**row, "state": "begun"})  # type: ignore[attr-defined]
        assert busy_with_files(connection, [file_id]) == {file_id}
