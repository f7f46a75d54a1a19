from __future__ import annotations

import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from lora_manager.application import Application
from lora_manager.errors import NotFoundError
from lora_manager.services.files.refusal import FileRefusedError
from tests.helpers.network_files import lora_tensors, write_network_file
from tests.helpers.shelf import everything, standalone_host
from tests.services.files.library import ME, adapter_at, moved, root_of, rows, tree, value, write_unit


def delete(app: Application, path: str = "amber.safetensors", *, is_new: bool = True) -> int:
    """Write, scan and delete a LoRA; returns its id in the trash."""
    if is_new:
        write_unit(root_of(app), path, "Amber")
        app.scan()
    return app.files.delete(adapter_at(app, path), ME)[1]


def test_the_trash_tells_what_lies_in_it(application: Application) -> None:
    delete(application)
    page = application.trash.page(10, 0)
    (entry,) = page.entries
    assert (page.total, page.days, entry.item.model.old, entry.days_left) == (1, 30, "amber.safetensors", 30)
    assert (entry.item.adapter_name, entry.item.user_name, entry.problem) == ("Amber", "ada", "")
    assert page.bytes == entry.item.size == sum(path.stat().st_size for path in root_of(application).iterdir())
    assert entry.item.preview == "amber.preview.png.trashed"


def test_deleted_for_good(application: Application) -> None:
    trash_id = delete(application)
    write_unit(root_of(application), "other.safetensors")
    size = application.trash.purge(trash_id)
    assert size > 1000
    assert tree(root_of(application)) == moved("other.safetensors", "other")
    assert rows(application) == {"amber.safetensors": "trashed"}
    assert application.trash.page(10, 0).total == 0
    for gone in (application.trash.purge, lambda trash_id: application.files.restore(trash_id, ME)):
        with pytest.raises(NotFoundError):
            gone(trash_id)
    application.scan()
    assert len(everything(application)) == 1
    assert not everything(application, text="is:missing")


def test_what_is_downloaded_again_is_the_same_lora(application: Application) -> None:
    root = root_of(application)
    trash_id = delete(application)
    adapter_id = adapter_at(application, "amber.safetensors.trashed")
    application.trash.purge(trash_id)
    write_unit(root, "amber.safetensors", "Amber")
    application.scan()
    assert adapter_at(application, "amber.safetensors") == adapter_id
    assert everything(application) == [adapter_id]


def test_what_was_taken_out_by_hand_is_back(application: Application) -> None:
    root = root_of(application)
    delete(application)
    for path in list(root.iterdir()):
        path.rename(path.with_name(path.name.removesuffix(".trashed")))
    application.scan()
    assert rows(application) == {"amber.safetensors": "present"}
    assert application.trash.page(10, 0).total == 0


def test_what_came_again_beside_its_old_self_is_told(application: Application) -> None:
    trash_id = delete(application)
    again = root_of(application) / "amber.safetensors"
    shutil.copy2(again.with_name("amber.safetensors.trashed"), again)
    application.scan()
    assert rows(application) == {"amber.safetensors": "present"}
    (entry,) = application.trash.page(10, 0).entries
    assert "in its place again" in entry.problem
    with pytest.raises(FileRefusedError, match="again by itself"):
        application.files.restore(trash_id, ME)
    application.trash.purge(trash_id)
    assert tree(root_of(application)) == {"amber.safetensors"}
    assert rows(application) == {"amber.safetensors": "present"}


def test_another_file_of_its_name_is_another_lora(application: Application) -> None:
    root = root_of(application)
    trash_id = delete(application)
    old = adapter_at(application, "amber.safetensors.trashed")
    mine = (root / "amber.safetensors.trashed").read_bytes()
    other = write_network_file(root / "amber.safetensors", lora_tensors(rank=2, width=16, out_width=16))
    theirs = other.read_bytes()
    for force in (False, True):
        application.scan(force=force)
        new = adapter_at(application, "amber.safetensors")
        assert new != old
        assert everything(application) == [new]
        assert rows(application) == {"amber.safetensors": "present", "amber.safetensors.trashed": "trashed"}
    with pytest.raises(FileRefusedError, match=r"exists already\. Rename or move that one first"):
        application.files.restore(trash_id, ME)
    assert application.trash.page(10, 0).entries[0].problem == ""
    application.files.rename(new, "ochre", ME)
    assert application.files.restore(trash_id, ME)[1] == old
    assert (root / "amber.safetensors").read_bytes() == mine
    assert (root / "ochre.safetensors").read_bytes() == theirs
    report = application.scan()
    assert (report.added, report.removed, report.problems) == (0, 0, [])
    assert sorted(everything(application)) == sorted([old, new])


def test_deleted_twice_under_one_name_both_come_back(application: Application) -> None:
    root = root_of(application)
    first = delete(application)
    mine = (root / "amber.safetensors.trashed").read_bytes()
    write_network_file(root / "amber.safetensors", lora_tensors(rank=2, width=16, out_width=16))
    application.scan()
    second = delete(application, is_new=False)
    application.scan()
    assert application.trash.page(10, 0).total == 2
    application.files.restore(first, ME)
    assert (root / "amber.safetensors").read_bytes() == mine
    application.scan()
    with pytest.raises(FileRefusedError, match="exists already"):
        application.files.restore(second, ME)
    application.trash.purge(second)
    application.scan()
    assert len(everything(application)) == 1


def test_what_lies_at_the_old_place_is_never_written_over(application: Application) -> None:
    trash_id = delete(application)
    (root_of(application) / "amber.json").write_text("{}", encoding="utf-8")
    with pytest.raises(FileRefusedError, match="exists already"):
        application.files.restore(trash_id, ME)
    assert (root_of(application) / "amber.json").read_text(encoding="utf-8") == "{}"


def test_what_somebody_removed_from_the_trash_is_said(application: Application) -> None:
    root = root_of(application)
    trash_id = delete(application)
    (root / "amber.txt.trashed").unlink()
    assert "amber.txt.trashed" in application.trash.page(10, 0).entries[0].problem
    (root / "amber.safetensors.trashed").unlink()
    assert "cannot be restored" in application.trash.page(10, 0).entries[0].problem
    with pytest.raises(NotFoundError, match="not in the trash any more"):
        application.files.restore(trash_id, ME)
    application.trash.purge(trash_id)
    assert tree(root) == set()


def test_what_is_older_than_the_setting_goes(application: Application) -> None:
    delete(application)
    now = datetime.now(timezone.utc)
    assert application.trash.purge_expired(now + timedelta(days=29)) == 0
    application.settings.change({"trash_days": 0})
    assert application.trash.purge_expired(now + timedelta(days=4000)) == 0
    application.settings.change({"trash_days": 5})
    assert application.trash.page(10, 0).entries[0].days_left == 5
    assert application.trash.purge_expired(now + timedelta(days=5, minutes=1)) == 1
    assert tree(root_of(application)) == set()


def test_all_of_it(application: Application) -> None:
    delete(application)
    delete(application, "s/birch.safetensors")
    said: list[int] = []
    told = application.trash.empty(lambda done, total, message: said.append(done))
    assert (told["changed"], told["problem_count"], said) == (2, 0, [1, 2])
    assert tree(root_of(application)) == set()


def test_nothing_is_taken_for_deleted_while_its_drive_is_away(application: Application, tmp_path: Path) -> None:
    trash_id = delete(application)
    root = root_of(application)
    root.rename(tmp_path / "away")
    with pytest.raises(FileRefusedError, match="drive"):
        application.trash.purge(trash_id)
    assert "drive" in application.trash.page(10, 0).entries[0].problem
    (tmp_path / "away").rename(root)
    assert application.trash.purge(trash_id)


def test_what_an_older_database_does_not_know_of_is_found(
    application: Application, caplog: pytest.LogCaptureFixture
) -> None:
    root = root_of(application)
    write_unit(root, "amber.safetensors", "Amber")
    write_unit(root, "amber_two.safetensors")
    application.scan()
    for path in list(root.glob("amber.*")):
        path.rename(path.with_name(path.name + ".trashed"))
    (root / "stranger.safetensors.trashed").write_bytes(b"x")
    adapter_id = adapter_at(application, "amber.safetensors")
    found = application.trash.find_lost()
    assert (found.adapters, found.unknown) == (1, [str(root / "stranger.safetensors.trashed")])
    assert "stranger.safetensors.trashed" in caplog.text
    assert adapter_id not in everything(application)
    (entry,) = application.trash.page(10, 0).entries
    assert len(entry.item.files) == len(moved("amber.safetensors", "amber"))
    assert application.trash.find_lost().adapters == 0
    application.files.restore(entry.item.id, ME)
    assert moved("amber.safetensors", "amber") < tree(root)
    assert value(application, "SELECT count(*) FROM trash") == 0


def test_a_folder_that_is_seen_under_another_path_keeps_its_trash_and_its_undo(
    application: Application, tmp_path: Path
) -> None:
    root = root_of(application)
    trash_id = delete(application)
    for name in ("birch", "cedar", "dogwood"):
        write_unit(root, f"s/{name}.safetensors")
    application.scan()
    set_id = application.files.rename(adapter_at(application, "s/birch.safetensors"), "beech", ME)
    assert set_id is not None
    root.rename(tmp_path / "Elsewhere")
    other = Application(standalone_host(tmp_path, tmp_path / "Elsewhere"), application.location)
    try:
        other.scan()
        assert other.history.undo(set_id, ME).reverted == 1
        other.files.restore(trash_id, ME)
        assert moved("amber.safetensors", "amber") < tree(tmp_path / "Elsewhere")
        assert set(rows(other)) == {
            "amber.safetensors",
            *(f"s/{name}.safetensors" for name in ("birch", "cedar", "dogwood")),
        }
        assert set(rows(other).values()) == {"present"}
    finally:
        other.close()
