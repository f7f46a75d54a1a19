"""One process at a time, of those that share a database: the others look on, and step in when it is gone.

The holder counts a beat up. Whoever waits compares beats over time of its own clock, so that the clocks of two machines
need not agree: a beat that stands still long enough is that of a process that ended. One that ended on this machine is
known to have by its number, and is waited for only as long as a beat takes.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

from lora_manager.db.engine import Database
from lora_manager.db.lease_records import LeaseRow, read_lease, write_lease
from lora_manager.processes import has_ended, this_process

BEAT_SECONDS = 5.0
PATIENCE_SECONDS = 45.0


class Lease:
    """A named lease. `beat_seconds` is how often the holder calls `keep`."""

    def __init__(
        self,
        database: Database,
        name: str,
        beat_seconds: float = BEAT_SECONDS,
        patience_seconds: float = PATIENCE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.owner = f"{this_process()}:{uuid.uuid4().hex[:8]}"
        self._database = database
        self._name = name
        self._beat_seconds = beat_seconds
        self._patience_seconds = patience_seconds
        self._clock = clock
        self._seen: LeaseRow | None = None
        self._seen_at = 0.0
        self._kept_at = float("-inf")

    def take(self, *, by_force: bool = False) -> bool:
        """Take the lease when nobody holds it, or who did is gone; `by_force` from whoever holds it."""
        if not by_force:
            with self._database.read() as connection:
                held = read_lease(connection, self._name)
            if not self._is_free(held):
                return False
        with self._database.write() as connection:
            now = read_lease(connection, self._name)
            if not by_force and not self._is_free(now):
                return False
            write_lease(connection, self._name, LeaseRow(self.owner, 1))
        self._kept_at = self._clock()
        return True

    def keep(self) -> bool:
        """Say, when it is time to, that the holder is there; False when another took the lease."""
        if self._clock() - self._kept_at < self._beat_seconds:
            return True
        with self._database.write() as connection:
            row = read_lease(connection, self._name)
            if row is None or row.owner != self.owner:
                return False
            write_lease(connection, self._name, LeaseRow(self.owner, row.beat + 1))
        self._kept_at = self._clock()
        return True

    def release(self) -> None:
        """Give it up, if it is held."""
        with self._database.read() as connection:
            row = read_lease(connection, self._name)
        if row is None or row.owner != self.owner:
            return
        with self._database.write() as connection:
            row = read_lease(connection, self._name)
            if row is not None and row.owner == self.owner:
                write_lease(connection, self._name, None)

    def _is_free(self, row: LeaseRow | None) -> bool:
        if row is None or row.owner == self.owner:
            return True
        now = self._clock()
        if row != self._seen:
            self._seen, self._seen_at = row, now
        still_for = now - self._seen_at
        if has_ended(row.owner):
            return still_for >= 2 * self._beat_seconds
        return still_for >= self._patience_seconds
