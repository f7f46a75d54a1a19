"""How fast may be read: as fast as it goes, or a few megabytes a second while something else wants the machine."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

SLOW_BYTES = 4_000_000
"""Bytes a second, of all threads together, while a generation or a scan runs: no disk and no core feels it."""
LOOK_SECONDS = 0.2

WhySlow = Callable[[], str]
"""What the machine is wanted for: "generation", "scan", or "" when for nothing."""


class Pace:
    """Shared by the threads that read. `why_slow` is asked a few times a second, however many blocks pass."""

    def __init__(self, why_slow: WhySlow, slow_bytes: int = SLOW_BYTES) -> None:
        self._why_slow = why_slow
        self._slow_bytes = slow_bytes
        self._lock = threading.Lock()
        self._reason = ""
        self._looked = float("-inf")
        self._free_at = 0.0

    def reason(self) -> str:
        """Return what is waited for now, "" when nothing is."""
        with self._lock:
            now = time.monotonic()
            if now - self._looked >= LOOK_SECONDS:
                self._looked = now
                self._reason = self._ask()
            return self._reason

    def pass_block(self, count: int, ended: threading.Event) -> None:
        """Wait until the next block may be read; returns early when `ended` is set, or nothing is waited for now."""
        if not self.reason():
            return
        with self._lock:
            self._free_at = max(self._free_at, time.monotonic()) + count / self._slow_bytes
            until = self._free_at
        while (left := until - time.monotonic()) > 0 and self.reason():
            if ended.wait(min(left, LOOK_SECONDS)):
                return

    def _ask(self) -> str:
        try:
            return self._why_slow()
        except Exception:
            # A host that cannot say what it does must not end the hashing; slow is always right.
            log.debug("The host did not say whether it is busy", exc_info=True)
            return "generation"
