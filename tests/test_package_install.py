from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from lora_manager import package_install as module
from lora_manager.package_install import (
    Outcome,
    Step,
    Target,
    Watch,
    add_packages,
    constraints,
    imports,
    reason_of,
)
from tests.helpers.packages import Environment, make_environment

HERE = Target()


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    return make_environment(tmp_path, monkeypatch)


def test_what_pip_could_not_read_constrains_nothing() -> None:
    fit = {"torch": "2.1.0+cu118", "a.b": "1.0rc1", "c-d": "2024.1.post2", "e": "1!2.0.dev3", "f": "1.0-1", "x": "1"}
    unfit = {"two words": "1", "odd": "1.0-custom-build_x", "evil": "1\n--index-url http://x", "": "1", "-r": "1"}
    listed = constraints({**fit, **unfit})
    assert listed.splitlines() == [f"{name}=={version}" for name, version in fit.items()]


def test_a_package_is_added_with_what_it_asks_for_and_nothing_moves(environment: Environment) -> None:
    environment.put("old-lamp", "1.0")
    environment.offer("old-lamp", "2.0")
    environment.offer("wick")
    environment.offer("lantern", requires=("wick", "old-lamp>=1"))
    told: list[str] = []
    outcome = add_packages(environment.target, [Step(("lantern",))], watch=Watch(told.append))
    assert outcome == Outcome({"lantern": "1.0", "wick": "1.0"})
    assert environment.versions() == {"old-lamp": "1.0", "lantern": "1.0", "wick": "1.0"}
    assert "Unpacking" in told
    assert [message for message in told if message.startswith("Processing lantern-1.0")]


def test_what_would_move_a_package_is_not_added_and_is_said(environment: Environment) -> None:
    environment.put("old-lamp", "1.0")
    environment.offer("old-lamp", "2.0")
    environment.offer("lantern", requires=("old-lamp>=2",))
    outcome = add_packages(environment.target, [Step(("lantern",))])
    assert "no version fits beside what is installed" in outcome.failure
    assert environment.versions() == {"old-lamp": "1.0"}


def test_alone_a_package_comes_without_what_it_asks_for(environment: Environment) -> None:
    environment.put("old-lamp", "1.0")
    environment.offer("lantern", requires=("old-lamp>=2", "never-made"))
    outcome = add_packages(environment.target, [Step(("lantern",), alone=True, built=True)])
    assert outcome == Outcome({"lantern": "1.0"})


def test_when_a_later_step_fails_the_earlier_ones_are_taken_back(environment: Environment) -> None:
    environment.offer("wick")
    outcome = add_packages(environment.target, [Step(("wick",)), Step(("never-made",))])
    assert "never-made" in outcome.failure
    assert "internet" in outcome.failure
    assert (outcome.added, environment.versions()) == ({}, {})
    assert not (environment.packages / "wick").exists()


@pytest.mark.parametrize(
    ("code", "said"),
    [("raise ImportError('no oil')", "imported: ImportError: no oil"), ("import os; os._exit(3)", "no reason given")],
)
def test_what_cannot_be_imported_is_taken_back(environment: Environment, code: str, said: str) -> None:
    environment.offer("lantern", code=code)
    outcome = add_packages(environment.target, [Step(("lantern",))], verify=imports("lantern"))
    assert said in outcome.failure
    assert environment.versions() == {}


def test_what_somebody_else_adds_meanwhile_is_left_alone(environment: Environment) -> None:
    environment.offer("lantern")

    def verify(target: Target, watch: Watch) -> str:
        environment.put("not-ours", "3.0")
        return "it is dark"

    outcome = add_packages(environment.target, [Step(("lantern",))], verify=verify)
    assert outcome.failure == "it is dark"
    assert environment.versions() == {"not-ours": "3.0"}


def test_what_moved_meanwhile_is_told(environment: Environment) -> None:
    environment.put("old-lamp", "1.0")
    environment.offer("lantern")

    def verify(target: Target, watch: Watch) -> str:
        (environment.packages / "old_lamp-1.0.dist-info").rename(environment.packages / "gone")
        return ""

    outcome = add_packages(environment.target, [Step(("lantern",))], verify=verify)
    assert outcome.moved == ("old-lamp 1.0 -> gone",)
    assert outcome.added == {"lantern": "1.0"}


@pytest.mark.parametrize("setting", ["PIP_QUIET=1", "PIP_QUIET=3", "PIP_VERBOSE=2", "FORCE_COLOR=1", "config"])
def test_however_little_pip_shall_say_what_does_not_work_is_taken_back(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, setting: str
) -> None:
    if setting == "config":
        (tmp_path / "pip.ini").write_text("[global]\nquiet = 2\n", encoding="utf-8")
        setting = f"PIP_CONFIG_FILE={tmp_path / 'pip.ini'}"
    monkeypatch.setenv(*setting.split("=", 1))
    environment.offer("lantern")
    told: list[str] = []
    outcome = add_packages(
        environment.target, [Step(("lantern",))], watch=Watch(told.append), verify=lambda target, watch: "it is dark"
    )
    assert outcome.failure == "it is dark"
    assert environment.versions() == {}
    assert "Unpacking" in told  # from then on it is not killed


@pytest.mark.parametrize("name", ["TARGET", "PREFIX", "ROOT", "DRY_RUN", "USER", "PYTHON", "REPORT", "EDITABLE"])
def test_what_would_lead_pip_elsewhere_does_not(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    value = {"DRY_RUN": "1", "USER": "1", "PYTHON": sys.executable}.get(name, str(tmp_path / "elsewhere"))
    monkeypatch.setenv(f"PIP_{name}", value)
    environment.offer("lantern")
    outcome = add_packages(environment.target, [Step(("lantern",))])
    assert (outcome.failure, environment.versions()) == ("", {"lantern": "1.0"})
    assert not (tmp_path / "elsewhere").exists()


def test_what_pip_puts_elsewhere_all_the_same_was_not_added(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "pip.ini").write_text(f"[install]\ntarget = {tmp_path / 'elsewhere'}\n", encoding="utf-8")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.ini"))
    environment.offer("lantern")
    outcome = add_packages(environment.target, [Step(("lantern>=1",))])
    assert "lantern>=1 is not there" in outcome.failure
    assert "pip config" in outcome.failure
    assert environment.versions() == {}


def test_where_packages_come_from_is_the_users_to_say(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.offer("lantern")
    monkeypatch.delenv("PIP_FIND_LINKS")
    outcome = add_packages(environment.target, [Step(("lantern",))])
    assert "No matching distribution" in outcome.failure
    monkeypatch.setenv("PIP_FIND_LINKS", str(environment.wheels))
    monkeypatch.setenv("PIP_CACHE_DIR", str(tmp_path / "cache"))
    assert add_packages(environment.target, [Step(("lantern",))]).added == {"lantern": "1.0"}


def test_cancelled_before_it_begins_nothing_is_added(environment: Environment) -> None:
    environment.offer("lantern")
    outcome = add_packages(environment.target, [Step(("lantern",))], watch=Watch(cancelled=lambda: True))
    assert (outcome.cancelled, outcome.failure, outcome.added) == (True, "", {})
    assert environment.versions() == {}


def test_cancelled_while_it_is_checked_it_is_taken_back(environment: Environment) -> None:
    environment.offer("lantern", code="import time; time.sleep(60)")
    cancelled = threading.Event()

    def on_message(message: str) -> None:
        if message.startswith("Checking"):
            cancelled.set()

    outcome = add_packages(
        environment.target, [Step(("lantern",))], watch=Watch(on_message, cancelled.is_set), verify=imports("lantern")
    )
    assert outcome.cancelled
    assert environment.versions() == {}


def test_what_takes_too_long_is_ended(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LIMIT_S", 0)
    environment.offer("lantern")
    outcome = add_packages(environment.target, [Step(("lantern",))])
    assert "was not done after 0 s" in outcome.failure
    assert environment.versions() == {}


def test_a_python_without_pip_or_none_at_all_is_said(environment: Environment, tmp_path: Path) -> None:
    (environment.packages / "pip.pth").unlink()
    assert "has no pip" in add_packages(environment.target, [Step(("lantern",))]).failure
    gone = Target(str(tmp_path / "gone"), (str(tmp_path),))
    assert add_packages(gone, [Step(("lantern",))]).failure


@pytest.mark.skipif(os.name == "nt", reason="a folder takes no such permission there")
def test_packages_that_cannot_be_written_are_said(environment: Environment) -> None:
    environment.offer("lantern")
    target = environment.target
    if os.getuid() == 0:  # root may write anywhere
        if shutil.which("setpriv") is None:
            pytest.skip("root heeds no permissions, and there is no setpriv to make it")
        heeding = environment.folder / "python"
        heeding.write_text(f'#!/bin/sh\nexec setpriv --bounding-set=-dac_override "{target.python}" "$@"\n')
        heeding.chmod(0o755)
        target = Target(str(heeding), target.paths)
    environment.packages.chmod(0o555)
    outcome = add_packages(target, [Step(("lantern",))])
    environment.packages.chmod(0o755)
    assert f"{environment.packages}/lantern cannot be written to" in outcome.failure
    assert environment.versions() == {}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("/usr/bin/python3: No module named pip", "has no pip"),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("error: externally-managed-environment\n\n× This environment is externally managed", "virtual environment"),
        ("ERROR: ... [Errno 13] Permission denied: '/opt/env/lib/x'\nCheck the permissions.", "/opt/env/lib/x cannot"),
        ("OSError: [WinError 5] Access is denied: 'C:\\\\env\\\\x.pyd'", "cannot be written to"),
        ("ERROR: ResolutionImpossible: for help visit", "no version fits beside"),
        (
            "WARNING: Retrying ... NewConnectionError('Failed to establish a new connection')\n"
            "ERROR: No matching distribution found for nh3",
            "index cannot be reached: internet access is needed once",
        ),
        ("ERROR: No matching distribution found for nh3>=9", "No matching distribution found for nh3>=9; internet"),
        ("ERROR: something else\nhint", "something else"),
        ("Traceback\nKeyError: 'x'", "KeyError: 'x'"),
        ("", "no reason given"),
    ],
)
def test_pips_words_become_a_reason_with_a_remedy(said: str, meant: str) -> None:
    assert meant in reason_of(said.splitlines(), HERE)


def test_without_a_place_for_temporary_files_another_is_taken(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found")

    environment.offer("lantern")
    monkeypatch.setattr(tempfile, "gettempdir", none)
    assert "No usable temporary" in add_packages(environment.target, [Step(("lantern",))]).failure
    outcome = add_packages(environment.target, [Step(("lantern",))], temporary=tmp_path)
    assert outcome == Outcome({"lantern": "1.0"})
    assert not list(tmp_path.glob(".install-*"))


@pytest.mark.parametrize("name", ["package_install", "optional_packages"])
def test_nothing_but_pythons_own_is_needed(name: str) -> None:
    """install.py imports it before anything is installed."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); before = set(sys.modules);"
        f"import lora_manager.{name};"
        "new = {name.split('.')[0] for name in set(sys.modules) - before} - {'lora_manager'};"
        "assert new <= sys.stdlib_module_names, new"
    )
    root = Path(module.__file__).parents[1]
    subprocess.run([sys.executable, "-S", "-c", code, str(root)], check=True, timeout=60)
