"""The hosts run this at their start: installs the Python packages that are missing, and moves none that is there.

Needs nothing but Python and pip. Whatever goes wrong, the host goes on; the extension says on its page what is missing.
"""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
LIMIT_S = 600


def requirements(pyproject: Path = HERE / "pyproject.toml") -> list[str]:
    """The package's own dependencies as pip takes them. Read by hand: Python 3.10 has no TOML reader."""
    text = pyproject.read_text(encoding="utf-8")
    listed = re.search(r"^dependencies = \[(.*?)^\]", text, re.DOTALL | re.MULTILINE)
    return re.findall(r'"([^"]+)"', listed.group(1)) if listed else []


def installed() -> dict[str, str]:
    """Version of every installed distribution, by its normalised name."""
    found: dict[str, str] = {}
    for distribution in importlib.metadata.distributions():
        name, version = distribution.metadata["Name"], distribution.version
        if name and version:  # a half-removed package has neither
            found.setdefault(_normalised(name), version)
    return found


def missing(wanted: list[str], have: dict[str, str]) -> list[str]:
    """The requirements that no installed distribution meets by name: a version that is there is never moved."""
    return [requirement for requirement in wanted if _normalised(_name(requirement)) not in have]


def install(wanted: list[str], have: dict[str, str]) -> str:
    """Install these without moving anything; returns the one line to print."""
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder) / "constraints.txt"
        constraints.write_text("".join(f"{name}=={version}\n" for name, version in have.items()), encoding="utf-8")
        command = [sys.executable, "-m", "pip", "install", "--prefer-binary", "--disable-pip-version-check"]
        command += ["-c", str(constraints), *wanted]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            return _failure(wanted, str(error))
    if done.returncode != 0:
        said = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        return _failure(wanted, said[-1] if said else f"pip ended with {done.returncode}")
    new = {name: version for name, version in installed().items() if have.get(name) != version}
    return f"LoRA Manager: installed {', '.join(f'{name} {version}' for name, version in sorted(new.items()))}."


def main() -> None:
    """Install what is missing, and say in one line what was done."""
    have = installed()
    wanted = missing(requirements(), have)
    if wanted:
        print(install(wanted, have))


def _failure(wanted: list[str], reason: str) -> str:
    return (
        f"LoRA Manager: {', '.join(wanted)} could not be installed ({reason}). "
        "Its tab will say what is missing; start the web UI once with internet access."
    )


def _name(requirement: str) -> str:
    return re.split(r"[<>=!~;\[ ]", requirement, maxsplit=1)[0]


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    main()
