"""The environment of dev.py: what its stamp vouches for, what pip's words become, and that every pin is exact."""

from __future__ import annotations

import os
import re
import sys
import venv
from dataclasses import replace
from pathlib import Path

import pytest

from tools import dev_env
from tools.dev_env import DevError, Environment, NoPythonError


@pytest.fixture
def pins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of pin files that a test may change: `full` includes `light`."""
    folder = tmp_path / "pins"
    folder.mkdir()
    (folder / "light.txt").write_text("a==1\n", encoding="utf-8")
    (folder / "full.txt").write_text("# more\n-r light.txt\nb==2\n", encoding="utf-8")
    monkeypatch.setattr(dev_env, "PINS", folder)
    return folder


def _environment(tmp_path: Path, pins: str, version: str = "3.11.7") -> Environment:
    """An environment as far as its files go; nothing is run."""
    environment = Environment(tmp_path / "venv", pins)
    environment.python.parent.mkdir(parents=True, exist_ok=True)
    environment.python.touch()
    (environment.folder / "pyvenv.cfg").write_text(f"home = x\nversion = {version}\n", encoding="utf-8")
    return environment


def _stamp(environment: Environment) -> None:
    dev_env._write_stamp(environment, {environment.pins: dev_env._digest(environment, environment.pins)})


def _is_installed(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether `ensure` would leave this environment alone."""

    def install(_: Environment) -> None:
        raise DevError("would install")

    monkeypatch.setattr(dev_env, "_make", lambda _, python: None)
    monkeypatch.setattr(dev_env, "_install", install)
    try:
        return dev_env.ensure(environment) == environment.python
    except DevError:
        return False


def test_a_stamped_environment_is_left_alone(tmp_path: Path, pins: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = _environment(tmp_path, "light")
    assert not _is_installed(environment, monkeypatch)
    _stamp(environment)
    assert _is_installed(environment, monkeypatch)


def test_pins_that_include_others_vouch_for_them_but_not_the_other_way_round(
    tmp_path: Path, pins: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full, light = _environment(tmp_path, "full"), _environment(tmp_path, "light")
    _stamp(light)
    assert not _is_installed(full, monkeypatch)
    _stamp(full)
    assert _is_installed(light, monkeypatch)


@pytest.mark.parametrize("changed", ["light.txt", "full.txt"])
def test_a_changed_pin_is_installed(tmp_path: Path, pins: Path, monkeypatch: pytest.MonkeyPatch, changed: str) -> None:
    environment = _environment(tmp_path, "full")
    _stamp(environment)
    with (pins / changed).open("a", encoding="utf-8") as file:
        file.write("c==3\n")
    assert not _is_installed(environment, monkeypatch)


def test_another_python_is_filled_anew(tmp_path: Path, pins: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _stamp(_environment(tmp_path, "light"))
    assert not _is_installed(_environment(tmp_path, "light", version="3.12.1"), monkeypatch)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"light": 5}', '{"gone": "x"}'])
def test_a_broken_stamp_means_nothing_is_installed(
    tmp_path: Path, pins: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    environment = _environment(tmp_path, "light")
    (environment.folder / dev_env.STAMP).write_text(content, encoding="utf-8")
    assert not _is_installed(environment, monkeypatch)


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("ERROR: No matching distribution found for torch==2.13.0", "--light"),
        ("WARNING: Retrying: Temporary failure in name resolution\nNo matching distribution found for a", "network"),
        ("ERROR: No matching distribution found for numpy==2.2.6", "3.10 to 3.14"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("error: subprocess-exited-with-error", "retry"),
    ],
)
def test_what_pip_says_becomes_a_remedy(said: str, remedy: str) -> None:
    assert remedy in dev_env._remedy(said)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("  Downloading torch-2.13.0-cp311-cp311-linux_x86_64.whl (526.1 MB)", "  downloading torch-2.13.0 (526 MB)"),
        ("  Downloading torch-2.13.0.tar.gz (1.1 GB)", "  downloading torch-2.13.0.tar.gz (1100 MB)"),
        ("  Downloading h11-0.16.0-py3-none-any.whl (37 kB)", ""),
        ("Installing collected packages: a, b, c", "  unpacking 3 packages"),
        ("Collecting torch==2.13.0", ""),
    ],
)
def test_of_pip_only_what_takes_long_is_shown(line: str, shown: str) -> None:
    assert dev_env._progress(line) == shown


def test_every_pin_is_exact_and_named_once_for_each_python() -> None:
    for name in ("light", "full", "test", "node"):
        seen: set[tuple[str, str]] = set()
        for file in dev_env.pin_files(name):
            for line in file.read_text(encoding="utf-8").splitlines():
                if not line or line.startswith(("#", "-r ")):
                    continue
                match = re.fullmatch(r"([A-Za-z0-9._-]+)==([\w.]+)( ; .+)?", line)
                assert match, line
                key = (match.group(1).lower().replace("_", "-"), match.group(3) or "")
                assert key not in seen, line
                seen.add(key)


def test_the_pins_satisfy_what_the_package_asks_for() -> None:
    """pyproject.toml says what works; the pins must name each of those packages, but for what only training needs."""
    text = (dev_env.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = re.sub(
        r"^train = .*$", "", text.partition("dependencies = [")[2].partition("[tool.")[0], flags=re.MULTILINE
    )
    asked = {name.lower() for name in re.findall(r'"([A-Za-z0-9_-]+)', block) if name not in ("standalone", "generate")}
    pinned = "\n".join(file.read_text(encoding="utf-8").lower() for file in dev_env.pin_files("full"))
    assert {name for name in asked if not re.search(rf"^{name}==", pinned, re.MULTILINE)} == set()


def test_pins_of_another_python_are_filled_by_one_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.name == "nt":
        pytest.skip("no scripts without an ending there")
    assert dev_env._python(sys.version_info[:2]) == sys.executable
    monkeypatch.setenv("PATH", str(tmp_path))
    this = ".".join(map(str, sys.version_info[:2]))
    with pytest.raises(NoPythonError, match=rf"needs Python 2\.7 with venv on PATH .*runs with {this}"):
        dev_env._python((2, 7))
    shim = tmp_path / "python2.7"
    shim.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    shim.chmod(0o755)
    with pytest.raises(NoPythonError):
        dev_env._python((2, 7))
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    assert dev_env._python((2, 7)) == sys.executable


def test_an_environment_of_another_python_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = replace(_environment(tmp_path, "light"), only=sys.version_info[:2])
    venv.create(environment.folder, clear=True, symlinks=os.name != "nt")
    monkeypatch.setattr(dev_env, "_has_pip", lambda _: True)
    left = environment.folder / "left"
    left.touch()
    dev_env._make(environment, sys.executable)
    assert left.exists(), "it is right as it is"
    dev_env._make(replace(environment, only=(2, 7)), sys.executable)
    assert not left.exists()
