from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from lora_manager.errors import BadInputError, NotFoundError
from lora_manager.services.open_folder import CannotOpenError, FolderOpener, command_for, start_apart

DESKTOP = {"DISPLAY": ":0"}


class Recorder:
    """Takes down what would have been started."""

    def __init__(self) -> None:
        self.started: list[list[str]] = []

    def __call__(self, command: Sequence[str]) -> None:
        self.started.append(list(command))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "Lora"
    (folder / "style").mkdir(parents=True)
    (folder / "style" / "ink; rm -rf $HOME.safetensors").write_bytes(b"x")
    (tmp_path / "outside.safetensors").write_bytes(b"x")
    return folder


def opener(
    root: Path, launch: Recorder, system: str = "linux", environment: dict[str, str] | None = None
) -> FolderOpener:
    return FolderOpener(lambda: [root], launch, system, DESKTOP if environment is None else environment)


@pytest.mark.parametrize(
    ("system", "words", "marks_file"),
    [("linux", ["xdg-open"], False), ("darwin", ["open", "-R"], True), ("win32", ["explorer.exe", "/select,"], True)],
)
def test_each_system_is_asked_in_its_own_way(root: Path, system: str, words: list[str], marks_file: bool) -> None:
    launch = Recorder()
    file = root / "style" / "ink; rm -rf $HOME.safetensors"
    assert opener(root, launch, system).open(str(root), "style/ink; rm -rf $HOME.safetensors") == file
    assert launch.started == [[*words, str(file if marks_file else file.parent)]]


def test_a_file_that_is_gone_leaves_its_folder(root: Path) -> None:
    launch = Recorder()
    assert opener(root, launch).open(str(root), "style/gone.safetensors") == root / "style"
    assert launch.started == [["xdg-open", str(root / "style")]]
    assert command_for("darwin", root / "style")[1] == "-R"


@pytest.mark.parametrize("path", ["../outside.safetensors", "/etc/passwd", "style/../../outside.safetensors", "a\0b"])
def test_nothing_outside_a_root_is_opened(root: Path, path: str) -> None:
    launch = Recorder()
    with pytest.raises(BadInputError):
        opener(root, launch).open(str(root), path)
    assert launch.started == []


def test_another_hosts_root_is_not_opened(root: Path) -> None:
    launch = Recorder()
    with pytest.raises(NotFoundError):
        opener(root, launch).open(str(root.parent), "outside.safetensors")
    with pytest.raises(NotFoundError):
        opener(root, launch).open(str(root), "nowhere/ink.safetensors")
    assert launch.started == []


def test_a_machine_without_a_desktop_says_so(root: Path) -> None:
    launch = Recorder()
    with pytest.raises(CannotOpenError, match="desktop"):
        opener(root, launch, environment={}).open(str(root), "style/x.safetensors")
    assert launch.started == []


@pytest.mark.parametrize(
    ("system", "environment", "has"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("freebsd13", {}, False),
        ("win32", {}, True),
        ("darwin", {}, True),
    ],
)
def test_whether_there_is_a_desktop_is_known_beforehand(
    root: Path, system: str, environment: dict[str, str], has: bool
) -> None:
    assert opener(root, Recorder(), system, environment).has_desktop is has


def test_a_machine_without_a_file_manager_says_so(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(root))
    with pytest.raises(CannotOpenError, match="xdg-open"):
        FolderOpener(lambda: [root], None, "linux", DESKTOP).open(str(root), "style/x.safetensors")


def test_a_program_is_started_and_its_end_heard(tmp_path: Path) -> None:
    done = tmp_path / "done"
    start_apart([sys.executable, "-c", f"open({str(done)!r}, 'w').close()"])
    for thread in threading.enumerate():
        if thread.name == "lora-manager-file-manager":
            thread.join(20)
    assert done.exists()
