from __future__ import annotations

import os
import shutil
import time
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lora_manager.db.cards import trigger_groups
from lora_manager.db.edits import edit_adapter
from lora_manager.db.engine import Database
from lora_manager.db.library_state import open_problems, root_states
from lora_manager.db.revision import catalogue_revision
from lora_manager.services.library import scan as module
from lora_manager.services.library.scan import ScanReport, scan_library
from tests.conftest import DatabaseFactory
from tests.helpers.at_once import at_once
from tests.helpers.network_files import (
    a1111_metadata,
    civitai_model,
    lora_tensors,
    network_file_bytes,
    write_adapter,
    write_json,
    write_network_file,
)
from tests.helpers.shelf import Shelf, keep_times, touch_later


def edit(shelf: Shelf, path: str, **values: Any) -> int:
    adapter_id = shelf.adapter_id(path)
    with shelf.database.write() as connection:
        edit_adapter(connection, adapter_id, values)
    return adapter_id


def counts(report: ScanReport) -> tuple[int, int, int, int, int]:
    return report.found, report.added, report.updated, report.unchanged, report.removed


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


# --- records without a file of their name ----------------------------------------------------------------------------


def test_a_record_without_a_model_is_a_problem_and_no_row(shelf: Shelf) -> None:
    write_network_file(shelf.root / "a.safetensors")
    write_json(shelf.root / "b.json", civitai_model("B", "b.safetensors"))
    for _ in range(3):
        shelf.scan()
        assert list(shelf.rows()) == ["a.safetensors"]
        assert shelf.problems() == {"b.json": "missing_model"}


@pytest.mark.parametrize("name", ["b.safetensors", "local.safetensors", "local.pt"])
def test_its_model_may_come_later(shelf: Shelf, name: str) -> None:
    write_network_file(shelf.root / "a.safetensors")
    write_json(shelf.root / "b.json", civitai_model("B", "local.safetensors"))
    shelf.scan()
    write_network_file(shelf.root / name)
    assert counts(shelf.scan()) == (2, 1, 0, 1, 0)
    assert shelf.problems() == {}
    assert shelf.rows()[name].name == "B"
    assert counts(shelf.scan()) == (2, 0, 0, 2, 0)


def test_its_own_name_is_better_than_a_claim(shelf: Shelf) -> None:
    write_network_file(shelf.root / "local.safetensors")
    write_json(shelf.root / "b.json", civitai_model("B", "local.safetensors"))
    shelf.scan()
    assert shelf.rows()["local.safetensors"].name == "B"
    write_network_file(shelf.root / "b.safetensors")
    shelf.scan()
    rows = shelf.rows()
    assert (rows["b.safetensors"].name, rows["local.safetensors"].name) == ("B", "local")


def test_a_record_that_is_deleted_is_no_problem_any_more(shelf: Shelf) -> None:
    write_network_file(shelf.root / "a.safetensors")
    path = write_json(shelf.root / "b.json", civitai_model("B", "b.safetensors"))
    shelf.scan()
    path.unlink()
    shelf.scan()
    assert shelf.problems() == {}


def test_one_record_of_a_moved_file_stays_behind_as_a_problem(shelf: Shelf) -> None:
    write_adapter(shelf.root, "a", civitai_model("Amber", "a.safetensors"))
    shelf.scan()
    (shelf.root / "sub").mkdir()
    (shelf.root / "a.safetensors").rename(shelf.root / "sub" / "a.safetensors")
    for _ in range(2):
        shelf.scan()
        assert shelf.problems() == {"a.json": "missing_model"}
        assert shelf.rows()["sub/a.safetensors"].name == "a"


# --- problems --------------------------------------------------------------------------------------------------------


def test_a_problem_goes_when_the_file_is_mended(shelf: Shelf) -> None:
    (shelf.root / "a.safetensors").write_bytes(b"\xff" * 100)
    write_network_file(shelf.root / "b.safetensors")
    (shelf.root / "b.json").write_text("{", encoding="utf-8")
    shelf.scan()
    assert shelf.problems() == {"a.safetensors": "bad_header", "b.json": "broken_json"}
    report = shelf.scan()
    assert [problem.kind for problem in report.problems] == ["bad_header", "broken_json"], "still open"
    write_network_file(shelf.root / "a.safetensors")
    write_json(shelf.root / "b.json", civitai_model("B", "b.safetensors"))
    assert shelf.scan().problems == []
    assert shelf.problems() == {}


def test_a_problem_goes_with_its_file(shelf: Shelf) -> None:
    (shelf.root / "a.safetensors").write_bytes(b"\xff" * 100)
    write_network_file(shelf.root / "b.safetensors")
    shelf.scan()
    (shelf.root / "a.safetensors").unlink()
    shelf.scan()
    assert shelf.problems() == {}


# --- roots -----------------------------------------------------------------------------------------------------------


def online(shelf: Shelf) -> list[bool]:
    with shelf.database.read() as connection:
        return [root.online for root in root_states(connection, range(1, len(shelf.roots) + 1))]


def test_a_root_that_is_suddenly_empty_is_offline_and_nothing_is_missing(shelf: Shelf) -> None:
    write_network_file(shelf.root / "a.safetensors")
    shelf.scan()
    away = shelf.root.with_name("away")
    for leave_folder in (True, False):
        shelf.root.rename(away)
        if leave_folder:
            shelf.root.mkdir()
        report = shelf.scan()
        assert report.roots_offline == [str(shelf.root)]
        assert (report.found, report.removed) == (0, 0)
        assert shelf.states() == {"a.safetensors": "present"}
        assert shelf.problems() == {".": "root_empty" if leave_folder else "root_missing"}
        assert online(shelf) == [False]
        if leave_folder:
            shelf.root.rmdir()
        away.rename(shelf.root)
        assert shelf.scan().roots_offline == []
        assert shelf.problems() == {}
        assert online(shelf) == [True]


def test_a_root_that_was_always_empty_is_just_empty(shelf: Shelf) -> None:
    report = shelf.scan()
    assert (counts(report), report.roots_offline) == ((0, 0, 0, 0, 0), [])
    assert online(shelf) == [True]


def test_a_root_whose_last_file_was_deleted_long_ago_is_empty(shelf: Shelf) -> None:
    write_network_file(shelf.root / "a.safetensors")
    write_network_file(shelf.root / "b.safetensors")
    shelf.scan()
    (shelf.root / "a.safetensors").unlink()
    shelf.scan()
    (shelf.root / "b.safetensors").unlink()
    assert shelf.scan().roots_offline == [str(shelf.root)], "the last one: nobody can tell it from a lost drive"


def test_one_root_may_be_away_while_another_is_scanned(fresh_database: Database, tmp_path: Path) -> None:
    shelf = Shelf(fresh_database, tmp_path / "one", more_roots=[tmp_path / "two"])
    write_network_file(tmp_path / "one" / "a.safetensors")
    write_network_file(tmp_path / "two" / "b.safetensors")
    assert counts(shelf.scan()) == (2, 2, 0, 0, 0)
    (tmp_path / "one").rename(tmp_path / "away")
    (tmp_path / "two" / "c.safetensors").write_bytes(network_file_bytes())
    report = shelf.scan()
    assert (counts(report), report.roots_offline) == ((2, 1, 0, 1, 0), [str(tmp_path / "one")])
    assert set(shelf.states().values()) == {"present"}
    assert online(shelf) == [False, True]


def test_a_file_moves_from_root_to_root(fresh_database: Database, tmp_path: Path) -> None:
    shelf = Shelf(fresh_database, tmp_path / "one", more_roots=[tmp_path / "two"])
    write_network_file(tmp_path / "one" / "a.safetensors")
    write_network_file(tmp_path / "one" / "stays.safetensors")
    shelf.scan()
    adapter_id = edit(shelf, "a.safetensors", notes="mine")
    (tmp_path / "one" / "a.safetensors").rename(tmp_path / "two" / "a.safetensors")
    assert shelf.scan().removed == 0
    row = shelf.rows()["a.safetensors"]
    assert (row.adapter_id, row.state, row.root) == (adapter_id, "present", str(tmp_path / "two"))
    assert shelf.detail("a.safetensors").fields["notes"] == "mine"


def test_a_root_named_twice_is_scanned_once(shelf: Shelf) -> None:
    write_network_file(shelf.root / "a.safetensors")
    shelf.roots = [shelf.root, shelf.root / ".." / "Lora", Path(f"{shelf.root}{os.sep}")]
    assert counts(shelf.scan()) == (1, 1, 0, 0, 0)


def test_our_own_folder_is_left_out(shelf: Shelf) -> None:
    state = shelf.root / "lora_manager"
    write_network_file(state / "backup.safetensors")
    write_network_file(shelf.root / "a.safetensors")
    shelf.scan(skip=frozenset({str(state)}))
    assert list(shelf.rows()) == ["a.safetensors"]


def test_no_root_at_all_is_an_empty_scan(fresh_database: Database) -> None:
    assert counts(scan_library(fresh_database, [])) == (0, 0, 0, 0, 0)


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


def small_files(root: Path, count: int) -> None:
    for number in range(count):
        write_network_file(root / f"{number:03d}.safetensors", lora_tensors(rank=1, width=8, out_width=8))


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


# --- several at once -------------------------------------------------------------------------------------------------


def test_two_programs_that_scan_one_folder_at_once_double_and_lose_nothing(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 7)
    small_files(shelf.root, 60)
    for number in range(0, 60, 3):
        write_json(shelf.root / f"{number:03d}.json", civitai_model(f"Name {number}", f"{number:03d}.safetensors"))
    write_json(shelf.root / "orphan.json", civitai_model("Orphan", "nowhere.safetensors"))
    others = [Database(shelf.database.url) for _ in range(2)]
    for force in (False, True):
        at_once([partial(scan_library, database, shelf.roots, force=force) for database in (shelf.database, *others)])
        rows = shelf.rows()
        assert len(rows) == 60
        assert len({row.adapter_id for row in rows.values()}) == 60
        assert sum(row.name.startswith("Name") for row in rows.values()) == 20
        assert shelf.problems() == {"orphan.json": "missing_model"}
        assert len(shelf.detail("000.safetensors").sidecars) == 1
    for database in others:
        database.close()


def test_edits_made_during_a_scan_are_kept(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 5)
    small_files(shelf.root, 30)
    shelf.scan()
    ids = {path: row.adapter_id for path, row in shelf.rows().items()}

    def edit_all() -> None:
        for adapter_id in ids.values():
            with shelf.database.write() as connection:
                edit_adapter(connection, adapter_id, {"name": f"mine {adapter_id}", "favourite": True})
            time.sleep(0.001)

    at_once([edit_all, lambda: shelf.scan(force=True) and None])
    for path, row in shelf.rows().items():
        assert (row.adapter_id, row.name) == (ids[path], f"mine {row.adapter_id}")
        assert shelf.detail(path).fields["favourite"] is True


# --- what the user says stays, whatever happens on the disk ----------------------------------------------------------

EDITS = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["Mine", "星", "<b>"]),
        "version": st.sampled_from(["v9", None]),
        "notes": st.sampled_from(["my notes", None]),
        "tags": st.lists(st.sampled_from(["mine", "own"]), unique=True),
        "trigger_groups": st.lists(st.just(["my word"]), max_size=1),
        "weight": st.sampled_from([0.25, -1.0, None]),
        "base_model": st.sampled_from(["Pony", ""]),
        "description": st.sampled_from(["<p>mine</p>", None]),
        "nsfw_level": st.sampled_from([1, None]),
        "negative_text": st.just("mine"),
        "archetype": st.just("style"),
        "favourite": st.booleans(),
        "rating": st.integers(0, 5),
        "active": st.booleans(),
        "ordinal": st.integers(-3, 3),
    },
)
STEPS = st.one_of(
    st.tuples(st.just("edit"), EDITS),
    st.tuples(st.just("record"), st.sampled_from(["civitai", "other civitai", "a1111", "broken", "none"])),
    st.tuples(st.just("file"), st.sampled_from(["new content", "cut", "gone", "moved", "renamed"])),
    st.tuples(st.just("scan"), st.booleans()),
)


class Disk:
    """One LoRA whose file and record change, and one that stays as it is."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.path = root / "a.safetensors"
        self.clock = 1_700_000_000
        write_network_file(root / "stays.safetensors")
        self.write(network_file_bytes())

    def write(self, content: bytes, path: Path | None = None) -> None:
        path = path or self.path
        path.write_bytes(content)
        self.clock += 10
        os.utime(path, (self.clock, self.clock))

    def record(self, kind: str) -> None:
        path = self.path.with_suffix(".json")
        documents = {
            "civitai": civitai_model("Theirs", self.path.name),
            "other civitai": civitai_model("Theirs too", self.path.name, tags=["x", "y"], version_name="v3"),
            "a1111": a1111_metadata(notes="their notes"),
        }
        if kind == "none":
            path.unlink(missing_ok=True)
        elif kind == "broken":
            self.write(b"{", path)
        else:
            write_json(path, documents[kind])

    def file(self, kind: str) -> None:
        if kind in ("moved", "renamed"):
            if self.path.exists() and os.name != "nt":
                target = self.root / "sub" / "a.safetensors" if kind == "moved" else self.root / "b.safetensors"
                target.parent.mkdir(exist_ok=True)
                self.path = self.path.rename(target)
        elif kind == "gone":
            self.path.unlink(missing_ok=True)
        else:
            content = network_file_bytes(metadata={"n": str(self.clock)})
            self.write(content if kind == "new content" else content[:-50])


@settings(max_examples=15)
@given(st.lists(STEPS, max_size=9))
def test_what_the_user_says_survives_any_scan(
    database_factory: DatabaseFactory, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, Any]]
) -> None:
    with database_factory() as database:
        shelf = Shelf(database, tmp_path_factory.mktemp("roots") / "Lora")
        disk = Disk(shelf.root)
        shelf.scan()
        adapter_id = shelf.adapter_id("a.safetensors")
        said: dict[str, Any] = {}
        for kind, value in [*steps, ("scan", False), ("scan", True)]:
            if kind == "edit" and value:
                with database.write() as connection:
                    edit_adapter(connection, adapter_id, value)
                said.update(value)
            elif kind in ("record", "file"):
                getattr(disk, kind)(value)
                # Two changes of place between two scans cannot be followed without the first being seen.
                shelf.scan()
            elif kind == "scan":
                shelf.scan(force=value)
            path = next(path for path, row in shelf.rows().items() if row.adapter_id == adapter_id)
            detail = shelf.detail(path)
            groups = detail_groups(shelf, adapter_id)
            found = {**detail.fields, "tags": detail.tags, "trigger_groups": groups}
            assert {key: found[key] for key in said} == said
        assert shelf.states()["stays.safetensors"] == "present"
        shutil.rmtree(shelf.root)


def detail_groups(shelf: Shelf, adapter_id: int) -> list[list[str]]:
    with shelf.database.read() as connection:
        return trigger_groups(connection, [adapter_id]).get(adapter_id, [])


def test_open_problems_come_by_path(shelf: Shelf) -> None:
    for name in ("b", "a"):
        (shelf.root / f"{name}.safetensors").write_bytes(b"\xff" * 64)
    shelf.scan()
    with shelf.database.read() as connection:
        assert [Path(problem.path).stem for problem in open_problems(connection)] == ["a", "b"]
