from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lora_manager import requirements_check as module
from lora_manager.requirements_check import installed, missing, requirements, unfit, unreadable


def put(folder: Path, directory: str, metadata: bytes | None) -> None:
    """A distribution as pip leaves one; without metadata, as a broken removal does."""
    place = folder / f"{directory}.dist-info"
    place.mkdir()
    if metadata is not None:
        (place / "METADATA").write_bytes(metadata)


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of packages that Python looks into first."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_the_requirements_are_those_of_the_package() -> None:
    wanted = requirements()
    assert "SQLAlchemy>=2.0,<2.2" in wanted
    names = {requirement.split(">")[0] for requirement in wanted}
    assert {"alembic", "pydantic", "numpy", "safetensors", "Pillow", "nh3", "watchfiles"} <= names


def test_without_the_list_nothing_is_required(tmp_path: Path) -> None:
    assert requirements(tmp_path / "pyproject.toml") == []


def test_what_is_there_is_found_by_any_spelling() -> None:
    have = installed()
    assert {"sqlalchemy", "pytest"} <= set(have)
    assert missing(["SQLAlchemy>=2.0,<2.2", "typing.extensions", "no-such-thing>=1"], have) == ["no-such-thing>=1"]


def test_one_broken_package_says_nothing_of_the_others(packages: Path) -> None:
    put(packages, "lantern_oil-1.5", b"Metadata-Version: 2.1\nName: lantern-oil\nVersion: 1.5\nSummary: \xff\xfe\n")
    put(packages, "half-2", None)
    (packages / "folder-1.dist-info" / "METADATA").mkdir(parents=True)
    put(packages, "moth-3", b"Metadata-Version: 2.1\nName: moth\nVersion: 3\n")
    have = installed()
    assert (have["lantern-oil"], have["moth"]) == ("1.5", "3")
    assert "sqlalchemy" in have
    assert str(packages / "lantern_oil-1.5.dist-info") in unreadable()


@pytest.mark.parametrize("first", ["~", "-"])
def test_what_a_broken_update_left_is_not_there(packages: Path, first: str) -> None:
    put(packages, f"{first}antern-1.0", b"Metadata-Version: 2.1\nName: lantern\nVersion: 1.0\n")
    assert "lantern" not in installed()


@pytest.mark.parametrize(
    ("requirement", "version", "fits"),
    [
        ("SQLAlchemy>=2.0,<2.2", "1.4.54", False),
        ("SQLAlchemy>=2.0,<2.2", "2.0", True),
        ("SQLAlchemy>=2.0,<2.2", "2.0.0", True),
        ("SQLAlchemy>=2.0.0,<2.2", "2", True),
        ("SQLAlchemy>=2.0,<2.2", "2.1.99+local.1", True),
        ("SQLAlchemy >= 2.0, < 2.2", "2.2", False),
        ("sqlalchemy>=2.0,<2.2", "2.2.0", False),
        ("sqlalchemy[asyncio]>=2.10 ; python_version >= '3'", "2.9", False),
        ("sqlalchemy[asyncio]>=2.9 ; python_version >= '3'", "2.10", True),
        ("sqlalchemy>2", "2.0", False),
        ("sqlalchemy<=2", "2.0", True),
        ("sqlalchemy", "0", True),
        ("sqlalchemy @ file:///x-1.0>=2", "1.0", True),
        ("sqlalchemy>=2", "of our own making", True),  # nobody can say
    ],
)
def test_a_version_fits_or_not(requirement: str, version: str, fits: bool) -> None:
    assert (unfit([requirement], {"sqlalchemy": version}) == []) is fits


def test_what_does_not_fit_is_said_with_what_is_wanted_and_why_it_stays() -> None:
    (found,) = unfit(["SQLAlchemy>=2.0,<2.2", "nh3>=0.2.15"], {"sqlalchemy": "1.4.54"})
    said = str(found)
    for part in ("SQLAlchemy 1.4.54", ">=2.0,<2.2", "not moved", "another program", "-m pip install"):
        assert part in said
    assert "\n" not in said


def test_nothing_but_pythons_own_is_needed() -> None:
    """A host runs it before anything of ours is installed."""
    code = (
        "import sys, runpy; before = set(sys.modules); runpy.run_path(sys.argv[1]);"
        "new = {name.split('.')[0] for name in set(sys.modules) - before};"
        "assert new <= sys.stdlib_module_names, new"
    )
    assert module.__file__ is not None
    subprocess.run([sys.executable, "-S", "-c", code, module.__file__], check=True, timeout=60)


def test_what_this_package_wants_is_what_its_tests_run_with() -> None:
    have = installed()
    assert (missing(requirements(), have), unfit(requirements(), have)) == ([], [])
