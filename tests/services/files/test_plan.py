from __future__ import annotations

import os
import time

import pytest

from lora_manager.application import Application
from lora_manager.db.file_operations import Place
from lora_manager.db.file_places import UnitRow, unit_rows
from lora_manager.services.files.plan import SETTLED_S, Planner, Wish, shown
from lora_manager.services.files.refusal import FileRefusedError
from tests.helpers.network_files import network_file_bytes
from tests.services.files.library import adapter_at, root_of, write_unit


def unit(app: Application, path: str) -> UnitRow:
    adapter_id = adapter_at(app, path)
    with app.database.read() as connection:
        return unit_rows(connection, [adapter_id])[adapter_id]


def test_steps_end_with_the_file_itself(application: Application) -> None:
    write_unit(root_of(application), "amber.safetensors", beside=(".png", ".civitai.info"))
    application.scan()
    operation = Planner(application.files.places()).move(unit(application, "amber.safetensors"), Wish(stem="new"))
    assert operation is not None
    assert [(step.source.path, step.target.path) for step in operation.steps] == [
        ("amber.civitai.info", "new.civitai.info"),
        ("amber.png", "new.png"),
        ("amber.safetensors", "new.safetensors"),
    ]
    assert operation.model.size == (root_of(application) / "amber.safetensors").stat().st_size


def test_each_is_planned_as_if_those_before_were_done(application: Application) -> None:
    root = root_of(application)
    for name in ("a", "b", "c"):
        write_unit(root, f"{name}/amber.safetensors", beside=(".png",))
    application.scan()
    planner, wish = Planner(application.files.places()), Wish(folder="all", is_numbered=True)
    planned = [planner.move(unit(application, f"{name}/amber.safetensors"), wish) for name in ("a", "b", "c")]
    names = [operation.model.target.path for operation in planned if operation is not None]
    assert names == ["all/amber.safetensors", "all/amber_2.safetensors", "all/amber_3.safetensors"]
    with pytest.raises(FileRefusedError, match="exists already"):
        Planner(application.files.places()).move(unit(application, "a/amber.safetensors"), Wish(folder="b"))


def test_one_that_has_a_number_already_keeps_it(application: Application) -> None:
    root = root_of(application)
    write_unit(root, "amber.safetensors", beside=())
    write_unit(root, "amber_2.safetensors", beside=())
    application.scan()
    wish = Wish(stem="amber", is_numbered=True)
    assert Planner(application.files.places()).move(unit(application, "amber_2.safetensors"), wish) is None


def test_a_download_that_will_not_go_on_can_be_deleted(application: Application) -> None:
    path = root_of(application) / "amber.safetensors"
    path.write_bytes(network_file_bytes()[:-20])
    application.scan()
    with pytest.raises(FileRefusedError, match="still being downloaded"):
        Planner(application.files.places()).trash(unit(application, "amber.safetensors"), None)
    long_ago = time.time() - SETTLED_S - 60
    os.utime(path, (long_ago, long_ago))
    application.scan()
    assert Planner(application.files.places()).trash(unit(application, "amber.safetensors"), None).steps
    with pytest.raises(FileRefusedError, match="still being downloaded"):
        Planner(application.files.places()).move(unit(application, "amber.safetensors"), Wish(stem="new"))


def test_a_name_too_long_for_its_ending_is_cut_in_the_trash(application: Application) -> None:
    name = "x" * 240 + ".safetensors"
    write_unit(root_of(application), name, beside=())
    application.scan()
    (step,) = Planner(application.files.places()).trash(unit(application, name), None).steps
    assert len(step.target.path) == 255
    assert step.target.path.endswith(".trashed")


def test_what_is_missing_or_deleted_is_not_touched(application: Application) -> None:
    root = root_of(application)
    write_unit(root, "amber.safetensors", beside=())
    write_unit(root, "other.safetensors", beside=())
    application.scan()
    (root / "amber.safetensors").unlink()
    application.scan()
    with pytest.raises(FileRefusedError, match="is missing"):
        Planner(application.files.places()).trash(unit(application, "amber.safetensors"), None)
    row = unit(application, "other.safetensors")._replace(state="trashed")
    with pytest.raises(FileRefusedError, match="Restore it first"):
        Planner(application.files.places()).move(row, Wish(stem="x"))


def test_paths_are_shown_below_the_root_when_there_is_one(application: Application) -> None:
    place = Place(application.roots()[0], "a/b.safetensors")
    places = application.files.places()
    assert shown(places, place) == "a/b.safetensors"
    places.roots = {**places.roots, 99: root_of(application)}
    assert shown(places, place) == str(root_of(application) / "a" / "b.safetensors")
