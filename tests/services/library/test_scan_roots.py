"""Scans: roots that are away, empty, several."""

from __future__ import annotations

import os
from pathlib import Path

from lora_manager.db.engine import Database
from lora_manager.db.library_state import root_states
from lora_manager.services.library.scan import scan_library
from tests.helpers.network_files import (
    network_file_bytes,
    write_network_file,
)
from tests.helpers.shelf import Shelf
from tests.services.library.counting import counts, edit


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
