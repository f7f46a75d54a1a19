"""Which of the packages that LoRA Manager needs are not there, or there in a version that does not fit.

Used by `install.py` before anything is installed, so it needs nothing but Python itself. The list is pyproject.toml's.
"""

from __future__ import annotations

import importlib.metadata
import operator
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PYPROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"

_COMPARED: dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_LEFT_BY_A_BROKEN_UPDATE = ("~", "-")
"""What pip puts before the name of a package that it takes away, and leaves there when it is interrupted."""


@dataclass(frozen=True)
class Unfit:
    """A package that is there in a version that does not fit. `str` of it is what a user is told."""

    name: str
    version: str
    wanted: str

    def __str__(self) -> str:
        return (
            f"{self.name} {self.version} is installed, but LoRA Manager needs {self.name}{self.wanted}: it is not "
            "moved, because another program brought it, so if nothing needs the old version any more, "
            f'run "{sys.executable}" -m pip install "{self.name}{self.wanted}"'
        )


def requirements(pyproject: Path = PYPROJECT) -> list[str]:
    """Return the package's own dependencies as pip takes them. Read by hand: Python 3.10 has no TOML reader."""
    try:
        text = pyproject.read_text(encoding="utf-8")
    except FileNotFoundError:  # not run from a checkout: whoever installed the package looked after them
        return []
    listed = re.search(r"^dependencies = \[(.*?)^\]", text, re.DOTALL | re.MULTILINE)
    return re.findall(r'"([^"]+)"', listed.group(1)) if listed else []


def installed(paths: Sequence[str] | None = None) -> dict[str, str]:
    """Return the version of every distribution installed in these folders (or here), by its normalised name."""
    found: dict[str, str] = {}
    for distribution in _distributions(paths):
        directory = Path(str(getattr(distribution, "_path", ""))).name
        if directory.startswith(_LEFT_BY_A_BROKEN_UPDATE):
            continue
        name, version = _described(distribution) or _named(directory)
        if name and version:  # a half-removed package has neither
            found.setdefault(normalised(name), version)
    return found


def unreadable(paths: Sequence[str] | None = None) -> list[str]:
    """Return the folders of installed distributions whose description cannot be read: pip stumbles over each."""
    found = _distributions(paths)
    return [str(getattr(distribution, "_path", "")) for distribution in found if _described(distribution) is None]


def missing(wanted: Sequence[str], have: Mapping[str, str]) -> list[str]:
    """Return the requirements that no installed distribution meets by name."""
    return [requirement for requirement in wanted if normalised(_name(requirement)) not in have]


def unfit(wanted: Sequence[str], have: Mapping[str, str]) -> list[Unfit]:
    """Return what is installed in a version that its requirement does not allow."""
    found = []
    for requirement in wanted:
        name, bounds = _name(requirement), _bounds(requirement)
        version = have.get(normalised(name), "")
        here = _release(version)
        if here is not None and not all(_COMPARED[sign](here, bound) for sign, bound in bounds):
            found.append(Unfit(name, version, _range(requirement)))
    return found


def normalised(name: str) -> str:
    """Return the one spelling of a package's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _distributions(paths: Sequence[str] | None) -> Iterable[importlib.metadata.Distribution]:
    return importlib.metadata.distributions() if paths is None else importlib.metadata.distributions(path=list(paths))


def _described(distribution: importlib.metadata.Distribution) -> tuple[str, str] | None:
    """Name and version as a distribution says them; None when that cannot be read."""
    try:
        said = distribution.metadata
        return ("", "") if "Name" not in said or "Version" not in said else (said["Name"], said["Version"])
    except (OSError, ValueError, TypeError, LookupError, AttributeError):  # what a broken one raises differs by Python
        return None


def _named(directory: str) -> tuple[str, str]:
    """Name and version as the folder `name-1.0.dist-info` says them."""
    name, _, version = re.sub(r"\.(dist|egg)-info$", "", directory).partition("-")
    return name, version


def _name(requirement: str) -> str:
    return re.split(r"[<>=!~;@\[ ]", requirement, maxsplit=1)[0]


def _range(requirement: str) -> str:
    """The versions that a requirement allows, as written; nothing for one that names a file."""
    rest = requirement.removeprefix(_name(requirement)).partition(";")[0]
    return "" if "@" in rest else re.sub(r"\[.*?\]|\s", "", rest)


def _bounds(requirement: str) -> list[tuple[str, tuple[int, ...]]]:
    """The bounds that can be compared; others (`~=`) are left to pip."""
    found = [re.fullmatch(r"(>=|<=|>|<)(\d+(?:\.\d+)*)", part) for part in _range(requirement).split(",")]
    return [(match[1], _release(match[2]) or ()) for match in found if match]


def _release(version: str) -> tuple[int, ...] | None:
    """The numbers of a version without trailing zeros: 2.0 and 2 are one."""
    match = re.match(r"v?(?:\d+!)?(\d+(?:\.\d+)*)", version.strip())
    if match is None:
        return None
    return tuple(int(part) for part in re.sub(r"(\.0+)+$", "", match[1]).split("."))
