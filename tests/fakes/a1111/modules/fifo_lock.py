"""A lock like the host's: first come, first served; not reentrant; no timeout; any thread may release it."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any


class FIFOLock:
    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._tickets: deque[object] = deque()

    def acquire(self, blocking: bool = True) -> bool:
        ticket = object()
        with self._changed:
            if self._tickets and not blocking:
                return False
            self._tickets.append(ticket)
            self._changed.wait_for(lambda: self._tickets[0] is ticket)
        return True

    def release(self) -> None:
        with self._changed:
            if not self._tickets:
                raise RuntimeError("release unlocked lock")
            self._tickets.popleft()
            self._changed.notify_all()

    __enter__ = acquire

    def __exit__(self, *_: Any) -> None:
        self.release()
