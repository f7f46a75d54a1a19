from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tools import dev_checks as module
from tools.dev_checks import HOSTS, LANES, OURS_ALONE, steps
from tools.dev_env import PINS, ROOT, DevError, ensure

PINNED = {
    "a1111": {"gradio==3.41.2", "fastapi==0.94.0", "pydantic==1.10.15", "numpy==1.26.2"},
    "forge": {"gradio==4.40.0", "fastapi==0.104.1", "pydantic==2.8.2", "numpy==1.26.2"},
    "sdnext": {"gradio==3.43.2", "fastapi==0.124.4", "numpy==2.1.2"},
}


@pytest.mark.parametrize("name", HOSTS)
def test_a_hosts_lane_has_what_the_host_brings(name: str) -> None:
    lines = (PINS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert set(pins) >= PINNED[name]
    assert all(line.count("==") == 1 for line in pins), "everything is pinned, nothing comes from anywhere else"
    assert all((ROOT / test).exists() for test in LANES[name].tests)


@pytest.mark.parametrize("name", HOSTS)
def test_a_hosts_lane_tests_what_the_packages_matter_to(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(module, "_run", lambda command, **_: bool(commands.append(command)) or True)
    (step,) = steps(LANES[name], Path("python"), fast=True, expression="")
    assert step.run()
    (command,) = commands
    assert {"tests/api", "tests/contract", "tests/ui", OURS_ALONE} <= set(command)


def test_another_python_than_the_pins_are_for_is_said(tmp_path: Path) -> None:
    other = replace(LANES["forge"].environment, folder=tmp_path / "env", only=(2, 7))
    with pytest.raises(DevError, match=rf"for Python 2\.7; this is {sys.version_info[0]}\.{sys.version_info[1]}"):
        ensure(other)
    assert not (tmp_path / "env").exists()
