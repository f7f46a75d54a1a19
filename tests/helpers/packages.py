"""Environments of our own and wheels for them: pip runs for real, and needs no network."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import venv
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pip
import pytest

from lora_manager.package_install import Target


@dataclass(frozen=True)
class Environment:
    """An environment with pip and nothing else, and a folder of wheels that is all that pip knows of."""

    folder: Path
    wheels: Path

    @property
    def python(self) -> Path:
        """Its Python."""
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @cached_property
    def packages(self) -> Path:
        """Where its packages lie."""
        (found,) = [path for path in self.folder.rglob("site-packages") if path.is_dir() and "64" not in path.parts[-3]]
        return found

    @property
    def target(self) -> Target:
        """It as our code takes it."""
        return Target(str(self.python), (str(self.packages),))

    def put(self, name: str, version: str, *, requires: tuple[str, ...] = (), code: str = "") -> None:
        """Have a package there, as pip leaves one."""
        module = name.replace("-", "_")
        (self.packages / module).mkdir()
        (self.packages / module / "__init__.py").write_text(code, encoding="utf-8")
        info = self.packages / f"{module}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(_metadata(name, version, requires), encoding="utf-8")
        (info / "INSTALLER").write_text("pip\n", encoding="utf-8")
        listed = [f"{module}/__init__.py", *(f"{info.name}/{file}" for file in ("METADATA", "INSTALLER", "RECORD"))]
        (info / "RECORD").write_text("".join(f"{file},,\n" for file in listed), encoding="utf-8")

    def offer(self, name: str, version: str = "1.0", *, requires: tuple[str, ...] = (), code: str = "") -> Path:
        """Make a wheel that pip finds."""
        module = name.replace("-", "_")
        path = self.wheels / f"{module}-{version}-py3-none-any.whl"
        info = f"{module}-{version}.dist-info"
        files: Mapping[str, str] = {
            f"{module}/__init__.py": code,
            f"{info}/METADATA": _metadata(name, version, requires),
            f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        listed = "".join(f"{file},,\n" for file in (*files, f"{info}/RECORD"))
        with zipfile.ZipFile(path, "w") as archive:
            for file, text in {**files, f"{info}/RECORD": listed}.items():
                archive.writestr(file, text)
        return path

    def versions(self) -> dict[str, str]:
        """What is there beside pip."""
        return self.target.installed()


@cache
def _pip_alone() -> Path:
    """A copy of our own pip in a folder with nothing else, made once."""
    folder = Path(tempfile.mkdtemp(prefix="pip-alone-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    here = Path(pip.__file__).parent
    for path in (here, *here.parent.glob("pip-*.dist-info")):
        shutil.copytree(path, folder / path.name)
    return folder


def _metadata(name: str, version: str, requires: tuple[str, ...]) -> str:
    asked = "".join(f"Requires-Dist: {requirement}\n" for requirement in requires)
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{asked}"


def make_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    """Make an environment whose pip, a copy of ours, lies elsewhere; it looks into the folder of wheels alone."""
    found = Environment(folder / "env", folder / "wheels")
    found.wheels.mkdir(parents=True)
    venv.create(found.folder, symlinks=os.name != "nt")
    (found.packages / "pip.pth").write_text(f"{_pip_alone()}\n", encoding="utf-8")
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(found.wheels))
    return found
