"""Scans: several at once, and what the user says, which survives any of them."""

from __future__ import annotations

import os
import shutil
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lora_manager.db.cards import trigger_groups
from lora_manager.db.edits.apply import Edit, apply_edits, edit_adapter
from lora_manager.db.edits.fields import COLLECTIONS, EDITABLE, SOURCED
from lora_manager.db.engine import Database
from lora_manager.db.history import Act, note_set
from lora_manager.services.actor import CLI, Actor
from lora_manager.services.history.service import History
from lora_manager.services.library import scan as module
from lora_manager.services.library.scan import scan_library
from tests.conftest import DatabaseFactory
from tests.helpers.at_once import at_once
from tests.helpers.network_files import (
    a1111_metadata,
    civitai_model,
    network_file_bytes,
    write_json,
    write_network_file,
)
from tests.helpers.shelf import Shelf
from tests.services.library.counting import small_files


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

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "name": st.sampled_from(["Mine", "星", "<b>"]),
    "version": st.sampled_from(["v9", None]),
    "notes": st.sampled_from(["my notes", None]),
    "tags": st.lists(st.sampled_from(["mine", "own"]), unique=True),
    "trigger_groups": st.lists(st.just(["my word"]), max_size=1),
    "weight": st.sampled_from([0.25, -1.0, None]),
    "weight_min": st.sampled_from([0.25, None]),
    "weight_max": st.sampled_from([2.0, None]),
    "base_model": st.sampled_from(["Pony", ""]),
    "description": st.sampled_from(["<p>mine</p>", None]),
    "nsfw_level": st.sampled_from([1, None]),
    "negative_text": st.just("mine"),
    "archetype": st.just("style"),
    "favourite": st.booleans(),
    "rating": st.integers(0, 5),
    "active": st.booleans(),
    "ordinal": st.integers(-3, 3),
}
EDITS = st.fixed_dictionaries({}, optional=VALUES)
STEPS = st.one_of(
    st.tuples(st.just("edit"), EDITS),
    st.tuples(st.just("reset"), st.frozensets(st.sampled_from(sorted(EDITABLE)), min_size=1)),
    st.tuples(st.just("undo"), st.none()),
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


def test_every_field_is_edited() -> None:
    assert set(VALUES) == EDITABLE


class Pen:
    """What the user sets, gives back and takes back; `said` is what they say of each field now."""

    def __init__(self, database: Database, adapter_id: int) -> None:
        self.said: dict[str, Any] = {}
        self._database = database
        self._history = History(database, lambda ids: None)
        self._adapter_id = adapter_id
        self._before: list[tuple[int, dict[str, Any]]] = []

    def edit(self, values: dict[str, Any]) -> None:
        self._apply(Edit(self._adapter_id, values), {**self.said, **values})

    def reset(self, fields: frozenset[str]) -> None:
        kept = {name: value for name, value in self.said.items() if name not in fields}
        self._apply(Edit(self._adapter_id, {}, fields), kept)

    def undo(self, _: None) -> None:
        if self._before:
            set_id, self.said = self._before.pop()
            assert self._history.undo(set_id, Actor(CLI)).skipped == []

    def _apply(self, edit: Edit, said: dict[str, Any]) -> None:
        with self._database.write() as connection:
            set_id = note_set(connection, Act("edit", "cli"), apply_edits(connection, [edit]))
        if set_id is not None:
            self._before.append((set_id, self.said))
        self.said = said


@settings(max_examples=25)
@given(st.lists(STEPS, max_size=9))
def test_what_the_user_says_survives_any_scan_and_what_they_give_back_is_as_if_they_had_never_said_it(
    database_factory: DatabaseFactory, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, Any]]
) -> None:
    with database_factory() as database, database_factory() as afresh:
        shelf = Shelf(database, tmp_path_factory.mktemp("roots") / "Lora")
        disk = Disk(shelf.root)
        shelf.scan()
        adapter_id = shelf.adapter_id("a.safetensors")
        pen = Pen(database, adapter_id)
        for kind, value in [*steps, ("scan", False), ("scan", True)]:
            if kind in ("edit", "reset", "undo"):
                getattr(pen, kind)(value)
            elif kind in ("record", "file"):
                getattr(disk, kind)(value)
                # Two changes of place between two scans cannot be followed without the first being seen.
                shelf.scan()
            elif kind == "scan":
                shelf.scan(force=value)
            path = next(path for path, row in shelf.rows().items() if row.adapter_id == adapter_id)
            found = values(shelf, path)
            assert {key: found[key] for key in pen.said} == pen.said
        other = Shelf(afresh, shelf.root)
        other.scan()
        if shelf.states()[path] == "present":
            without_user = values(other, path)
            of_sources = (SOURCED | COLLECTIONS) - set(pen.said)
            assert {key: found[key] for key in of_sources} == {key: without_user[key] for key in of_sources}
        assert shelf.states()["stays.safetensors"] == "present"
        shutil.rmtree(shelf.root)


def values(shelf: Shelf, path: str) -> dict[str, Any]:
    detail = shelf.detail(path)
    groups = detail_groups(shelf, detail.fields["id"])
    return {**detail.fields, "tags": detail.tags, "trigger_groups": groups}


def detail_groups(shelf: Shelf, adapter_id: int) -> list[list[str]]:
    with shelf.database.read() as connection:
        return trigger_groups(connection, [adapter_id]).get(adapter_id, [])
