from __future__ import annotations

import contextlib
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.formats.walk import WalkProblem, walk

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files, or needs rights to make them")
LINUX_ONLY = pytest.mark.skipif(sys.platform != "linux", reason="this file system cannot hold such a name")


def put(path: Path, content: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def listed(root: Path, skip: frozenset[str] = frozenset()) -> tuple[list[str], list[WalkProblem]]:
    """Every file that a walk lists, and its problems."""
    problems: list[WalkProblem] = []
    files = [
        f"{folder.path}/{name}" if folder.path else name
        for folder in walk(root, problems, skip)
        for name in folder.files
    ]
    return sorted(files), problems


@LINUX_ONLY
def test_a_time_beyond_64_bits_of_nanoseconds_is_the_furthest_there_is(tmp_path: Path) -> None:
    far = 13_000_000_000  # the year 2381: file systems hold it, a database's integer of nanoseconds does not
    os.utime(put(tmp_path / "a.pt"), (far, far))
    if (tmp_path / "a.pt").stat().st_mtime != far:
        pytest.skip("this file system knows no such time")
    (folder,) = walk(tmp_path, [])
    assert folder.files["a.pt"].mtime_ns == 2**63 - 1


def test_files_are_listed_with_size_time_and_inode(tmp_path: Path) -> None:
    path = put(tmp_path / "a" / "b.safetensors", b"12345")
    os.utime(path, ns=(1, 1_700_000_000_000_000_000))
    folders = {folder.path: folder.files for folder in walk(tmp_path, [])}
    assert set(folders) == {"", "a"}
    info = folders["a"]["b.safetensors"]
    assert (info.size, info.mtime_ns) == (5, 1_700_000_000_000_000_000)
    assert info.inode == (path.stat().st_ino if os.name != "nt" else info.inode)


def test_a_root_that_cannot_be_read_is_the_callers_business(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(walk(tmp_path / "nowhere", []))
    with pytest.raises(NotADirectoryError):
        list(walk(put(tmp_path / "file"), []))


@POSIX
def test_a_link_to_a_folder_elsewhere_is_followed(tmp_path: Path) -> None:
    put(tmp_path / "elsewhere" / "sub" / "a.pt")
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "link").symlink_to(tmp_path / "elsewhere")
    assert listed(tmp_path / "root") == (["link/sub/a.pt"], [])


@POSIX
def test_a_folder_with_two_links_is_listed_once(tmp_path: Path) -> None:
    put(tmp_path / "elsewhere" / "a.pt")
    (tmp_path / "root").mkdir()
    for name in ("first", "second"):
        (tmp_path / "root" / name).symlink_to(tmp_path / "elsewhere")
    files, problems = listed(tmp_path / "root")
    assert len(files) == 1
    assert not problems


@POSIX
def test_a_linked_folder_that_is_in_the_root_too_has_its_real_path(tmp_path: Path) -> None:
    put(tmp_path / "z_real" / "deep" / "a.pt")
    (tmp_path / "a_link").symlink_to(tmp_path / "z_real")
    (tmp_path / "b_link").symlink_to(tmp_path / "z_real" / "deep")
    assert listed(tmp_path) == (["z_real/deep/a.pt"], [])


@POSIX
def test_links_that_go_round_end(tmp_path: Path) -> None:
    put(tmp_path / "a" / "x.pt")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to(tmp_path / "a")
    (tmp_path / "a" / "ring").symlink_to(tmp_path / "a" / "ring")
    (tmp_path / "a" / "dangling").symlink_to(tmp_path / "nowhere")
    assert listed(tmp_path) == (["a/x.pt"], [])


@POSIX
def test_a_linked_file_is_listed_with_the_size_of_what_it_leads_to(tmp_path: Path) -> None:
    put(tmp_path / "elsewhere.pt", b"123")
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "a.pt").symlink_to(tmp_path / "elsewhere.pt")
    (folder,) = walk(tmp_path / "root", [])
    assert folder.files["a.pt"].size == 3


@POSIX
def test_what_is_no_regular_file_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "a.pt")
    os.mkfifo(tmp_path / "pipe.safetensors")
    (tmp_path / "device.safetensors").symlink_to("/dev/null")
    monkeypatch.chdir(tmp_path)  # the path of a socket may have 107 bytes only
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.safetensors")
        assert listed(tmp_path) == (["a.pt"], [])


@contextlib.contextmanager
def _too_deep_to_list(root: Path) -> Iterator[str]:
    """A chain of folders whose last has a path longer than the system takes: unreadable for any user."""
    names = ["n" * 250] * 17
    here = os.open(root, os.O_RDONLY)
    try:
        for name in names:
            os.mkdir(name, dir_fd=here)
            below = os.open(name, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = below
        yield "/".join(names)
    finally:
        os.close(here)
        shutil.rmtree(root / names[0])


@LINUX_ONLY
def test_a_folder_that_cannot_be_read_is_a_problem_and_the_rest_is_listed(tmp_path: Path) -> None:
    put(tmp_path / "a.pt")
    put(tmp_path / "z" / "b.pt")
    with _too_deep_to_list(tmp_path) as deep:
        files, problems = listed(tmp_path)
    assert files == ["a.pt", "z/b.pt"]
    assert [problem.kind for problem in problems] == ["unreadable_folder"]
    assert deep.startswith(problems[0].path)
    assert "permissions" in problems[0].message


@LINUX_ONLY
def test_names_that_are_not_utf8_are_problems(tmp_path: Path) -> None:
    put(tmp_path / "a.pt")
    put(tmp_path / "sub" / os.fsdecode(b"caf\xe9.safetensors"))
    put(tmp_path / os.fsdecode(b"d\xff") / "inner.safetensors")
    files, problems = listed(tmp_path)
    assert files == ["a.pt"]
    assert {problem.path: problem.kind for problem in problems} == {
        "sub/caf\\xe9.safetensors": "name_not_utf8",
        "d\\xff": "name_not_utf8",
    }
    for problem in problems:
        problem.path.encode()
        assert "Rename" in problem.message


def test_a_folder_whose_name_begins_with_a_dot_is_one_like_others(tmp_path: Path) -> None:
    """The web UIs list it."""
    put(tmp_path / ".kept" / ".a.pt")
    assert listed(tmp_path) == ([".kept/.a.pt"], [])


def test_a_folder_of_ours_is_left_out(tmp_path: Path) -> None:
    put(tmp_path / "a.pt")
    put(tmp_path / "lora_manager" / "thumbnails" / "b.webp")
    assert listed(tmp_path, frozenset({str(tmp_path / "lora_manager")})) == (["a.pt"], [])


def test_a_root_that_is_our_own_folder_is_a_root_all_the_same(tmp_path: Path) -> None:
    put(tmp_path / "a.pt")
    assert listed(tmp_path, frozenset({str(tmp_path)})) == (["a.pt"], [])


NAMES = st.text(st.characters(codec="utf-8", exclude_characters='/\0\\:*?"<>|.'), min_size=1, max_size=8)


@given(
    st.sets(st.lists(st.sampled_from(["a", "b", "C c", "ü", "星"]), min_size=1, max_size=4).map("/".join), max_size=12)
)
def test_every_file_is_listed_once_with_its_path(tmp_path_factory: pytest.TempPathFactory, paths: set[str]) -> None:
    root = tmp_path_factory.mktemp("walk")
    for path in paths:
        put(root / f"{path}.pt")
    try:
        assert listed(root) == (sorted(f"{path}.pt" for path in paths), [])
    finally:
        shutil.rmtree(root)


@LINUX_ONLY
@given(st.sets(NAMES, min_size=1, max_size=5))
def test_any_name_in_unicode_is_listed(tmp_path_factory: pytest.TempPathFactory, names: set[str]) -> None:
    root = tmp_path_factory.mktemp("walk")
    for name in names:
        put(root / name / f"{name}.pt")
    try:
        assert listed(root) == (sorted(f"{name}/{name}.pt" for name in names), [])
    finally:
        shutil.rmtree(root)
