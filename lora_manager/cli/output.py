"""What commands print: one JSON document, or lines for people; a progress bar on a terminal's stderr."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

_WIDTH = 24


def print_json(value: Any) -> None:
    """Print one JSON document."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def print_line(text: str = "") -> None:
    """Print a line; control characters from file names are shown, not obeyed."""
    sys.stdout.write("".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text) + "\n")


class ProgressBar:
    """A bar with the time left, drawn on stderr when that is a terminal; silent otherwise."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._begin = time.monotonic()
        self._last = 0.0
        self._drawn = False

    def __call__(self, done: int, total: int, message: str) -> None:
        """Draw where the work stands."""
        now = time.monotonic()
        if not self._shown or (now - self._last < 0.1 and done != total):
            return
        self._last = now
        self._drawn = True
        share = done / total if total else 0.0
        filled = int(share * _WIDTH)
        left = (now - self._begin) / done * (total - done) if done else 0.0
        bar = "#" * filled + "-" * (_WIDTH - filled)
        sys.stderr.write(f"\r[{bar}] {done}/{total} {message}  {left:.0f} s left\x1b[K")
        sys.stderr.flush()

    def close(self) -> None:
        """End the bar's line."""
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
