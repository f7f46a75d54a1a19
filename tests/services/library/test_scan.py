from __future__ import annotations

import os
import shutil
from dataclasses import fields

import pytest

from lora_manager.db.revision import catalogue_revision
from lora_manager.services.library import scan as module
from tests.helpers.network_files import (
    civitai_model,
    network_file_bytes,
    write_adapter,
    write_json,
    write_network_file,
)
from tests.helpers.shelf import Shelf, keep_times, touch_later
from tests.services.library.counting import counts, edit, small_files

# --- new, changed, gone, back ----------------------------------------------------------------------------------------


def test_what_is_new_is_listed_and_what_is_known_is_left_alone(shelf: Shelf) -> None:
    write_adapter(shelf.root, "amber", civitai_model("Amber Lantern", "amber.safetensors"))
    write_network_file(shelf.root / "style" / "dusk.safetensors")
    (shelf.root / "old.pt").write_bytes(b"pickle")
    assert counts(shelf.scan()) == (3, 3, 0, 0, 0)
    assert {path: row.name for path, row in shelf.rows().items()} == {
        "amber.safetensors": "Amber Lantern",
        "style/dusk.safetensors": "dusk",
        "old.pt": "old",
    }
    assert counts(shelf.scan()) == (3, 0, 0, 3, 0)
    assert counts(shelf.scan(force=True)) == (3, 0, 3, 0, 0)


def test_only_what_changed_is_read_again(shelf: Shelf) -> None:
    for stem in ("a", "b", "c"):
        write_adapter(shelf.root, stem, civitai_model(stem.upper(), f"{stem}.safetensors"))
    shelf.scan()
    write_json(shelf.root / "b.json", civitai_model("Better name", "b.safetensors"))
    assert counts(shelf.scan()) == (3, 0, 1, 2, 0)
    assert shelf.rows()["b.safetensors"].name == "Better name"


def test_a_record_of_the_same_size_and_time_is_read_by_force_only(shelf: Shelf) -> None:
    write_adapter(shelf.root, "a", civitai_model("Amber", "a.safetensors"))
    shelf.scan()
    keep_times(shelf.root / "a.json", (shelf.root / "a.json").read_bytes().replace(b"Amber", b"Other"))
    assert counts(shelf.scan()) == (1, 0, 0, 1, 0)
    assert shelf.rows()["a.safetensors"].name == "Amber"
    touch_later(shelf.root / "a.safetensors")
    shelf.scan()
    assert shelf.rows()["a.safetensors"].name == "Amber", "the file changed, its record did not"
    shelf.scan(force=True)
    assert shelf.rows()["a.safetensors"].name == "Other"


def test_a_record_that_is_deleted_takes_what_it_said_along(shelf: Shelf) -> None:
    write_adapter(shelf.root, "a", civitai_model("Amber", "a.safetensors"))
    shelf.scan()
    (shelf.root / "a.json").unlink()
    assert counts(shelf.scan()) == (1, 0, 1, 0, 0)
    assert shelf.rows()["a.safetensors"].name == "a"
    assert shelf.detail("a.safetensors").sidecars == []


def test_a_file_that_is_gone_is_missing_and_comes_back_with_everything(shelf: Shelf) -> None:
    write_adapter(shelf.root, "a", civitai_model("Amber", "a.safetensors"))
    write_network_file(shelf.root / "b.safetensors")
    shelf.scan()
    adapter_id = edit(shelf, "a.safetensors", notes="mine", rating=4)
    elsewhere = shelf.root.parent / "kept"
    (shelf.root / "a.safetensors").rename(elsewhere)
    assert counts(shelf.scan()) == (1, 0, 0, 1, 1)
    assert shelf.states() == {"a.safetensors": "missing", "b.safetensors": "present"}
    assert shelf.problems() == {"a.json": "missing_model"}
    assert counts(shelf.scan(force=True)) == (1, 0, 1, 0, 0)
    elsewhere.rename(shelf.root / "a.safetensors")
    assert counts(shelf.scan()) == (2, 0, 1, 1, 0)
    assert shelf.rows()["a.safetensors"].state == "present"
    assert shelf.problems() == {}
    detail = shelf.detail("a.safetensors")
    assert (detail.fields["id"], detail.fields["notes"], detail.fields["rating"]) == (adapter_id, "mine", 4)
    assert len(detail.sidecars) == 1


def test_a_file_without_a_record_comes_back_unread(shelf: Shelf) -> None:
    for name in ("a", "b"):
        write_network_file(shelf.root / f"{name}.safetensors")
    shelf.scan()
    before = shelf.rows()
    (shelf.root / "a.safetensors").rename(shelf.root.parent / "kept")
    shelf.scan()
    (shelf.root.parent / "kept").rename(shelf.root / "a.safetensors")
    assert counts(shelf.scan()) == (2, 0, 1, 1, 0)
    assert shelf.rows() == before


@pytest.mark.parametrize("renamed", ["sub/folder/a.safetensors", "other name.safetensors", "sub/b.safetensors"])
def test_a_moved_or_renamed_file_keeps_its_row_and_what_the_user_said(shelf: Shelf, renamed: str) -> None:
    if os.name == "nt" and not renamed.endswith("/a.safetensors"):
        pytest.skip("directory entries hold no inode on Windows")
    write_network_file(shelf.root / "a.safetensors")
    write_network_file(shelf.root / "other.safetensors")
    shelf.scan()
    adapter_id = edit(shelf, "a.safetensors", name="Mine", tags=["t"], favourite=True)
    target = shelf.root / renamed
    target.parent.mkdir(parents=True, exist_ok=True)
    (shelf.root / "a.safetensors").rename(target)
    report = shelf.scan()
    assert (report.added, report.updated, report.removed) == (0, 1, 0)
    rows = shelf.rows()
    assert set(rows) == {renamed, "other.safetensors"}
    assert (rows[renamed].adapter_id, rows[renamed].name) == (adapter_id, "Mine")
    detail = shelf.detail(renamed)
    assert detail.tags == ["t"]
    assert detail.fields["favourite"] is True


def test_two_files_of_equal_content_are_both_listed(shelf: Shelf) -> None:
    write_network_file(shelf.root / "a.safetensors", seed=1)
    write_network_file(shelf.root / "b.safetensors", seed=1)
    shutil.copy2(shelf.root / "a.safetensors", shelf.root / "c.safetensors")
    shelf.scan()
    rows = shelf.rows()
    assert len({row.adapter_id for row in rows.values()}) == 3


def test_a_copy_of_a_file_that_goes_is_a_move_and_one_that_stays_is_new(shelf: Shelf) -> None:
    original = write_network_file(shelf.root / "a.safetensors")
    shelf.scan()
    adapter_id = shelf.adapter_id("a.safetensors")
    (shelf.root / "sub").mkdir()
    shutil.copy2(original, shelf.root / "sub" / "a.safetensors")
    assert counts(shelf.scan()) == (2, 1, 0, 1, 0)
    original.unlink()
    assert counts(shelf.scan()) == (1, 0, 0, 1, 1)
    assert shelf.rows()["a.safetensors"].adapter_id == adapter_id


# --- incomplete ------------------------------------------------------------------------------------------------------


def test_a_download_in_progress_is_tried_again_until_it_is_whole(shelf: Shelf) -> None:
    whole = network_file_bytes()
    path = shelf.root / "a.safetensors"
    path.write_bytes(whole[:-100])
    write_json(shelf.root / "a.json", civitai_model("Amber", "a.safetensors"))
    assert counts(shelf.scan()) == (1, 1, 0, 0, 0)
    assert shelf.states() == {"a.safetensors": "incomplete"}
    assert shelf.problems() == {}
    assert counts(shelf.scan()) == (1, 0, 0, 1, 0)
    adapter_id = edit(shelf, "a.safetensors", favourite=True)
    path.write_bytes(whole)
    assert counts(shelf.scan()) == (1, 0, 1, 0, 0)
    detail = shelf.detail("a.safetensors")
    assert (detail.fields["id"], detail.fields["favourite"]) == (adapter_id, True)
    assert (detail.files[0].state, detail.files[0].rank) == ("present", 4)


# --- the report, progress, cancel ------------------------------------------------------------------------------------


def test_the_report_has_the_figures(shelf: Shelf) -> None:
    write_network_file(shelf.root / "a.safetensors")
    report = shelf.scan()
    assert {field.name for field in fields(report)} == {
        "found", "added", "updated", "unchanged", "removed", "incomplete", "problems", "seconds", "files_per_second",
        "roots_offline", "cancelled",
    }  # fmt: skip
    assert report.seconds > 0
    assert report.files_per_second > 0
    assert report.cancelled is False


def test_progress_goes_up_to_the_end_in_batches(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 10)
    small_files(shelf.root, 25)
    seen: list[tuple[int, int]] = []
    shelf.scan(on_progress=lambda done, total, message: seen.append((done, total)))
    assert seen == [(0, 0), (10, 25), (20, 25), (25, 25)]


def test_a_scan_that_is_cancelled_keeps_whole_batches_and_the_next_one_goes_on(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 10)
    small_files(shelf.root, 25)
    done = [0]

    def on_progress(count: int, total: int, message: str) -> None:
        done[0] = count

    report = shelf.scan(on_progress=on_progress, cancelled=lambda: done[0] >= 10)
    assert report.cancelled
    assert report.added == len(shelf.rows()) == 10
    report = shelf.scan()
    assert (report.added, report.unchanged, report.cancelled) == (15, 10, False)


def test_a_scan_that_is_cancelled_while_it_looks_marks_nothing(shelf: Shelf) -> None:
    small_files(shelf.root, 3)
    shelf.scan()
    (shelf.root / "000.safetensors").unlink()
    report = shelf.scan(cancelled=lambda: True)
    assert (report.cancelled, report.removed) == (True, 0)
    assert set(shelf.states().values()) == {"present"}


def test_a_scan_without_news_leaves_the_catalogues_revision(shelf: Shelf) -> None:
    def revision() -> int:
        with shelf.database.read() as connection:
            return catalogue_revision(connection)

    write_network_file(shelf.root / "a.safetensors")
    shelf.scan()
    before = revision()
    shelf.scan()
    assert revision() == before
    write_network_file(shelf.root / "b.safetensors")
    shelf.scan()
    assert revision() > before
