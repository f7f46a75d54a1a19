"""Work in the background: a thread of its own that can be woken, and told to end."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Background:
    """A thread that runs `work` until that returns.

    `work` rests in `woken.wait()` or `ended.wait()`, clears `woken` where it looks, and returns once `ended` is set.
    """

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        self._name = name
        self._work = work
        self._thread: threading.Thread | None = None
        self.ended = threading.Event()
        self.woken = threading.Event()

    @property
    def was_started(self) -> bool:
        """Whether it was started, and not stopped since."""
        return self._thread is not None

    def start(self) -> None:
        """Begin."""
        self.ended.clear()
        self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
        self._thread.start()

    def stop(self, patience_s: float) -> None:
        """Have it end, and wait for that so many seconds."""
        self.ended.set()
        self.woken.set()
        if self._thread is not None:
            self._thread.join(patience_s)
            self._thread = None

    def wake(self) -> None:
        """Have it look now."""
        self.woken.set()
