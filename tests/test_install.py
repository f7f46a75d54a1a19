from __future__ import annotations

import os
import subprocess
import sys
import zipfile
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


def wheel(folder: Path, name: str, requires: str = "") -> Path:
    """A package without content, as a file that pip installs without any network."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n" + (
        f"Requires-Dist: {requires}\n" if requires else ""
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}-1.0.dist-info/METADATA", metadata)
        archive.writestr(
            f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{name}-1.0.dist-info/RECORD", "")
    return path


def test_a_package_is_installed_and_nothing_else_moves(tmp_path: Path) -> None:
    """By the real pip, into a real environment of its own; the second package wants another pip than is there."""
    environment = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True, timeout=120)
    python = environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    extension = tmp_path / "extension"
    extension.mkdir()
    (extension / "install.py").write_text((ROOT / "install.py").read_text(encoding="utf-8"), encoding="utf-8")

    def run(requirement: str) -> str:
        listed = f'dependencies = [\n    "pip>=1",\n    "{requirement}",\n]\n'
        (extension / "pyproject.toml").write_text(listed, encoding="utf-8")
        command = [str(python), str(extension / "install.py")]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=120, check=True, env={**os.environ, "PIP_NO_INDEX": "1"}
        )
        return done.stdout

    def freeze() -> str:
        command = [str(python), "-m", "pip", "list", "--format=freeze"]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout

    before = freeze()
    said = run(f"lantern-oil @ {wheel(tmp_path, 'lantern_oil').as_uri()}")
    assert said == "LoRA Manager: installed lantern-oil 1.0.\n"
    assert set(freeze().splitlines()) - set(before.splitlines()) == {"lantern_oil==1.0"}
    assert run(f"lantern-oil @ {wheel(tmp_path, 'lantern_oil').as_uri()}") == "", "it is there now"
    after = freeze()
    refused = run(f"moth-wing @ {wheel(tmp_path, 'moth_wing', 'pip<2').as_uri()}")
    assert "could not be installed" in refused
    assert refused.count("\n") == 1
    assert freeze() == after
