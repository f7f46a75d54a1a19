from __future__ import annotations

import shutil

from lora_manager.db.edits.apply import edit_adapter
from tests.helpers.network_files import civitai_model, write_adapter, write_network_file
from tests.helpers.shelf import Shelf

FILES = [f"style/lantern{number}.safetensors" for number in range(10)]


def fill(shelf: Shelf) -> int:
    """Ten LoRAs, one of them with a note of the user; returns its adapter."""
    for path in FILES:
        write_network_file(shelf.root / path)
    write_adapter(shelf.root, "amber", civitai_model("Amber", "amber.safetensors"))
    shelf.scan()
    adapter_id = shelf.adapter_id("amber.safetensors")
    with shelf.database.write() as connection:
        edit_adapter(connection, adapter_id, {"notes": "mine", "rating": 4})
    return adapter_id


def moved(shelf: Shelf, *, copy: bool = False) -> Shelf:
    """The same library under another path, not scanned there yet."""
    target = shelf.root.parent / "elsewhere" / "Loras2"
    target.parent.mkdir()
    if copy:
        shutil.copytree(shelf.root, target, copy_function=shutil.copyfile)  # times are not kept
    else:
        shelf.root.rename(target)
    return Shelf(shelf.database, target)


def test_a_renamed_folder_keeps_everything(shelf: Shelf) -> None:
    adapter_id = fill(shelf)
    there = moved(shelf)
    report = there.scan()
    assert (report.found, report.added, report.removed) == (11, 0, 0)
    assert there.adapter_id("amber.safetensors") == adapter_id
    detail = there.detail("amber.safetensors")
    assert (detail.fields["notes"], detail.fields["rating"]) == ("mine", 4)
    assert {root for _, root in [(row.name, row.root) for row in there.rows().values()]} == {str(there.root)}
    assert there.scan().unchanged == 11


def test_problems_go_with_a_renamed_folder(shelf: Shelf) -> None:
    """What was read before is not read again, so nobody would find them a second time."""
    fill(shelf)
    for name in ("style/bad.safetensors", "broken.safetensors"):
        (shelf.root / name).write_bytes(b"\xff" * 64)
    (shelf.root / "style" / "alone.json").write_text("{}", encoding="utf-8")
    (shelf.root / "amber.json").write_text("{", encoding="utf-8")
    shelf.scan()
    known = shelf.problems()
    assert len(known) == 4
    away = shelf.root.parent / "away"
    shelf.root.rename(away)
    shelf.scan()  # now the old root itself is a problem
    away.rename(shelf.root)
    there = moved(shelf)
    there.scan()
    assert there.problems() == known
    (there.root / "broken.safetensors").unlink()
    there.scan()
    assert there.problems() == {path: kind for path, kind in known.items() if path != "broken.safetensors"}
    assert there.scan(force=True).unchanged == 0
    assert len(there.problems()) == 3


def test_a_copy_whose_original_is_gone_keeps_everything_too(shelf: Shelf) -> None:
    adapter_id = fill(shelf)
    there = moved(shelf, copy=True)
    shutil.rmtree(shelf.root)
    (there.root / FILES[0]).unlink()
    report = there.scan()
    assert (report.added, report.removed) == (0, 1)
    assert there.adapter_id("amber.safetensors") == adapter_id


def test_a_copy_beside_its_original_is_a_library_of_its_own(shelf: Shelf) -> None:
    adapter_id = fill(shelf)
    there = moved(shelf, copy=True)
    assert there.scan().added == 11
    assert there.adapter_id("amber.safetensors") != adapter_id


def test_another_library_takes_nothing_over(shelf: Shelf) -> None:
    fill(shelf)
    other = Shelf(shelf.database, shelf.root.parent / "other")
    write_network_file(other.root / FILES[0])
    for number in range(5):
        write_network_file(other.root / f"new{number}.safetensors")
    shutil.rmtree(shelf.root)
    assert other.scan().added == 6


def test_a_root_that_has_files_of_its_own_takes_nothing_over(shelf: Shelf) -> None:
    fill(shelf)
    other = Shelf(shelf.database, shelf.root.parent / "other")
    write_network_file(other.root / "own.safetensors")
    other.scan()
    shutil.copytree(shelf.root, other.root, dirs_exist_ok=True)
    shutil.rmtree(shelf.root)
    assert other.scan().added == 11


def test_a_drive_that_is_not_connected_is_waited_for(shelf: Shelf) -> None:
    adapter_id = fill(shelf)
    away = shelf.root.parent / "away"
    shelf.root.rename(away)
    assert shelf.scan().roots_offline == [str(shelf.root)]
    away.rename(shelf.root)
    assert shelf.scan().unchanged == 11
    assert shelf.adapter_id("amber.safetensors") == adapter_id
