"""Whoever is told when something of a service changes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")


class Listeners(Generic[T]):
    """Functions that are called with each change, on the thread that makes it. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: list[Callable[[T], None]] = []

    def __len__(self) -> int:
        with self._lock:
            return len(self._listeners)

    def listen(self, listener: Callable[[T], None]) -> Callable[[], None]:
        """Tell `listener` too; returns how to stop."""
        with self._lock:
            self._listeners.append(listener)

        def stop() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return stop

    def tell(self, value: T) -> None:
        """Tell everybody."""
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            try:
                listener(value)
            except Exception:
                # Whoever listens may be gone; the work goes on for all others.
                log.exception("A listener could not be told")
