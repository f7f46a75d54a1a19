"""Adds packages to an environment with pip and moves none that is there; what did not work is taken back.

Used by `install.py` before anything is installed, so it needs nothing but Python and pip.
"""

from __future__ import annotations

import importlib
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from lora_manager.requirements_check import installed, missing, normalised, unreadable

LIMIT_S = 300
KEPT_LINES = 400
# A host's start waits for pip: an index that does not answer is given up after half a minute.
OPTIONS = ("--no-input", "--disable-pip-version-check", "--prefer-binary", "--timeout", "12", "--retries", "1")
# What the user's environment must not tell pip: to put packages elsewhere, into another Python or nowhere, to take more
# than it is asked for, or to say too little to follow. Where packages come from, and by what policy, is theirs to say.
_UNHEARD = frozenset(
    f"PIP_{name}"
    for name in (
        *("TARGET", "PREFIX", "ROOT", "USER", "PYTHON", "PLATFORM", "PYTHON_VERSION", "IMPLEMENTATION", "ABI"),
        *("REQUIREMENT", "EDITABLE", "GROUP", "NO_DEPS", "UPGRADE", "UPGRADE_STRATEGY", "FORCE_REINSTALL"),
        *("IGNORE_INSTALLED", "VERBOSE", "REPORT", "HELP", "VERSION"),
    )
)
_SETTLED = {"PIP_QUIET": "0", "PIP_DRY_RUN": "0", "PIP_NO_COLOR": "1"}
"""These win over pip's configuration files, too."""

# What pip takes in a list of constraints: one line that is none, and it installs nothing at all.
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
_VERSION = re.compile(
    r"v?(\d+!)?\d+(\.\d+)*([-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?\d*)?(-\d+|[-_.]?(post|rev|r)[-_.]?\d*)?"
    r"([-_.]?dev[-_.]?\d*)?(\+[a-z0-9]+([-_.][a-z0-9]+)*)?",
    re.IGNORECASE,
)
_UNPACKING = "Installing collected packages:"
_NO_NETWORK = re.compile(
    r"name resolution|getaddrinfo|NewConnectionError|ConnectTimeout|ConnectionError|ReadTimeout|timed out|unreachable"
    r"|Max retries|ProxyError|SSLError|Connection (refused|reset|aborted)"
)
_READ_ONLY = re.compile(
    r"(?:Permission denied|Read-only file system|Access is denied|Errno (?:13|30)\b|WinError 5\b)"
    r"(?:.*?'(?P<path>[^']+)')?"
)


@dataclass(frozen=True)
class Target:
    """An environment: its Python, and where its packages lie (None: where this process finds its own)."""

    python: str = sys.executable
    paths: tuple[str, ...] | None = None

    def installed(self) -> dict[str, str]:
        """Return the versions of what is installed in it."""
        importlib.invalidate_caches()  # another process may just have added something
        return installed(self.paths)


@dataclass(frozen=True)
class Step:
    """One run of pip. `alone` leaves out what the packages ask for; `built` takes none that must be built here."""

    requirements: tuple[str, ...]
    alone: bool = False
    built: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of it. `failure` says why it did not work, with the remedy; then nothing was left behind."""

    added: Mapping[str, str] = field(default_factory=dict)
    moved: tuple[str, ...] = ()
    failure: str = ""
    cancelled: bool = False


@dataclass(frozen=True)
class Watch:
    """Who looks on: is told what pip does, and may end it as long as pip has not begun to unpack."""

    on_message: Callable[[str], None] = lambda message: None
    cancelled: Callable[[], bool] = lambda: False


NOBODY = Watch()


Verify = Callable[[Target, Watch], str]
"""Says what is wrong with what was added, or ""."""


class _GivenUpError(Exception):
    """A step did not work: `str` is the reason, or "" when it was cancelled."""


def add_packages(
    target: Target,
    steps: Sequence[Step],
    *,
    watch: Watch = NOBODY,
    verify: Verify = lambda target, watch: "",
    temporary: Path | None = None,
) -> Outcome:
    """Run the steps, then `verify`, which says what is wrong; if anything is, take back what was added.

    `temporary` is a folder for when the system has none to write to.
    """
    before = target.installed()
    unpacked: set[str] = set()
    try:
        with _folder(temporary) as folder:
            for step in steps:
                _install(target, step, folder, watch, unpacked)
            _look_for(target, steps)
            if steps and not watch.cancelled():
                watch.on_message("Checking that it works")
            wrong = verify(target, watch)
            if wrong or watch.cancelled():
                raise _GivenUpError("" if watch.cancelled() else wrong)
    except (_GivenUpError, OSError) as error:
        left = _take_back(target, before, unpacked, temporary)
        said = "; ".join(part for part in (str(error), left) if part)
        return Outcome(moved=_moved(before, target.installed()), failure=said, cancelled=not str(error))
    after = target.installed()
    added = {name: version for name, version in sorted(after.items()) if name not in before}
    return Outcome(added, _moved(before, after))


def constraints(have: Mapping[str, str]) -> str:
    """What keeps pip from moving a package that is there, as it reads it: one of another form moves by no wish."""
    fit = {name: version for name, version in have.items() if _NAME.fullmatch(name) and _VERSION.fullmatch(version)}
    return "".join(f"{name}=={version}\n" for name, version in fit.items())


def imports(module: str) -> Verify:
    """Return a check for `add_packages`: whether a new process of that Python can import this module."""

    def verify(target: Target, watch: Watch) -> str:
        environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
        command = [target.python, "-c", f"import {module}"]
        with tempfile.TemporaryDirectory() as folder:
            code, said = _run(command, Path(folder), environment, Watch(cancelled=watch.cancelled))
        return "" if code == 0 else f"{module} cannot be imported: {(said or ['no reason given'])[-1][:300]}"

    return verify


def reason_of(lines: Sequence[str], target: Target) -> str:
    """What pip's words mean, with the remedy."""
    text = "\n".join(lines)
    if "No module named pip" in text:
        return f'"{target.python}" has no pip: install pip into it first'
    if "No space left" in text:
        return "the disk is full: make room and start again"
    if "externally-managed-environment" in text:
        return "this Python is the system's own and takes no packages: run the web UI in a virtual environment"
    read_only = _READ_ONLY.search(text)
    if read_only:
        where = read_only["path"] or f'where the packages of "{target.python}" lie'
        return f"{where} cannot be written to: only the user whom it belongs to can add packages"
    if "ResolutionImpossible" in text:
        return "no version fits beside what is installed, which is not moved"
    if _NO_NETWORK.search(text):
        return "the package index cannot be reached: internet access is needed once"
    errors = [line for line in lines if line.startswith("ERROR:")] or [*lines[-1:], "no reason given"][:1]
    broken = [f"remove {folder}, which cannot be read" for folder in unreadable(target.paths)]
    if "No matching distribution" in text:
        broken.append("internet access is needed once")
    return "; ".join([errors[-1].removeprefix("ERROR: ")[:300], *broken])


def _install(target: Target, step: Step, folder: Path, watch: Watch, unpacked: set[str]) -> None:
    listed = folder / "constraints.txt"
    listed.write_text(constraints(target.installed()), encoding="utf-8")
    options = [*(["--no-deps"] if step.alone else []), *(["--only-binary", ":all:"] if step.built else [])]
    code, lines = _pip(target, ["install", *OPTIONS, *options, "-c", str(listed), *step.requirements], folder, watch)
    unpacked.update(_unpacked(lines))
    if code != 0:
        raise _GivenUpError("" if code is None else reason_of(lines, target))


def _look_for(target: Target, steps: Sequence[Step]) -> None:
    """Raise _GivenUpError unless everything that was asked for is there: a configuration can lead pip elsewhere."""
    gone = missing([requirement for step in steps for requirement in step.requirements], target.installed())
    if gone:
        raise _GivenUpError(
            f"pip says that it is done, but {', '.join(gone)} is not there: look for target, prefix, root or user in "
            f'what "{target.python}" -m pip config list says'
        )


def _unpacked(lines: Sequence[str]) -> Iterator[str]:
    """The packages that pip itself says it installs: all others that are new are somebody else's."""
    for line in lines:
        if line.startswith(_UNPACKING):
            yield from (normalised(name.strip()) for name in line.removeprefix(_UNPACKING).split(","))


def _take_back(target: Target, before: Mapping[str, str], unpacked: set[str], temporary: Path | None) -> str:
    """Remove what was added; what could not be removed, in words."""
    new = sorted(name for name in target.installed() if name not in before and name in unpacked)
    if not new:
        return ""
    try:
        with _folder(temporary) as folder:
            _pip(target, ["uninstall", "--yes", "--disable-pip-version-check", *new], folder, NOBODY)
    except (OSError, _GivenUpError):
        pass  # what is left is seen below
    left = [name for name in new if name in target.installed()]
    return f"{', '.join(left)} could not be taken away again" if left else ""


def _moved(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """What is another version than before, or gone."""
    return tuple(
        f"{name} {version} -> {after.get(name, 'gone')}"
        for name, version in sorted(before.items())
        if after.get(name) != version
    )


def _pip(target: Target, arguments: Sequence[str], folder: Path, watch: Watch) -> tuple[int | None, list[str]]:
    """Run pip; its exit code (None: ended by the wish of who watches) and what it said."""
    heard = {name: value for name, value in os.environ.items() if name.upper() not in _UNHEARD}
    # TMPDIR: pip wants a place of its own, which the system may not have.
    environment = {**heard, **_SETTLED, "TMPDIR": str(folder)}
    return _run([target.python, "-m", "pip", *arguments], folder, environment, watch)


def _run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], watch: Watch
) -> tuple[int | None, list[str]]:
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        cwd=folder,  # not where the host or the extension lies: their files would be taken for modules
        env=environment,
    ) as process:
        return _followed(process, watch)


def _followed(process: subprocess.Popen[str], watch: Watch) -> tuple[int | None, list[str]]:
    said: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    reader = threading.Thread(target=_read, args=(process, said), daemon=True)
    reader.start()
    lines: list[str] = []
    until, unpacking = time.monotonic() + LIMIT_S, False
    while True:
        try:
            line = said.get(timeout=0.2)
        except queue.Empty:
            line = ""
        if line is None:
            return process.wait(), lines
        if line:
            lines = [*lines[-KEPT_LINES:], line]
            unpacking = unpacking or line.startswith(_UNPACKING)
            if message := _message(line):
                watch.on_message(message)
        # Once files are being written, pip goes on to its end: what is half there it could not take away.
        if not unpacking and (watch.cancelled() or time.monotonic() > until):
            process.kill()
            process.wait()
            reader.join(timeout=5)
            if watch.cancelled():
                return None, lines
            raise _GivenUpError(f"it was not done after {LIMIT_S} s: start again with a better connection")


def _read(process: subprocess.Popen[str], said: queue.SimpleQueue[str | None]) -> None:
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if line.strip():
                said.put(line.rstrip())
    finally:
        said.put(None)


def _message(line: str) -> str:
    """What of pip's lines is worth telling."""
    found = re.match(r"\s*(Collecting|Downloading|Processing) (?:\S*/)?([A-Za-z0-9][\w.-]*)", line)
    if found:
        return f"{found[1]} {found[2]}"
    return "Unpacking" if line.startswith(_UNPACKING) else ""


@contextmanager
def _folder(instead: Path | None) -> Iterator[Path]:
    """A folder for a moment: in the system's place, or elsewhere when that cannot be written."""
    try:
        made = tempfile.TemporaryDirectory(prefix="lora-manager-")
    except OSError:
        if instead is None:
            raise
        made = tempfile.TemporaryDirectory(prefix=".install-", dir=instead)
    with made as folder:
        yield Path(folder)
