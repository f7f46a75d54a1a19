"""Hashing in the background: which files, when, and what becomes of it.

The newest files come first. What is done is committed every few seconds, so that a program that is killed goes on from
there. A file that cannot be read now is left and tried again later. Of several processes on one database one hashes.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from lora_manager.db.engine import Database
from lora_manager.db.hash_state import (
    HashedFile,
    HashTotals,
    PendingFile,
    hash_totals,
    is_paused,
    pending,
    record_failures,
    record_hashes,
    set_paused,
)
from lora_manager.db.revision import catalogue_revision, touch_catalogue
from lora_manager.errors import CatalogueError
from lora_manager.services.background import Background
from lora_manager.services.hashing.crew import THREADS, Crew, Outcome
from lora_manager.services.hashing.lease import Lease
from lora_manager.services.hashing.meter import Meter
from lora_manager.services.hashing.pace import SLOW_BYTES, Pace, WhySlow
from lora_manager.services.hashing.status import Announcer, HashingStatus, HashingTimes, Listener

log = logging.getLogger(__name__)

LEASE = "hashing"
MOST_AT_ONCE = 100
"""Files recorded in one transaction."""


class Hasher:
    """The service. `roots` are the ids of the host's roots; `why_slow` says what else wants the machine now."""

    def __init__(
        self,
        database: Database,
        roots: Callable[[], Sequence[int]],
        why_slow: WhySlow = lambda: "",
        times: HashingTimes | None = None,
        *,
        threads: int = THREADS,
        slow_bytes: int = SLOW_BYTES,
        obeys_pause: bool = True,
    ) -> None:
        self.times = times or HashingTimes()
        self._database = database
        self._roots = roots
        self._pace = Pace(why_slow, slow_bytes)
        self._meter = Meter()
        self._obeys_pause = obeys_pause
        self._crew = Crew(self._pass_block, threads)
        self._lease = Lease(database, LEASE, self.times.beat, self.times.patience)
        self._background = Background("lora-manager-hashing", self._run)
        self._announcer = Announcer()
        self._state = "idle"
        self._elsewhere = False
        self._totals: HashTotals | None = None
        # When files that could not be read are tried again; under a negative id a whole root that was out of reach.
        self._not_before: dict[int, float] = {}
        self._unsaved: list[Outcome] = []
        self._untold = False
        self._touched_at = 0.0
        self._saved_at = 0.0
        self._goes_on_at = 0.0
        self._revision = -1
        self.rounds = 0
        """How often everything there was to do was done, or tried."""

    def start(self) -> None:
        """Begin, after `times.first_wait`, on a thread of its own."""
        self._background.start()

    def stop(self) -> None:
        """End within a second, also in the middle of a file; what is whole is recorded."""
        self._background.stop(self.times.stop + 2.0)

    def wake(self) -> None:
        """Look for work now, the newest first again: a scan ended. What failed is tried once more."""
        self._background.wake()

    def pause(self, paused: bool) -> HashingStatus:
        """Pause it, over restarts too, or let it go on. Raises CatalogueError."""
        with self._database.write() as connection:
            set_paused(connection, paused)
        self._state = "paused" if paused else "running" if self._state == "paused" else self._state
        self._background.wake()
        status = self.status()
        self._announcer.tell(status)
        return status

    def status(self) -> HashingStatus:
        """Return where it stands. Raises CatalogueError."""
        totals = self._totals
        if totals is None or self._state != "running":  # while it rests, scans go on
            with self._database.read() as connection:
                totals = self._totals = hash_totals(connection, self._roots())
                if self._is_paused(connection):
                    self._state = "paused"
        reading = self._crew.reading() if self._state == "running" else []
        unsaved = [one.file for one in (*self._unsaved, *self._crew.brought()) if one.digests is not None]
        read = sum(file.size for file in unsaved) + sum(count for _, count in reading)
        bytes_done = min(totals.bytes_done + read, totals.bytes)
        status = HashingStatus(
            state=self._state,
            elsewhere=self._elsewhere,
            done=min(totals.files_done + len(unsaved), totals.files),
            total=totals.files,
            bytes_done=bytes_done,
            bytes_total=totals.bytes,
            current=tuple(file.relative_path for file, _ in reading),
            errors=totals.errors,
        )
        if status.state != "running" or status.elsewhere:
            return status
        slow_for = self._pace.reason()
        return replace(
            status,
            state="waiting" if slow_for else "running",
            slow_for=slow_for,
            mb_per_second=round(self._meter.bytes_per_second() / 1e6, 1),
            eta_seconds=None if slow_for else self._meter.eta_seconds(totals.bytes - bytes_done),
        )

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with changes, at most twice a second while it goes on; returns how to stop."""
        return self._announcer.listen(listener)

    def take_over(self) -> None:
        """Hash here from now on, whatever other process does it. Raises CatalogueError."""
        self._lease.take(by_force=True)

    # --- the thread ------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        if self._background.ended.wait(self.times.first_wait):
            return
        while not self._background.ended.is_set():
            try:
                self._look()
            except CatalogueError as error:
                log.warning("Hashing waits for the catalogue: %s", error)
            except Exception:
                # Nothing waits for the hashes, and the next look may find all well; the cause goes to the log.
                log.exception("Hashing stopped for now")
            self._background.woken.wait(self._until_next_look())
        self._close()

    def _until_next_look(self) -> float:
        soonest = min(self._not_before.values(), default=float("inf")) - time.monotonic()
        return min(self.times.look, max(soonest, 0.05))

    def _look(self) -> None:
        """Look whether there is something to do, and do it."""
        if self._background.woken.is_set():
            self._background.woken.clear()
            self._revision = -1
            self._not_before.clear()
        with self._database.read() as connection:
            revision, paused = catalogue_revision(connection), self._is_paused(connection)
        if paused:
            self._show("paused")
            return
        now = time.monotonic()
        is_due = any(moment <= now for moment in self._not_before.values())
        if revision == self._revision and not is_due and self._state == "idle":
            return
        self._not_before = {key: moment for key, moment in self._not_before.items() if moment > now}
        self._count()
        if not self._has_work():
            self._revision = revision
            self._end_round()
        elif self._lease.take():
            self._elsewhere = False
            self._hash(revision)
        else:
            self._elsewhere = True
            self._show("running")

    def _has_work(self) -> bool:
        feeder = _Feeder(self._database, self._roots())
        while not feeder.is_empty:
            if any(self._is_wanted(file) for file in feeder.next_page()):
                return True
        return False

    def _hash(self, revision: int) -> None:
        """Do all there is to do."""
        self._meter.start()
        self._crew.start()
        self._saved_at = time.monotonic()
        self._show("running")
        is_whole = False
        try:
            is_whole = self._work_through()
        finally:
            self._crew.stop(self.times.stop)
            self._save(self._crew.collect(0), at_once=True)
            self._touch()
            self._lease.release()
        if is_whole:
            self._revision = revision
            self._end_round()

    def _work_through(self) -> bool:
        """Feed the crew and save what it brings; False when it was paused, stopped or taken over."""
        feeder = _Feeder(self._database, self._roots())
        while not (feeder.is_empty and self._crew.is_idle):
            if self._background.woken.is_set():  # files that are read go on; what comes next is looked up anew
                self._background.woken.clear()
                self._goes_on_at = 0.0
                self._crew.forget()
                self._save(self._crew.collect(0), at_once=True)
                self._not_before.clear()
                feeder = _Feeder(self._database, self._roots())
            if self._background.ended.is_set() or self._is_interrupted():
                return False
            if not feeder.is_empty and self._crew.waiting < feeder.PAGE // 2:
                self._crew.feed([file for file in feeder.next_page() if self._is_wanted(file)])
            self._save(self._crew.collect(self.times.tell / 2))
            self._crew.give_up_stuck(self.times.stuck)
            self._tell_soon()
        return True

    def _is_interrupted(self) -> bool:
        """Whether it was paused, or is done by another process; asked now and then."""
        now = time.monotonic()
        if now < self._goes_on_at:
            return False
        self._goes_on_at = now + min(1.0, self.times.look)
        with self._database.read() as connection:
            paused = self._is_paused(connection)
        return paused or not self._lease.keep()

    def _is_paused(self, connection: Connection) -> bool:
        return self._obeys_pause and is_paused(connection)

    def _is_wanted(self, file: PendingFile) -> bool:
        if file.id in self._not_before or -file.root_id in self._not_before:
            return False
        if file.root_id in self._crew.stuck_roots():
            self._not_before[-file.root_id] = time.monotonic() + self.times.retry
            return False
        age = (time.time_ns() - file.mtime_ns) / 1e9
        if 0 <= age < self.times.settle:
            self._not_before[file.id] = time.monotonic() + self.times.settle
            return False
        return True

    def _pass_block(self, count: int, ended: threading.Event) -> None:
        self._meter.add(count)
        self._pace.pass_block(count, ended)

    def _end_round(self) -> None:
        self._elsewhere = False
        self._lease.release()
        self.rounds += 1
        self._show("idle")

    def _close(self) -> None:
        try:
            self._lease.release()
        except CatalogueError as error:
            log.debug("The lease runs out by itself: %s", error)

    # --- saving and telling ------------------------------------------------------------------------------------------

    def _save(self, outcomes: Sequence[Outcome], *, at_once: bool = False) -> None:
        self._unsaved += outcomes
        now = time.monotonic()
        if not self._unsaved or not (at_once or now - self._saved_at >= self.times.commit or self._crew.is_idle):
            return
        self._saved_at = now
        while self._unsaved:  # a user who edits something waits for one part at most
            self._save_part(self._unsaved[:MOST_AT_ONCE], now)
            del self._unsaved[:MOST_AT_ONCE]
        self._count()
        if now - self._touched_at >= self.times.touch:
            self._touch()

    def _save_part(self, outcomes: Sequence[Outcome], now: float) -> None:
        done = [hashed for one in outcomes if (hashed := _hashed(one)) is not None]
        with self._database.write() as connection:
            self._untold |= record_hashes(connection, done)
            record_failures(connection, [(one.file, one.problem) for one in outcomes if one.problem])
        for one in outcomes:
            if one.digests is None:
                self._not_before[-one.file.root_id if one.root_away else one.file.id] = now + self.times.retry
            if one.root_away:
                self._crew.forget(one.file.root_id)

    def _touch(self) -> None:
        """Tell everybody that hashes changed: they are stamped already."""
        if self._untold:
            with self._database.write() as connection:
                touch_catalogue(connection)
            self._untold = False
            self._touched_at = time.monotonic()

    def _count(self) -> None:
        with self._database.read() as connection:
            self._totals = hash_totals(connection, self._roots())

    def _show(self, state: str) -> None:
        self._state = state
        self._announcer.tell(self.status())

    def _tell_soon(self) -> None:
        if time.monotonic() - self._announcer.told_at >= self.times.tell:
            self._announcer.tell(self.status())


class _Feeder:
    """The files without a hash, the newest first, a page at a time."""

    PAGE = 500

    def __init__(self, database: Database, root_ids: Sequence[int]) -> None:
        self._database = database
        self._root_ids = root_ids
        self._last: PendingFile | None = None
        self.is_empty = False

    def next_page(self) -> list[PendingFile]:
        """Return the next ones."""
        with self._database.read() as connection:
            page = pending(connection, self._root_ids, self.PAGE, self._last)
        self._last = page[-1] if page else self._last
        self.is_empty = len(page) < self.PAGE
        return page


def _hashed(outcome: Outcome) -> HashedFile | None:
    if outcome.digests is None:
        return None
    file = outcome.file
    return HashedFile(file.id, file.size, file.mtime_ns, outcome.digests.sha256, outcome.digests.autov3)
