from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers.lanes import of_this_lane
from tools import dev_checks as module
from tools.dev_checks import HOSTS, LANES, OURS_ALONE, run_lane, steps, sum_up
from tools.dev_env import PINS, ROOT, DevError, NoPythonError

PINNED = {
    "a1111": {"gradio==3.41.2", "fastapi==0.94.0", "pydantic==1.10.15", "numpy==1.26.2"},
    "forge": {"gradio==4.40.0", "fastapi==0.104.1", "pydantic==2.8.2", "numpy==1.26.2"},
    "sdnext": {"gradio==3.43.2", "fastapi==0.124.4", "pydantic==2.13.4", "numpy==2.1.2"},
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


@pytest.mark.parametrize(
    ("lane", "families"),
    [
        ("default", ["a1111", "forge", "sdnext"]),
        ("a1111", ["a1111"]),
        ("forge", ["forge"]),
        ("sdnext", ["sdnext"]),
    ],
)
def test_in_a_hosts_packages_only_that_host_is_imitated(lane: str, families: list[str]) -> None:
    assert of_this_lane(["a1111", "forge", "sdnext"], lane) == families
    assert of_this_lane(["a1111", "sdnext"], "forge") == ["a1111"], "its page is the same"


@pytest.fixture
def only_host_lanes(monkeypatch: pytest.MonkeyPatch) -> Callable[[str | DevError], None]:
    """Lanes whose environment is there, or fails so; their one step passes."""

    def prepare(outcome: str | DevError) -> None:
        def ensured(_: object) -> Path:
            if isinstance(outcome, DevError):
                raise outcome
            return Path(outcome)

        monkeypatch.setattr(module, "ensure", ensured)
        monkeypatch.setattr(module, "_run", lambda command, **_: True)

    return prepare


def test_every_lane_is_in_the_summary(
    only_host_lanes: Callable[[str | DevError], None], capsys: pytest.CaptureFixture[str]
) -> None:
    only_host_lanes("python")
    assert sum_up([run_lane(LANES["forge"], fast=True)])
    said = capsys.readouterr().out.partition("Summary")[2]
    for name in LANES:
        assert f"lane {name} " in said
    assert said.count("not asked for") == len(LANES) - 1
    assert re.search(r"lane forge +passed +\d+\.\d s\n +pytest +passed", said)


def test_a_lane_whose_packages_cannot_be_had_fails_and_the_next_one_runs(
    only_host_lanes: Callable[[str | DevError], None], capsys: pytest.CaptureFixture[str]
) -> None:
    only_host_lanes(DevError("pip failed"))
    failed = run_lane(LANES["forge"])
    assert failed.is_failure
    only_host_lanes("python")
    assert not sum_up([failed, run_lane(LANES["sdnext"], fast=True)])
    said = capsys.readouterr().out
    assert "pip failed" in said
    assert "(its packages could not be installed)" in said


def test_a_lane_without_its_python_is_named_and_fails_only_where_all_must_run(
    only_host_lanes: Callable[[str | DevError], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    only_host_lanes(NoPythonError("needs Python 3.11"))
    result = run_lane(LANES["forge"])
    monkeypatch.delenv("CI", raising=False)
    assert sum_up([result])
    assert re.search(r"lane forge +not run +\(needs Python 3\.11\)", capsys.readouterr().out)
    monkeypatch.setenv("CI", "true")
    assert not sum_up([result])
    assert sum_up([]), "a lane that nobody asked for fails nothing"
