from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from lora_manager.formats import file_replace as module
from lora_manager.formats.file_replace import (
    WAITS,
    can_be_written,
    new_file,
    patiently,
    remove_file,
    replace_file,
    write_file,
)
from tests.helpers.held_files import hold_files

Refuse = Callable[..., list[int]]


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waits: list[float] = []
    monkeypatch.setattr("time.sleep", waits.append)
    return waits


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch, waited: list[float]) -> Refuse:
    return partial(hold_files, monkeypatch)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("winerror", [5, 32, 33])
@pytest.mark.parametrize("times", [1, len(WAITS)])
def test_a_file_that_is_held_for_a_moment_is_replaced(
    tmp_path: Path, refuse: Refuse, waited: list[float], winerror: int, times: int
) -> None:
    (tmp_path / "a").write_text("old")
    failed = refuse("replace", times, winerror)
    write_file(tmp_path / "a", b"new")
    assert (failed[0], len(waited)) == (times, times)
    assert (tmp_path / "a").read_text() == "new"
    assert names(tmp_path) == ["a"]


def test_a_file_that_stays_held_is_what_it_was(tmp_path: Path, refuse: Refuse, waited: list[float]) -> None:
    (tmp_path / "a").write_text("old")
    refuse("replace", 99)
    with pytest.raises(PermissionError):
        write_file(tmp_path / "a", b"new")
    assert waited == list(WAITS)
    assert sum(waited) < 1
    assert (tmp_path / "a").read_text() == "old"
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("winerror", [None, 2, 3, 112])
def test_what_will_not_pass_is_raised_at_once(
    tmp_path: Path, refuse: Refuse, waited: list[float], winerror: int | None
) -> None:
    """None: another system's refusal, which no waiting changes. 112: the disk is full."""
    refuse("replace", 1, winerror)
    with pytest.raises(PermissionError):
        write_file(tmp_path / "a", b"new")
    assert waited == []
    assert names(tmp_path) == []


def test_a_new_file_that_is_scanned_is_removed_at_last(tmp_path: Path, refuse: Refuse) -> None:
    failed = refuse("unlink", 2)
    with pytest.raises(ZeroDivisionError), new_file(tmp_path / "a"):
        raise ZeroDivisionError
    assert failed == [2]
    assert names(tmp_path) == []


def test_removing_waits_too_and_what_is_gone_is_no_error(tmp_path: Path, refuse: Refuse) -> None:
    (tmp_path / "a").touch()
    failed = refuse("unlink", 3)
    remove_file(tmp_path / "a")
    remove_file(tmp_path / "a")
    assert failed == [3]
    assert names(tmp_path) == []


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")

    def write_half() -> None:
        with new_file(tmp_path / "a") as temporary:
            temporary.write_text("half")
            assert (tmp_path / "a").read_text() == "old"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert (tmp_path / "a").read_text() == "old"
    assert names(tmp_path) == ["a"]


def test_the_file_is_closed_before_it_is_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows refuses to rename an open file."""
    opened: list[int] = []
    real_fsync, real_replace = os.fsync, os.replace

    def fsync(descriptor: int) -> None:
        opened.append(descriptor)
        real_fsync(descriptor)

    def replace(source: Path, target: Path) -> None:
        assert len(opened) == 1
        with pytest.raises(OSError, match="descriptor"):
            os.fstat(opened[0])
        real_replace(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    write_file(tmp_path / "a", b"x")
    assert (tmp_path / "a").read_bytes() == b"x"


@pytest.mark.parametrize("durable", [True, False])
def test_what_is_written_is_there(tmp_path: Path, durable: bool) -> None:
    data = bytes(range(256)) * 300  # line ends among them
    write_file(tmp_path / "a", data, durable=durable)
    assert (tmp_path / "a").read_bytes() == data


def test_the_longest_name_can_be_written(tmp_path: Path) -> None:
    write_file(tmp_path / ("a" * 255), b"x")
    assert names(tmp_path) == ["a" * 255]


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_permissions_stay_and_new_files_get_those_of_others(tmp_path: Path) -> None:
    (tmp_path / "like").touch()
    (tmp_path / "a").touch()
    (tmp_path / "a").chmod(0o640)
    write_file(tmp_path / "a", b"x")
    write_file(tmp_path / "b", b"x")
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "b").stat().st_mode == (tmp_path / "like").stat().st_mode


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_is_replaced_and_what_it_names_stays(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("other")
    (tmp_path / "a").symlink_to(tmp_path / "other")
    write_file(tmp_path / "a", b"new")
    assert not (tmp_path / "a").is_symlink()
    assert (tmp_path / "other").read_text() == "other"


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_file(tmp_path / "none" / "a", b"x")
    with pytest.raises(FileNotFoundError):
        replace_file(tmp_path / "none", tmp_path / "a")


def test_what_an_action_returns_comes_back() -> None:
    assert patiently(lambda: 5) == 5
    assert tuple(sorted(module.WAITS)) == module.WAITS


@pytest.mark.parametrize("by_trying", [True, False])
def test_a_folder_can_be_written_or_not(tmp_path: Path, by_trying: bool) -> None:
    assert can_be_written(tmp_path, by_trying=by_trying)
    assert not can_be_written(tmp_path / "none", by_trying=by_trying)
    assert not list(tmp_path.iterdir())


def test_a_part_has_the_name_that_it_is_given(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    with new_file(target, ".mine.part") as part:
        assert part == tmp_path / ".mine.part"
        part.write_bytes(b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
    (tmp_path / ".mine.part").write_bytes(b"of another")
    with pytest.raises(FileExistsError):
        write_file(target, b"y", part_name=".mine.part")
    assert target.read_bytes() == b"x"
