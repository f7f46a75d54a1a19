"""The digests kept up to date in the background, some adapters at a time, after whatever changed them.

What is done is committed with each part: a program that is killed goes on from there. A few adapters every process
digests itself, at once; of many only one of several processes does it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from lora_manager.db.digest_sources import read_sources
from lora_manager.db.digests import count_there, stale_ids, write_digests
from lora_manager.db.engine import Database
from lora_manager.db.revision import catalogue_revision
from lora_manager.errors import CatalogueError
from lora_manager.services.background import Background
from lora_manager.services.digests.making import RECIPE, make_digest
from lora_manager.services.digests.status import DigestStatus, DigestTimes, Pacer
from lora_manager.services.hashing.lease import Lease
from lora_manager.services.hashing.pace import WhySlow

log = logging.getLogger(__name__)

LEASE = "digests"
AT_ONCE = 100
"""Adapters of one transaction."""
FEW = 500
"""So many are digested without asking whether another process does it."""

COUNTED_SECONDS = 2.0
"""How long a number of stale adapters may be told again: of 100,000, counting them takes half a second."""
SAYING = "Reading what the LoRAs are about"

OnProgress = Callable[[int, int, str], None]
Listener = Callable[[], None]


@dataclass(frozen=True)
class Work:
    """How a piece of work is done: whom it tells how far it is, when it ends early, when it lets others go first."""

    on_progress: OnProgress = lambda done, total, message: None
    cancelled: Callable[[], bool] = lambda: False
    rest: Callable[[], None] = lambda: None


class _Counted(NamedTuple):
    """How many adapters are stale, at which revision of the catalogue and by which recipe, and when they were counted.

    While another process makes the digests, the revision stands still and the number falls.
    """

    of: tuple[int, int]
    at: float
    stale: int
    total: int


class Digester:
    """The service. `why_slow` says what else wants the machine now."""

    def __init__(self, database: Database, why_slow: WhySlow = lambda: "", times: DigestTimes | None = None) -> None:
        self.times = times or DigestTimes()
        self.recipe = RECIPE
        self._database = database
        self._why_slow = why_slow
        self._lease = Lease(database, LEASE)
        self._listeners: list[Listener] = []
        self._turn = threading.Lock()
        self._background = Background("lora-manager-digests", self._run)
        # Up to this revision of the catalogue everything is digested.
        self._seen = -1
        self._untold = 0
        self._left: int | None = None
        self._total = 0
        self._per_second = 0.0
        self._elsewhere = False
        self._left_out = 0
        self._counted = _Counted((-1, 0), 0.0, 0, 0)
        self._live = (float("-inf"), 0)

    def start(self) -> None:
        """Begin, after `times.first_wait`, on a thread of its own."""
        self._background.start()

    def stop(self) -> None:
        """End after the adapters that are being digested; the others wait for the next start."""
        self._background.stop(self.times.stop)

    def wake(self) -> None:
        """Look now: something changed."""
        self._background.wake()

    def listen(self, listener: Listener) -> None:
        """Call `listener` when, of many digests that changed, the last is written; on the thread that wrote it."""
        self._listeners.append(listener)

    def catch_up(
        self,
        on_progress: OnProgress = lambda done, total, message: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        """Digest all that there is to do on this thread, as fast as it goes. Raises CatalogueError."""
        with self._turn:
            self._digest(Work(on_progress, cancelled), is_shared=False)

    def status(self) -> DigestStatus:
        """Return where it stands; asked for with every suggestion, so it seldom counts. Raises CatalogueError."""
        left, per_second = self._left, self._per_second
        if left is not None:
            eta = left / per_second if per_second else None
            done = max(self._total - left, 0)
            return DigestStatus("running", done, max(self._there(), self._total), eta_seconds=eta)
        with self._database.read() as connection:
            revision = catalogue_revision(connection)
            if revision == self._seen:
                return DigestStatus("idle", max(self._total - self._left_out, 0), self._total)
            if (revision, self.recipe) != self._counted.of or time.monotonic() - self._counted.at > COUNTED_SECONDS:
                stale = len(stale_ids(connection, self.recipe, self._seen))
                self._counted = _Counted((revision, self.recipe), time.monotonic(), stale, count_there(connection))
        counted = self._counted
        return DigestStatus("idle", max(counted.total - counted.stale, 0), counted.total, self._elsewhere)

    def _there(self) -> int:
        """Count what there is, for which a scan that goes on meanwhile adds more; seldom."""
        counted_at, there = self._live
        if time.monotonic() - counted_at > COUNTED_SECONDS:
            with self._database.read() as connection:
                there = count_there(connection)
            self._live = (time.monotonic(), there)
        return there

    # --- the thread ------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        self._background.ended.wait(self.times.first_wait)
        while not self._background.ended.is_set():
            self._background.woken.clear()
            try:
                with self._turn:
                    self._look()
            except CatalogueError as error:
                log.warning("The digests wait for the catalogue: %s", error)
            except Exception:
                # The next look may find all well; the cause goes to the log.
                log.exception("The digests could not be brought up to date")
            if self._background.woken.wait(self.times.look):
                self._background.ended.wait(self.times.settle)

    def _look(self) -> None:
        pacer = Pacer()

        def rest() -> None:
            seconds = pacer.rest(bool(self._why_slow()))
            if seconds:
                self._background.ended.wait(seconds)
                pacer.begin()

        self._digest(Work(rest=rest, cancelled=self._background.ended.is_set), is_shared=True)

    # --- the work --------------------------------------------------------------------------------------------------

    def _digest(self, work: Work, *, is_shared: bool) -> None:
        """Digest until nothing is stale. `is_shared`: much of it is left to the process that has the lease."""
        failed: set[int] = set()
        try:
            while not work.cancelled() and (wanted := self._wanted(failed)):
                is_leased = is_shared and len(wanted) > FEW
                with self._leased(is_leased) as is_ours:
                    self._elsewhere = not (is_ours and self._work_through(wanted, work, failed, is_leased=is_leased))
                if self._elsewhere:
                    return
        finally:
            self._left = None
            if failed:
                log.error("%d LoRAs are left out of what is recommended until they change", len(failed))

    def _wanted(self, failed: set[int]) -> list[int]:
        """Return what is to be digested; when that is nothing, everything up to this revision is."""
        with self._database.read() as connection:
            revision = catalogue_revision(connection)
            if revision == self._seen:
                return []
            stale = stale_ids(connection, self.recipe, self._seen)
            self._total = count_there(connection)
        wanted = [adapter_id for adapter_id in stale if adapter_id not in failed]
        if not wanted:
            self._seen, self._elsewhere, self._left_out = revision, False, len(stale)
            self._tell()
        return wanted

    def _tell(self) -> None:
        untold, self._untold = self._untold, 0
        for listener in self._listeners if untold > FEW else ():
            listener()

    @contextmanager
    def _leased(self, is_needed: bool) -> Iterator[bool]:
        is_ours = not is_needed or self._lease.take()
        try:
            yield is_ours
        finally:
            if is_needed and is_ours:
                self._lease.release()

    def _work_through(self, wanted: Sequence[int], work: Work, failed: set[int], *, is_leased: bool) -> bool:
        """Digest all of these, or as many as there is time for; False when another process took the lease."""
        began = time.monotonic()
        for start in range(0, len(wanted), AT_ONCE):
            self._left = len(wanted) - start
            work.on_progress(start, len(wanted), SAYING)
            if work.cancelled():
                return True
            if is_leased and not self._lease.keep():
                return False
            self._digest_part(wanted[start : start + AT_ONCE], work, failed)
            self._per_second = (start + AT_ONCE) / max(time.monotonic() - began, 1e-6)
        work.on_progress(len(wanted), len(wanted), SAYING)
        return True

    def _digest_part(self, adapter_ids: Sequence[int], work: Work, failed: set[int]) -> None:
        with self._database.read() as connection:
            sources = read_sources(connection, adapter_ids)
        digests = []
        for source in sources:
            work.rest()
            try:
                digests.append(make_digest(source))
            except Exception:
                # One with something in it that nobody thought of must not keep the others waiting; the log has it.
                if not failed:
                    log.exception("What '%s' is about could not be made out", source.adapter.name)
                failed.add(source.adapter.id)
        with self._database.write() as connection:
            self._untold += len(write_digests(connection, digests, self.recipe))
