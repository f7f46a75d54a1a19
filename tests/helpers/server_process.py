"""A server in a process of its own: waiting until it answers, and ending it."""

from __future__ import annotations

import subprocess
import time
import urllib.error
from collections.abc import Callable
from pathlib import Path

READY_LIMIT_S = 60
_LOOK_S = 0.05
_SHOWN = 4000


def wait_until_ready(process: subprocess.Popen[bytes], answers: Callable[[], bool], log: Path) -> None:
    """Return once it answers; one that ends or stays silent is stopped, and the end of its log is the error."""
    until = time.monotonic() + READY_LIMIT_S
    while time.monotonic() < until and process.poll() is None:
        try:
            if answers():
                return
        except (urllib.error.URLError, OSError, ValueError):
            pass  # not yet
        time.sleep(_LOOK_S)
    end(process)
    raise AssertionError(f"it did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-_SHOWN:]}")


def end(process: subprocess.Popen[bytes], patience_s: float = 15) -> None:
    """End it as a closed window does, with force if it does not go."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
