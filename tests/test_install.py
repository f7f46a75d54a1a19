from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest

from lora_manager.requirements_check import installed

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


def test_nothing_is_done_when_nothing_is_missing(install, monkeypatch, capsys) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(subprocess, "run", lambda *args, **kwargs: pytest.fail("pip was called"))
    install.main()
    assert capsys.readouterr().out == ""


def test_a_failure_is_one_line_with_a_remedy_and_the_host_goes_on(install, tmp_path) -> None:  # type: ignore[no-untyped-def]
    said = install.install([str(tmp_path / "no-such-package.whl")], installed())
    assert said.count("\n") == 0
    assert "could not be installed" in said
    assert "internet" in said


def test_what_pip_could_not_read_constrains_nothing(install) -> None:  # type: ignore[no-untyped-def]
    fit = {"torch": "2.1.0+cu118", "a.b": "1.0rc1", "c-d": "2024.1.post2", "e": "1!2.0.dev3", "f": "1.0-1", "x": "1"}
    unfit = {"two words": "1", "odd": "1.0-custom-build_x", "evil": "1\n--index-url http://x", "": "1", "-r": "1"}
    listed = install.constraints({**fit, **unfit})
    assert listed.splitlines() == [f"{name}=={version}" for name, version in fit.items()]


def test_without_a_place_for_temporary_files_the_own_folder_is_taken(  # type: ignore[no-untyped-def]
    install, tmp_path, monkeypatch
) -> None:
    def none() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "gettempdir", none)
    monkeypatch.setattr(install, "HERE", tmp_path)
    with install._folder() as folder:
        assert Path(folder).parent == tmp_path
    monkeypatch.setattr(install, "HERE", tmp_path / "gone")
    assert "could not be installed" in install.install(["lantern-oil"], {})


def test_whatever_goes_wrong_is_one_line(install, monkeypatch, capsys) -> None:  # type: ignore[no-untyped-def]
    def breaks() -> None:
        raise RuntimeError("no metadata today")

    monkeypatch.setattr("lora_manager.requirements_check.installed", breaks)
    install.main()
    out = capsys.readouterr().out
    assert "no metadata today" in out
    assert out.count("\n") == 1


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
    (extension / "lora_manager").mkdir()
    for name in ("install.py", "lora_manager/__init__.py", "lora_manager/requirements_check.py"):
        shutil.copyfile(ROOT / name, extension / name)

    def run(requirement: str, pip: str = "pip>=1") -> str:
        listed = f'dependencies = [\n    "{pip}",\n    "{requirement}",\n]\n'
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
    packages = Path(
        subprocess.check_output([str(python), "-c", "import pip; print(pip.__path__[0])"], text=True).strip()
    )
    for directory, name in (("two words-1", b"two words"), ("~oth_wing-1.0", b"moth-wing"), ("owl-1", b"owl\xff")):
        broken = packages.parent / f"{directory}.dist-info"
        broken.mkdir()
        (broken / "METADATA").write_bytes(b"Metadata-Version: 2.1\nName: " + name + b"\nVersion: 1\n")
    moth = f"moth-wing @ {wheel(tmp_path, 'moth_wing').as_uri()}"
    unfit, stuck = run(moth, pip="pip>=1,<2").splitlines()
    assert "is installed, but LoRA Manager needs pip>=1,<2: it is not moved" in unfit
    # The pip of some Pythons reads what others stumble over.
    if stuck != "LoRA Manager: installed moth-wing 1.0.":
        assert str(broken) in stuck
        shutil.rmtree(broken)
        assert run(moth) == "LoRA Manager: installed moth-wing 1.0.\n"
