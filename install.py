"""The hosts run this at their start: installs the Python packages that are missing, and moves none that is there.

Needs nothing but Python and pip. Whatever goes wrong, the host goes on; the extension says on its page what is missing.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
LIMIT_S = 600

# What pip takes in a list of constraints: one line that is none, and it installs nothing at all.
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
_VERSION = re.compile(
    r"v?(\d+!)?\d+(\.\d+)*([-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?\d*)?(-\d+|[-_.]?(post|rev|r)[-_.]?\d*)?"
    r"([-_.]?dev[-_.]?\d*)?(\+[a-z0-9]+([-_.][a-z0-9]+)*)?",
    re.IGNORECASE,
)


def main() -> None:
    """Install what is missing, and say in one line each what was done and what cannot be."""
    try:
        for line in _lines():
            print(line)
    except Exception as error:  # noqa: BLE001
        # A host's start may not end here, whatever it is; the extension's page says what is missing.
        print(f"LoRA Manager: its Python packages could not be looked after ({type(error).__name__}: {error}).")


def install(wanted: list[str], have: dict[str, str]) -> str:
    """Install these without moving anything; returns the one line to print."""
    from lora_manager.requirements_check import installed, unreadable

    try:
        with _folder() as folder:
            done = _run_pip(wanted, have, Path(folder))
    except (OSError, subprocess.TimeoutExpired) as error:
        return _failure(wanted, str(error))
    if done.returncode != 0:
        said = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        broken = [f"remove {folder}, which cannot be read" for folder in unreadable()]
        return _failure(wanted, "; ".join([*(said[-1:] or [f"pip ended with {done.returncode}"]), *broken]))
    new = {name: version for name, version in installed().items() if have.get(name) != version}
    return f"LoRA Manager: installed {', '.join(f'{name} {version}' for name, version in sorted(new.items()))}."


def constraints(have: dict[str, str]) -> str:
    """What keeps pip from moving a package that is there, as it reads it: one of another form moves by no wish."""
    fit = {name: version for name, version in have.items() if _NAME.fullmatch(name) and _VERSION.fullmatch(version)}
    return "".join(f"{name}=={version}\n" for name, version in fit.items())


def _lines() -> list[str]:
    if str(HERE) not in sys.path:  # an embedded Python does not add a script's own folder
        sys.path.insert(0, str(HERE))
    from lora_manager.requirements_check import installed, missing, requirements, unfit

    have, needed = installed(), requirements()
    lines = [f"LoRA Manager: {found}." for found in unfit(needed, have)]
    wanted = missing(needed, have)
    return [*lines, install(wanted, have)] if wanted else lines


def _folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for a moment: in the system's place, or here when that cannot be written."""
    try:
        return tempfile.TemporaryDirectory()
    except OSError:
        return tempfile.TemporaryDirectory(prefix=".install-", dir=HERE)


def _run_pip(wanted: list[str], have: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    listed = folder / "constraints.txt"
    listed.write_text(constraints(have), encoding="utf-8")
    command = [sys.executable, "-m", "pip", "install", "--prefer-binary", "--disable-pip-version-check"]
    return subprocess.run(
        [*command, "-c", str(listed), *wanted],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=LIMIT_S,
        check=False,
        env={**os.environ, "TMPDIR": str(folder)},  # pip wants a place of its own, which the system may not have
    )


def _failure(wanted: list[str], reason: str) -> str:
    return (
        f"LoRA Manager: {', '.join(wanted)} could not be installed ({reason}). "
        "Its tab will say what is missing; start the web UI once with internet access."
    )


if __name__ == "__main__":
    main()
