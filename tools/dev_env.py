"""The virtual environment of `dev.py`: made once, filled from pin files, stamped.

The stamp holds a digest of the pins and the interpreter, so that the next start installs nothing. Standard library
only: this runs before anything is installed.
"""

from __future__ import annotations

import collections
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PINS = ROOT / "tools" / "pins"
STAMP = ".lora-manager-pins.json"
LINES_READ = 200
LINES_SHOWN = 15
LARGE_DOWNLOAD_MB = 20
PYTHONS = "3.10 to 3.14"


class DevError(Exception):
    """Something a developer or user can put right: the message says what happened and what to do."""


class NoPythonError(DevError):
    """The pins are for a version of Python that is not to be found here."""


@dataclass(frozen=True)
class Environment:
    """A virtual environment and the pin file it must satisfy. Another host's pins are another one of these.

    `only` is the one version of Python that the pins are for; then they name every package, and pip resolves nothing.
    """

    folder: Path
    pins: str
    only: tuple[int, int] | None = None

    @property
    def python(self) -> Path:
        """The interpreter inside the environment."""
        inside = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
        return self.folder.joinpath(*inside)


def say(text: str = "") -> None:
    """Print a line at once, also through a pipe."""
    print(text, flush=True)


def pin_files(name: str) -> list[Path]:
    """The pin file of that name with those it includes (`-r other.txt`), outermost first."""
    path = PINS / f"{name}.txt"
    included = re.findall(r"^-r (\S+)\.txt$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [path, *(file for other in included for file in pin_files(other))]


def ensure(environment: Environment) -> Path:
    """Make the environment and install its pins unless that is done already; the path of its Python."""
    if environment.python.exists() and _covered(environment):
        return environment.python
    _make(environment, sys.executable if environment.only is None else _python(environment.only))
    _install(environment)
    return environment.python


def _python(version: tuple[int, int]) -> str:
    """A Python of this version: the one that runs, or one on PATH that starts (a shim may stand for none)."""
    if sys.version_info[:2] == version:
        return sys.executable
    wanted = ".".join(map(str, version))
    launcher = [["py", f"-{wanted}"]] if os.name == "nt" else []
    for command in ([f"python{wanted}"], *launcher):
        found = shutil.which(command[0])
        probe = [found or "", *command[1:], "-c", "import ensurepip, sys, venv; print(sys.executable)"]
        done = subprocess.run(probe, capture_output=True, text=True, errors="replace", check=False) if found else None
        if done is not None and done.returncode == 0:
            return done.stdout.strip()
    this = ".".join(map(str, sys.version_info[:2]))
    raise NoPythonError(f"needs Python {wanted} with venv on PATH (as python{wanted}); dev.py runs with {this}")


def _digest(environment: Environment, name: str) -> str:
    """Changes with the pins, the interpreter's version and the platform."""
    config = environment.folder / "pyvenv.cfg"
    text = config.read_text(encoding="utf-8", errors="replace") if config.exists() else ""
    version = re.search(r"^version(?:_info)? *= *(\S+)", text, flags=re.MULTILINE)
    pins = "\n".join(file.read_text(encoding="utf-8") for file in pin_files(name))
    return hashlib.sha256(f"{sys.platform} {version and version.group(1)}\n{pins}".encode()).hexdigest()


def _read_stamp(environment: Environment) -> dict[str, Any]:
    try:
        stamp = json.loads((environment.folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _valid_stamp(environment: Environment) -> dict[str, str]:
    known = {file.stem for file in PINS.glob("*.txt")}
    stamp = _read_stamp(environment)
    return {name: stamp[name] for name in stamp if name in known and stamp[name] == _digest(environment, name)}


def _covered(environment: Environment) -> bool:
    """Whether these pins, or pins that include them, were installed completely and have not changed since."""
    wanted = PINS / f"{environment.pins}.txt"
    return any(wanted in pin_files(name) for name in _valid_stamp(environment))


def _write_stamp(environment: Environment, stamp: dict[str, str]) -> None:
    path = environment.folder / STAMP
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(stamp, indent=1), encoding="utf-8")
    temporary.replace(path)


def _venv_remedy() -> str:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if Path("/etc/debian_version").exists():
        return f"Install it with: sudo apt-get install python{version}-venv"
    return f"Install a complete Python {version} (with 'venv' and 'ensurepip'), or run dev.py with another one."


def _make(environment: Environment, python: str) -> None:
    """Create the environment where it is missing or broken; one that works is kept."""
    if environment.python.exists() and _has_pip(environment) and _is_of(environment):
        return
    try:
        import ensurepip  # noqa: F401 - Debian splits it off
        import venv  # noqa: F401
    except ImportError as error:
        raise DevError(f"This Python cannot make virtual environments ({error}). {_venv_remedy()}") from error
    say(f"Making {environment.folder.name} with {python} ...")
    command = [python, "-m", "venv", "--clear", str(environment.folder)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode != 0 or not environment.python.exists():
        said = (done.stdout + done.stderr).strip()[-800:]
        raise DevError(f"Could not make {environment.folder}:\n{said}\n{_venv_remedy()}")


def _is_of(environment: Environment) -> bool:
    """Whether the environment's Python is of the version that its pins are for."""
    if environment.only is None:
        return True
    probe = [str(environment.python), "-c", "import sys; print(*sys.version_info[:2])"]
    done = subprocess.run(probe, capture_output=True, text=True, errors="replace", check=False)
    return done.stdout.split() == [str(part) for part in environment.only]


def _has_pip(environment: Environment) -> bool:
    probe = [str(environment.python), "-c", "import pip"]
    try:
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _install(environment: Environment) -> None:
    """Run pip on the pins; the stamp is taken away first, so that an install cut short is done again."""
    stamp = _valid_stamp(environment)
    _write_stamp(environment, stamp)
    started = time.monotonic()
    say(f"Installing what tools/pins/{environment.pins}.txt names (once; the next start skips this) ...")
    # What a test imports is compiled then; the rest of a host's packages never is: half a minute less.
    whole = ["--no-deps", "--no-compile"] if environment.only is not None else []
    pip_install(environment.python, [*whole, "-r", str(PINS / f"{environment.pins}.txt")])
    _write_stamp(environment, {**stamp, environment.pins: _digest(environment, environment.pins)})
    say(f"Installed in {time.monotonic() - started:.0f} s.")


def pip_install(python: Path, what: list[str]) -> None:
    """Install with pip, saying how far it is; on failure pip's last lines and the remedy."""
    options = ["--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
    command = [str(python), "-m", "pip", "install", *options, *what]
    last: collections.deque[str] = collections.deque(maxlen=LINES_READ)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace"
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if not line.startswith(("Ignoring ", "Requirement already satisfied")):
                last.append(line.rstrip())
            progress = _progress(line)
            if progress:
                say(progress)
    if process.returncode != 0:
        shown = [f"  | {line[:300]}" for line in list(last)[-LINES_SHOWN:]]
        raise DevError("\n".join(["pip failed. Its last lines:", *shown, _remedy("\n".join(last))]))


def _progress(line: str) -> str:
    """What of pip's line is worth a line of ours: large downloads and the final unpacking."""
    download = re.match(r"\s*Downloading (?:\S*/)?([^/\s]+?-[^-\s]+)\S* \(([\d.]+) ([kMG])B", line)
    if download:
        megabytes = float(download.group(2)) * {"k": 0.001, "M": 1.0, "G": 1000.0}[download.group(3)]
        return f"  downloading {download.group(1)} ({megabytes:.0f} MB)" if megabytes >= LARGE_DOWNLOAD_MB else ""
    if line.startswith("Installing collected packages:"):
        return f"  unpacking {line.count(',') + 1} packages"
    return ""


def _remedy(text: str) -> str:
    """One sentence for what pip said."""
    version = sys.version.split()[0]
    if re.search(r"No space left", text):
        return "The disk is full: torch alone takes several GB. Make room, or use --light, which leaves it out."
    if re.search(r"name resolution|Connection|timed out|Network is unreachable|Max retries|getaddrinfo", text):
        return "The package registry cannot be reached. Check the network (or pip's proxy settings) and start again."
    if re.search(r"No matching distribution found for torch\b|torch.*requires a different Python", text):
        return (
            f"torch has no build for Python {version} on this machine. Use --light (everything but generation), or run"
            f" dev.py with Python {PYTHONS} for 64 bit."
        )
    if re.search(r"No matching distribution found", text):
        return (
            f"A pinned package has no build for Python {version} here, or the registry cannot be reached. The pins are"
            f" for Python {PYTHONS}. Check the network and start again."
        )
    return "Start again to retry; nothing half-installed is used."
