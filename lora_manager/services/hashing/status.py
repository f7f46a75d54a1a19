"""Where the hashing stands, and telling those who want to know."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from lora_manager.services.hashing.lease import BEAT_SECONDS, PATIENCE_SECONDS
from lora_manager.services.listeners import Listeners


@dataclass(frozen=True)
class HashingTimes:
    """How long things take, in seconds; tests choose shorter ones."""

    first_wait: float = 10.0
    """After the start: the library is shown first."""
    look: float = 5.0
    """How often an idle process looks whether there is something to do."""
    commit: float = 2.0
    touch: float = 15.0
    """How often open pages are told that hashes changed: each time they ask for their lists again."""
    tell: float = 0.5
    settle: float = 3.0
    """A file that was written so recently may be written again within the same tick of the file system's clock."""
    retry: float = 900.0
    stuck: float = 60.0
    stop: float = 0.8
    beat: float = BEAT_SECONDS
    patience: float = PATIENCE_SECONDS


@dataclass(frozen=True)
class HashingStatus:
    """Where the hashing stands, in files and bytes of the host's roots.

    `state`: "running", "paused", "idle", or "waiting" while it goes slowly because of `slow_for` ("generation" or
    "scan"). `elsewhere`: another process on the same database does it. `current` are paths below their roots.
    """

    state: str = "idle"
    slow_for: str = ""
    elsewhere: bool = False
    done: int = 0
    total: int = 0
    bytes_done: int = 0
    bytes_total: int = 0
    mb_per_second: float = 0.0
    eta_seconds: float | None = None
    current: tuple[str, ...] = ()
    errors: int = 0


Listener = Callable[[HashingStatus], None]


class Announcer:
    """Tells of the hashing, from the thread that hashes, what is not known yet."""

    def __init__(self) -> None:
        self._listeners: Listeners[HashingStatus] = Listeners()
        self._told: HashingStatus | None = None
        self.told_at = 0.0

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener` too; returns how to stop."""
        return self._listeners.listen(listener)

    def tell(self, status: HashingStatus) -> None:
        """Tell everybody, unless it is what they know."""
        self.told_at = time.monotonic()
        if status != self._told:
            self._told = status
            self._listeners.tell(status)
