from __future__ import annotations

from pathlib import Path

import pytest

from lora_manager.application import Application
from lora_manager.db.file_operations import Place
from lora_manager.errors import BadInputError
from lora_manager.services.files.places import check_folder_name, check_stem, roots_of
from lora_manager.services.files.refusal import FileRefusedError
from tests.services.files.library import root_of, write_unit


@pytest.mark.parametrize(
    ("folder", "stored"), [("", ""), ("a", "a"), ("/a//b/", "a/b"), ("a\\b", "a/b"), (" / ", ""), ("ä/星", "ä/星")]
)
def test_folders_as_they_are_stored(folder: str, stored: str) -> None:
    assert check_folder_name(folder) == stored


@pytest.mark.parametrize("folder", ["..", "a/../b", "a:b", "nul", "a/b.", "x" * 300, "a\0"])
def test_folders_that_cannot_be(folder: str) -> None:
    with pytest.raises(BadInputError, match="folder"):
        check_folder_name(folder)


def test_names() -> None:
    assert check_stem(" amber v2 ") == "amber v2"
    for stem in ("", " ", "a/b", "..", "con", "a<b"):
        with pytest.raises(BadInputError, match="name"):
            check_stem(stem)


def test_one_look_follows_what_is_done(application: Application) -> None:
    root = root_of(application)
    write_unit(root, "s/amber.safetensors", beside=(".png",))
    application.scan()
    places, root_id = application.files.places(), application.roots()[0]
    old, new = Place(root_id, "s/amber.png"), Place(root_id, "t/amber.png")
    assert (places.is_taken(old), places.is_taken(new)) == (True, False)
    assert not places.is_taken(old, by_other_than=old)
    places.follow(old, new)
    assert (places.is_taken(old), places.is_taken(new)) == (False, True)
    places.forget(old, new)
    assert (places.is_taken(old), places.is_taken(new)) == (True, False)
    assert not places.ignores_case(root_id) or (root.parent / "lORA").exists()


def test_folders_that_are_not_there_yet(application: Application) -> None:
    (root_of(application) / "a").mkdir()
    places, root_id = application.files.places(), application.roots()[0]
    assert places.missing_folders(Place(root_id, "a/b/c/x.safetensors")) == ["a/b", "a/b/c"]
    assert places.missing_folders(Place(root_id, "x.safetensors")) == []


def test_an_empty_folder_in_which_files_were_is_a_drive_that_is_away(application: Application) -> None:
    root, root_id = root_of(application), application.roots()[0]
    application.files.places().check_root(root_id)
    file = write_unit(root, "amber.safetensors", beside=())
    application.scan()
    file.unlink()
    with pytest.raises(FileRefusedError, match="suddenly empty"):
        application.files.places().check_root(root_id)
    root.rmdir()
    with pytest.raises(FileRefusedError, match="cannot be read"):
        application.files.places().check_root(root_id)


def test_roots_by_their_ids(tmp_path: Path) -> None:
    assert roots_of((3, 1), [tmp_path / "a", tmp_path / "b"]) == {3: tmp_path / "a", 1: tmp_path / "b"}


def test_targets_that_no_system_holds(application: Application) -> None:
    places, root_id = application.files.places(), application.roots()[0]
    with pytest.raises(FileRefusedError, match="device"):
        places.check_target(Place(root_id, "a/con.png"))
    with pytest.raises(FileRefusedError, match="bytes"):
        places.check_target(Place(root_id, "x" * 260))
    (root_of(application) / "file").write_bytes(b"")
    with pytest.raises(FileRefusedError, match="not a folder"):
        places.check_folder(root_id, "file/sub")
