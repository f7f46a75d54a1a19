from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from lora_manager.db.scan_state import root_ids
from lora_manager.services.library.readers import read_units
from lora_manager.services.library.root_scan import RootOfflineError, RootScan
from tests.helpers.network_files import write_network_file
from tests.helpers.shelf import Shelf


def never() -> bool:
    return False


def look(shelf: Shelf, *, force: bool = False, skip: frozenset[str] = frozenset()) -> RootScan:
    """A root scan that has looked."""
    with shelf.database.write() as connection:
        (root_id,) = root_ids(connection, [str(shelf.root)]).values()
    scan = RootScan(shelf.database, shelf.root, root_id, force=force)
    scan.look(skip, never)
    return scan


def read_all(scan: RootScan) -> None:
    scan.write(scan.plan.tasks, read_units(scan.request(scan.plan.tasks)))


def test_a_scan_in_steps_is_a_scan(shelf: Shelf) -> None:
    write_network_file(shelf.root / "a.safetensors")
    scan = look(shelf)
    assert (scan.found, len(scan.plan.tasks)) == (1, 1)
    assert shelf.rows() == {}
    read_all(scan)
    assert shelf.states() == {"a.safetensors": "present"}
    assert scan.finish(whole=True) == 0
    assert look(shelf).plan.unchanged == 1


def test_the_stored_records_are_only_asked_for_without_force(shelf: Shelf) -> None:
    write_network_file(shelf.root / "a.safetensors")
    (shelf.root / "a.txt").write_text("x", encoding="utf-8")
    shelf.scan()
    os.utime(shelf.root / "a.safetensors", (5, 5))
    scan = look(shelf)
    assert list(scan.request(scan.plan.tasks).stored) == ["a.txt"]
    scan = look(shelf, force=True)
    assert scan.request(scan.plan.tasks).stored == {}


def test_a_root_that_is_not_there_or_no_folder_is_offline(shelf: Shelf) -> None:
    shelf.root.rmdir()
    with pytest.raises(RootOfflineError, match="drive") as missing:
        look(shelf)
    assert missing.value.kind == "root_missing"
    shelf.root.write_bytes(b"a file")
    with pytest.raises(RootOfflineError):
        look(shelf)


def test_a_root_that_vanishes_during_the_scan_marks_nothing(shelf: Shelf) -> None:
    write_network_file(shelf.root / "a.safetensors")
    write_network_file(shelf.root / "b.safetensors")
    shelf.scan()
    (shelf.root / "b.safetensors").unlink()
    scan = look(shelf)
    shutil.rmtree(shelf.root)
    with pytest.raises(RootOfflineError, match="vanished"):
        scan.finish(whole=True)
    assert shelf.states() == {"a.safetensors": "present", "b.safetensors": "present"}


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="for this user no folder is closed to reading")
def test_what_lies_in_a_folder_that_cannot_be_read_is_not_missing(shelf: Shelf) -> None:
    write_network_file(shelf.root / "closed" / "sub" / "a.safetensors")
    write_network_file(shelf.root / "open" / "b.safetensors")
    write_network_file(shelf.root / "c.safetensors")
    shelf.scan()
    (shelf.root / "open" / "b.safetensors").unlink()
    closed = shelf.root / "closed"
    closed.chmod(0)
    try:
        shelf.scan()
        assert shelf.states() == {
            "closed/sub/a.safetensors": "present",
            "open/b.safetensors": "missing",
            "c.safetensors": "present",
        }
        assert shelf.problems() == {"closed": "unreadable_folder"}
    finally:
        closed.chmod(0o755)
    shelf.scan()
    assert shelf.problems() == {}


@pytest.mark.skipif(sys.platform != "linux", reason="this file system cannot hold such a name")
def test_a_name_that_is_not_utf8_is_a_problem_until_it_is_renamed(shelf: Shelf) -> None:
    odd = write_network_file(shelf.root / "sub" / os.fsdecode(b"caf\xe9.safetensors"), seed=1)
    shelf.scan()
    assert shelf.problems() == {"sub/caf\\xe9.safetensors": "name_not_utf8"}
    shelf.scan()
    assert shelf.problems() == {"sub/caf\\xe9.safetensors": "name_not_utf8"}
    odd.rename(Path(shelf.root / "sub" / "café.safetensors"))
    shelf.scan()
    assert shelf.problems() == {}
    assert shelf.states() == {"sub/café.safetensors": "present"}


def test_a_folder_whose_listing_is_as_it_was_is_not_looked_into(shelf: Shelf) -> None:
    write_network_file(shelf.root / "still" / "a.safetensors")
    write_network_file(shelf.root / "busy" / "b.safetensors")
    shelf.scan()
    write_network_file(shelf.root / "busy" / "c.safetensors")
    scan = look(shelf)
    assert (scan.found, scan.plan.unchanged, len(scan.plan.tasks)) == (3, 2, 1)
    assert {task.unit.name for task in scan.plan.tasks} == {"c.safetensors"}
    assert len(look(shelf, force=True).plan.tasks) == 3


def test_a_folder_with_a_download_under_way_is_always_looked_into(shelf: Shelf) -> None:
    path = shelf.root / "new" / "a.safetensors"
    write_network_file(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    shelf.scan()
    assert [task.unit.name for task in look(shelf).plan.tasks] == ["a.safetensors"]


def test_a_scan_that_was_cut_short_leaves_nothing_to_rely_on(shelf: Shelf) -> None:
    write_network_file(shelf.root / "a.safetensors")
    scan = look(shelf)
    scan.finish(whole=False)
    assert [task.unit.name for task in look(shelf).plan.tasks] == ["a.safetensors"]


def test_a_folder_that_is_gone_and_comes_back_unchanged_is_noticed_both_times(shelf: Shelf) -> None:
    folder, away = shelf.root / "drive", shelf.root.parent / "away"
    write_network_file(folder / "a.safetensors")
    write_network_file(shelf.root / "b.safetensors")
    shelf.scan()
    folder.rename(away)
    shelf.scan()
    assert shelf.states() == {"drive/a.safetensors": "missing", "b.safetensors": "present"}
    away.rename(folder)
    shelf.scan()
    assert shelf.states() == {"drive/a.safetensors": "present", "b.safetensors": "present"}
