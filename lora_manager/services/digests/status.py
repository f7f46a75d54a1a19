"""Where the digests stand, for whoever looks."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True)
class DigestTimes:
    """Seconds. look: how often it looks by itself whether something changed. stop: how long it may take to end.

    settle: how long a change is left alone at first, for whoever made it asks for the list again right away.
    """

    first_wait: float = 1.0
    look: float = 5.0
    stop: float = 10.0
    settle: float = 0.4


@dataclass(frozen=True)
class DigestStatus:
    """state: "idle" or "running". elsewhere: another process makes them. done of total adapters are up to date.

    eta_seconds is None while nothing is known.
    """

    state: str
    done: int
    total: int
    elsewhere: bool = False
    eta_seconds: float | None = None


class Pacer:
    """Lets others have the interpreter: a short rest after each piece of work, a long one while the host is busy."""

    WORK_SECONDS = 0.02
    """A piece of work: so long somebody may have to wait."""
    REST, LONG_REST = 0.25, 4.0
    """Seconds of rest for each second of work."""

    def __init__(self) -> None:
        self._since = time.monotonic()

    def rest(self, is_busy: bool) -> float:
        """Return the seconds to rest now, 0 in the middle of a piece of work. The rest is over at the next call."""
        worked = time.monotonic() - self._since
        return 0.0 if worked < self.WORK_SECONDS else worked * (self.LONG_REST if is_busy else self.REST)

    def begin(self) -> None:
        """Begin the next piece of work."""
        self._since = time.monotonic()
