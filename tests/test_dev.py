"""dev.py itself: what it starts, and what it says when that cannot be."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

import dev
from tests.helpers.live_server import free_port
from tools.dev_checks import Lane, LaneResult
from tools.dev_env import DevError


def test_a_taken_port_is_named_with_a_free_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(DevError, match=rf"Port {port} .*Use --port \d+, which is free"):
            dev.check_port("127.0.0.1", port)
    dev.check_port("127.0.0.1", free_port())


def test_a_port_that_cannot_exist_is_refused() -> None:
    with pytest.raises(DevError, match="1 to 65535"):
        dev.check_port("127.0.0.1", 70_000)


def test_a_lora_dir_that_does_not_exist_ends_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["run", "--lora-dir", str(tmp_path / "gone")]) == 1
    assert "there is no such folder" in capsys.readouterr().out


def test_several_folders_and_a_model_reach_the_server(tmp_path: Path) -> None:
    folders = ["--lora-dir", str(tmp_path), "--lora-dir", str(tmp_path)]
    words = ["run", *folders, "--model", str(tmp_path / "m"), "--port", "7999"]
    command = dev.serve_command(Path("python"), dev.parser().parse_args(words))
    assert command[1:4] == ["-m", "lora_manager", "serve"]
    assert command.count("--lora-dir") == 2
    assert command[-2:] == ["--model", str(tmp_path / "m")]
    assert "--demo" not in command


def test_without_a_folder_the_demo_is_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stamp = {"lora_dir": str(tmp_path), "model_dir": str(tmp_path), "version": dev._version()}
    monkeypatch.setattr(dev, "DEMO", tmp_path)
    (tmp_path / dev.DEMO_STAMP).write_text(json.dumps(stamp), encoding="utf-8")
    command = dev.serve_command(Path("python"), dev.parser().parse_args(["run"]))
    assert command[-5:] == ["--demo", "--lora-dir", str(tmp_path), "--model", str(tmp_path)]
    assert "--model" not in dev.serve_command(Path("python"), dev.parser().parse_args(["run", "--light"]))


def test_a_demo_that_is_gone_is_made_again(tmp_path: Path) -> None:
    stamp = tmp_path / dev.DEMO_STAMP
    stamp.write_text(json.dumps({"lora_dir": str(tmp_path / "gone"), "model_dir": None}), encoding="utf-8")
    assert dev._read_demo(stamp) == {}
    stamp.write_text("{", encoding="utf-8")
    assert dev._read_demo(stamp) == {}


def test_the_version_is_the_package_s() -> None:
    from lora_manager import __version__

    assert dev._version() == __version__


@pytest.mark.parametrize(
    ("words", "lanes"),
    [
        ([], ["default", "a1111", "forge", "sdnext"]),
        (["--lane", "all", "--fast"], ["default", "a1111", "forge", "sdnext"]),
        (["--lane", "default"], ["default"]),
        (["--lane", "forge"], ["forge"]),
        (["--fast"], ["default"]),
        (["-k", "install"], ["default"]),
    ],
)
def test_every_lane_is_run_unless_something_quicker_is_asked_for(
    words: list[str], lanes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run: list[str] = []

    def run_lane(lane: Lane, **_: object) -> LaneResult:
        run.append(lane.name)
        return LaneResult(lane.name, "passed" if lane.name != "sdnext" else "FAILED")

    monkeypatch.setattr(dev, "run_lane", run_lane)
    assert dev.main(["test", *words]) == (1 if "sdnext" in lanes else 0)
    assert run == lanes
