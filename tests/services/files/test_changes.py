from __future__ import annotations

import os
from pathlib import Path

import pytest

from lora_manager.application import Application
from lora_manager.db.history import Act
from lora_manager.errors import BadInputError, NotFoundError
from lora_manager.services.files.changes import Run
from lora_manager.services.files.plan import Wish
from lora_manager.services.files.refusal import FileRefusedError
from tests.helpers.network_files import civitai_model, write_json, write_network_file
from tests.helpers.shelf import everything
from tests.services.files.library import (
    ME,
    adapter_at,
    contents,
    is_begun,
    moved,
    root_of,
    rows,
    tree,
    value,
    write_unit,
)


def test_a_move_takes_everything_along(application: Application) -> None:
    root = root_of(application)
    write_unit(root, "style/amber.safetensors", "Amber")
    write_unit(root, "style/amber_two.safetensors")
    write_unit(root, "style/amber.v2.safetensors")
    application.scan()
    adapter_id, before = adapter_at(application, "style/amber.safetensors"), contents(root)
    left = moved("style/amber_two.safetensors", "amber_two") | moved("style/amber.v2.safetensors", "amber.v2")
    set_id = application.files.move(adapter_id, None, "new/deep", ME)
    assert set_id
    assert tree(root) == moved("new/deep/amber.safetensors", "amber") | left
    assert contents(root) == before
    assert adapter_at(application, "new/deep/amber.safetensors") == adapter_id
    assert value(application, "SELECT count(*) FROM sidecar WHERE relative_path LIKE 'new/deep/%'") == 5
    assert value(application, "SELECT preview FROM network_file WHERE adapter_id = ?", adapter_id).startswith(
        "new/deep/"
    )
    assert value(application, "SELECT state FROM change_set WHERE id = ?", set_id) == "done"
    report = application.scan()
    assert (report.added, report.removed, report.problems) == (0, 0, [])
    assert application.scan().updated == 0


def test_a_rename_keeps_each_files_own_ending(application: Application) -> None:
    root = root_of(application)
    write_unit(root, "amber.safetensors", "Amber")
    application.scan()
    adapter_id = adapter_at(application, "amber.safetensors")
    application.files.rename(adapter_id, "ochre.v1", ME)
    assert tree(root) == moved("ochre.v1.safetensors", "ochre.v1")
    application.scan()
    assert rows(application) == {"ochre.v1.safetensors": "present"}
    assert value(application, "SELECT name FROM adapter") == "Amber"


def test_the_name_of_a_file_without_a_record_follows_it(application: Application) -> None:
    root = root_of(application)
    write_network_file(root / "amber.safetensors")
    application.scan()
    application.files.rename(adapter_at(application, "amber.safetensors"), "ochre", ME)
    assert value(application, "SELECT name FROM adapter") == "ochre"
    assert everything(application, text="ochre")
    assert not everything(application, text="amber")
    application.scan()
    assert value(application, "SELECT name FROM adapter") == "ochre"


def test_what_two_files_share_stays_with_the_one_that_stays(application: Application) -> None:
    root = root_of(application)
    write_unit(root, "amber.safetensors", beside=(".json", ".png", ".safetensors.rgthree-info.json"))
    (root / "amber.pt").write_bytes(b"a pickle")
    application.scan()
    application.files.move(adapter_at(application, "amber.safetensors"), None, "away", ME)
    assert tree(root) == {
        *("amber.pt", "amber.json", "amber.png"),
        *("away/amber.safetensors", "away/amber.safetensors.rgthree-info.json"),
    }
    application.scan()
    application.files.move(adapter_at(application, "amber.pt"), None, "other", ME)
    assert {"other/amber.pt", "other/amber.json", "other/amber.png"} < tree(root)


def test_a_record_that_speaks_of_the_file_under_another_name_goes_along(application: Application) -> None:
    root = root_of(application)
    write_network_file(root / "local.safetensors")
    write_json(root / "published.civitai.info", civitai_model("Amber", "local.safetensors"))
    application.scan()
    adapter_id = adapter_at(application, "local.safetensors")
    application.files.rename(adapter_id, "mine", ME)
    assert tree(root) == {"mine.safetensors", "mine.civitai.info"}
    application.scan()
    assert value(application, "SELECT name FROM adapter") == "Amber"


def test_deleted_files_are_in_no_list_and_come_back(application: Application) -> None:
    root = root_of(application)
    write_unit(root, "s/amber.safetensors", "Amber")
    write_unit(root, "s/other.safetensors", "Other")
    application.scan()
    adapter_id, before = adapter_at(application, "s/amber.safetensors"), tree(root)
    set_id, trash_id = application.files.delete(adapter_id, ME)
    assert set_id
    gone = moved("s/amber.safetensors", "amber")
    assert tree(root) == (before - gone) | {f"{name}.trashed" for name in gone}
    for query in ("", "amber", "is:missing"):
        assert adapter_id not in everything(application, text=query)
    with application.database.read() as connection:
        assert not application.tag_names.resolve(connection, ["amber"])
    assert application.scan().removed == 0
    assert rows(application) == {"s/amber.safetensors.trashed": "trashed", "s/other.safetensors": "present"}
    back = application.files.restore(trash_id, ME)
    assert back[1] == adapter_id
    assert tree(root) == before
    assert adapter_id in everything(application, text="amber")
    report = application.scan()
    assert (report.added, report.removed) == (0, 0)


def test_what_was_deleted_twice_has_two_names(application: Application) -> None:
    root = root_of(application)
    for _ in range(2):
        write_unit(root, "amber.safetensors")
        application.scan()
        application.files.delete(adapter_at(application, "amber.safetensors"), ME)
    names = {name for name in tree(root) if name.startswith("amber.safetensors.trashed")}
    assert names == {"amber.safetensors.trashed", "amber.safetensors.trashed.1"}


def test_refused_with_the_reason(application: Application) -> None:
    root = root_of(application)
    write_unit(root, "amber.safetensors")
    write_unit(root, "taken.safetensors")
    write_network_file(root / "sub" / "amber.safetensors")
    (root / "sub2").mkdir()
    (root / "sub2" / "amber.json").write_text("{}", encoding="utf-8")
    application.scan()
    adapter_id, before = adapter_at(application, "amber.safetensors"), tree(root)
    files = application.files
    for name, why in (("taken", "exists already"), ("CON", "device"), ("a/b", "cannot hold"), ("x" * 300, "bytes")):
        with pytest.raises((FileRefusedError, BadInputError), match=why):
            files.rename(adapter_id, name, ME)
    for folder, why in (("sub", "exists already"), ("sub2", "amber.json"), ("../out", "dots"), ("a/NUL", "device")):
        with pytest.raises((FileRefusedError, BadInputError), match=why):
            files.move(adapter_id, None, folder, ME)
    with pytest.raises(FileRefusedError, match="none of the LoRA folders"):
        files.move(adapter_id, 99, "", ME)
    with pytest.raises(NotFoundError):
        files.rename(99999, "x", ME)
    os.utime(root / "amber.safetensors", (5, 5))
    with pytest.raises(FileRefusedError, match=r"changed since it was scanned. Scan"):
        files.rename(adapter_id, "new", ME)
    assert tree(root) == before
    assert not is_begun(application)
    assert value(application, "SELECT count(*) FROM change_set WHERE kind <> 'import'") == 0


def test_a_place_it_has_already_is_no_change(application: Application) -> None:
    write_unit(root_of(application), "s/amber.safetensors")
    application.scan()
    adapter_id = adapter_at(application, "s/amber.safetensors")
    assert application.files.rename(adapter_id, "amber", ME) is None
    assert application.files.move(adapter_id, None, "s", ME) is None


def test_another_spelling_of_the_name_is_no_collision(application: Application) -> None:
    root = root_of(application)
    write_unit(root, "amber.safetensors")
    application.scan()
    application.files.rename(adapter_at(application, "amber.safetensors"), "Amber", ME)
    assert tree(root) == moved("Amber.safetensors", "Amber")


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own there")
def test_a_folder_that_is_a_link_out_of_the_library_is_left_alone(application: Application, tmp_path: Path) -> None:
    root = root_of(application)
    outside = tmp_path / "outside"
    write_unit(outside, "amber.safetensors")
    write_unit(root, "inside.safetensors")
    (root / "linked").symlink_to(outside, target_is_directory=True)
    application.scan()
    with pytest.raises(FileRefusedError, match="leads out of the LoRA folders"):
        application.files.rename(adapter_at(application, "linked/amber.safetensors"), "new", ME)
    with pytest.raises(FileRefusedError, match="leads out of the LoRA folders"):
        application.files.move(adapter_at(application, "inside.safetensors"), None, "linked/sub", ME)


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own there")
def test_a_file_that_is_a_relative_link_still_leads_to_its_file(application: Application, tmp_path: Path) -> None:
    root = root_of(application)
    write_network_file(tmp_path / "store" / "blob")
    (root / "amber.safetensors").symlink_to(Path("..") / "store" / "blob")
    application.scan()
    application.files.move(adapter_at(application, "amber.safetensors"), None, "a/b", ME)
    link = root / "a" / "b" / "amber.safetensors"
    assert link.is_symlink()
    assert link.read_bytes() == (tmp_path / "store" / "blob").read_bytes()
    assert application.scan().removed == 0


def test_a_download_that_goes_on_is_left_alone(application: Application) -> None:
    root = root_of(application)
    write_unit(root, "amber.safetensors", beside=())
    (root / "amber.safetensors.aria2").write_bytes(b"")
    application.scan()
    with pytest.raises(FileRefusedError, match="still being downloaded"):
        application.files.rename(adapter_at(application, "amber.safetensors"), "new", ME)


def test_a_file_takes_the_place_of_one_that_is_missing(application: Application) -> None:
    root = root_of(application)
    write_unit(root, "amber.safetensors")
    write_unit(root, "ochre.safetensors", beside=())
    application.scan()
    (root / "ochre.safetensors").unlink()
    application.scan()
    assert rows(application)["ochre.safetensors"] == "missing"
    application.files.rename(adapter_at(application, "amber.safetensors"), "ochre", ME)
    assert sorted(rows(application).values()) == ["missing", "present"]
    application.scan()
    assert rows(application)["ochre.safetensors"] == "present"


def test_the_host_is_told_once(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    monkeypatch.setattr(application.host, "refresh_networks", lambda: told.append(1))
    write_unit(root_of(application), "amber.safetensors")
    application.scan()
    told.clear()
    application.files.rename(adapter_at(application, "amber.safetensors"), "new", ME)
    assert told == [1]


def test_a_run_that_is_cancelled_stops_between_two_loras(application: Application) -> None:
    root = root_of(application)
    for number in range(6):
        write_unit(root, f"lora_{number}.safetensors")
    application.scan()
    ids = sorted(everything(application))
    said: list[tuple[int, int]] = []

    def cancelled() -> bool:
        return len(said) > 2

    wish = Wish(folder="away")
    with application.files.open_set(Act("move", "page")) as set_id:
        result = application.files.run(
            ids,
            lambda planner, unit: planner.move(unit, wish),
            Run(set_id, lambda done, total, _: said.append((done, total)), cancelled),
        )
    assert (result.changed, result.problems) == (2, [])
    assert said[:3] == [(0, 6), (1, 6), (2, 6)]
    assert not is_begun(application)
    assert sum(path.startswith("away/") for path in rows(application)) == 2
    assert application.scan().added == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_pipes_and_folders_stay_where_they_are(application: Application) -> None:
    root = root_of(application)
    write_network_file(root / "in/amber.safetensors")
    application.scan()
    os.mkfifo(root / "in/amber.json")
    (root / "in/amber.png").mkdir()
    (root / "nowhere").mkdir()
    (root / "in/amber.txt").symlink_to(root / "nowhere" / "gone.txt")
    application.files.move(adapter_at(application, "in/amber.safetensors"), None, "out", ME)
    assert sorted(os.listdir(root / "out")) == ["amber.safetensors", "amber.txt"]
    assert sorted(os.listdir(root / "in")) == ["amber.json", "amber.png"]


@pytest.mark.skipif(os.name == "nt", reason="whole paths are shorter there")
def test_long_names_do_not_meet_in_the_trash(application: Application) -> None:
    root = root_of(application)
    stem = "x" * 243
    write_network_file(root / f"{stem}.safetensors"[-255:])
    for ending in (".preview.png", ".preview.jpg", ".png"):
        (root / f"{stem}{ending}").write_bytes(ending.encode())
    application.scan()
    (path,) = rows(application)
    before = contents(root), tree(root)
    _, trash_id = application.files.delete(adapter_at(application, path), ME)
    assert contents(root) == before[0]
    assert all(".trashed" in name for name in tree(root))
    application.files.restore(trash_id, ME)
    assert (contents(root), tree(root)) == before
