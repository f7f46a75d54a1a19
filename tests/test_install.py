from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def install():  # type: ignore[no-untyped-def]
    """The module as a host's Python sees it: nothing of ours on the path."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("lora_manager_install", ROOT / "install.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_requirements_are_those_of_the_package(install) -> None:  # type: ignore[no-untyped-def]
    wanted = install.requirements()
    assert "SQLAlchemy>=2.0,<2.2" in wanted
    assert {"alembic", "pydantic", "numpy", "safetensors", "Pillow", "nh3", "watchfiles"} <= {
        install._name(item) for item in wanted
    }


def test_what_is_there_is_found_by_any_spelling(install) -> None:  # type: ignore[no-untyped-def]
    have = install.installed()
    assert {"sqlalchemy", "pytest"} <= set(have)
    assert install.missing(["SQLAlchemy>=2.0,<2.2", "typing.extensions", "no-such-thing>=1"], have) == [
        "no-such-thing>=1"
    ]


def test_what_is_there_in_another_version_is_not_moved(install) -> None:  # type: ignore[no-untyped-def]
    assert install.missing(["numpy>=99"], {"numpy": "1.26.2"}) == []


def test_nothing_is_done_when_nothing_is_missing(install, monkeypatch, capsys) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(subprocess, "run", lambda *args, **kwargs: pytest.fail("pip was called"))
    install.main()
    assert capsys.readouterr().out == ""


def test_a_failure_is_one_line_with_a_remedy_and_the_host_goes_on(install, tmp_path) -> None:  # type: ignore[no-untyped-def]
    said = install.install([str(tmp_path / "no-such-package.whl")], install.installed())
    assert said.count("\n") == 0
    assert "could not be installed" in said
    assert "internet" in said


def test_a_package_is_installed_and_nothing_else_moves(install, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """By the real pip, into a real environment that has one package of its own."""
    environment = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True, timeout=120)
    python = environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    package = tmp_path / "ours"
    package.mkdir()
    (package / "pyproject.toml").write_text(
        'dependencies = [\n    "pip>=1",\n    "setuptools>=1",\n    "lantern_oil @ ' + "file:///nowhere" + '",\n]\n',
        encoding="utf-8",
    )
    (package / "install.py").write_text((ROOT / "install.py").read_text(encoding="utf-8"), encoding="utf-8")
    done = subprocess.run(
        [str(python), str(package / "install.py")], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    assert "lantern_oil" in done.stdout
    assert "could not be installed" in done.stdout
