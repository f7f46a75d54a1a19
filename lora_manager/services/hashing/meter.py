"""How fast the reading goes, and how long it will take at that pace."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

WINDOW_SECONDS = 20.0
_STEP_SECONDS = 0.25


class Meter:
    """Counts bytes as they are read, by any thread; the pace is that of the last seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._total = 0
        self._points: deque[tuple[float, int]] = deque()

    def start(self) -> None:
        """Forget the pace: what was before a pause says nothing of now."""
        with self._lock:
            self._points.clear()
            self._points.append((self._clock(), self._total))

    def add(self, count: int) -> None:
        """Count what was read."""
        with self._lock:
            self._total += count
            now = self._clock()
            if not self._points or now - self._points[-1][0] >= _STEP_SECONDS:
                self._points.append((now, self._total))
            while now - self._points[0][0] > WINDOW_SECONDS and len(self._points) > 2:
                self._points.popleft()

    def bytes_per_second(self) -> float:
        """Return the pace, 0 before there is one."""
        with self._lock:
            if not self._points:
                return 0.0
            begin, count = self._points[0]
            seconds = self._clock() - begin
            return (self._total - count) / seconds if seconds >= _STEP_SECONDS else 0.0

    def eta_seconds(self, left: int) -> float | None:
        """Return how long this many bytes take, or None while there is no telling."""
        pace = self.bytes_per_second()
        return round(left / pace, 1) if pace > 0 else None
