"""The background work that makes vectors: pass by pass, a small step at a time, saved after each.

It waits while the host generates or the library is scanned. Of several processes on one database one does it. What is
saved stays: a program that is killed goes on from there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lora_manager.db.engine import Database
from lora_manager.db.vectors import (
    changed_adapters,
    count_adapters,
    read_mark,
    read_word,
    write_mark,
    write_vectors,
    write_word,
)
from lora_manager.errors import CatalogueError
from lora_manager.services.background import Background
from lora_manager.services.hashing.lease import Lease
from lora_manager.services.vectors.pace import Pace
from lora_manager.services.vectors.passes import Pass

log = logging.getLogger(__name__)

LEASE = "vectors"
_PAUSED = "paused"


@dataclass(frozen=True)
class EmbeddingTimes:
    """Seconds: `first_wait` after the start, `look` how often an idle process looks, `busy` how often a waiting one.

    `settle`: how long a change is left alone at first, for whoever made it asks for the list again right away.
    """

    first_wait: float = 15.0
    look: float = 10.0
    busy: float = 0.5
    stop: float = 10.0
    settle: float = 1.0


@dataclass(frozen=True)
class EmbeddingStatus:
    """`state`: "idle", "running", "waiting" (for `waits_for`: "generation" or "scan"), or "stopped" by the user.

    `per_second` counts adapters; `progress` has (kind, adapters looked at, adapters in all).
    """

    state: str
    waits_for: str = ""
    per_second: float = 0.0
    eta_seconds: float | None = None
    progress: tuple[tuple[str, int, int], ...] = ()


class Embedder:
    """`passes` says what there is to make now, `why_wait` what else wants the machine; `after_step` follows a save."""

    def __init__(
        self,
        database: Database,
        passes: Callable[[], Sequence[Pass]],
        why_wait: Callable[[], str] = lambda: "",
        after_step: Callable[[], None] = lambda: None,
        times: EmbeddingTimes | None = None,
    ) -> None:
        self.times = times or EmbeddingTimes()
        self._database = database
        self._passes = passes
        self._why_wait = why_wait
        self._after_step = after_step
        self._lease = Lease(database, LEASE)
        self._background = Background("lora-manager-vectors", self._run)
        self._pace = Pace()
        self._is_running = False
        self._waits_for = ""

    def start(self) -> None:
        """Begin, on a thread of its own."""
        self._background.start()

    def stop(self) -> None:
        """End after the piece that is being encoded."""
        self._background.stop(self.times.stop)

    def wake(self) -> None:
        """Look for work now."""
        self._background.wake()

    def set_stopped(self, stopped: bool) -> None:
        """Stop the work, over restarts too, or let it go on. Raises CatalogueError."""
        with self._database.write() as connection:
            write_word(connection, _PAUSED, "1" if stopped else "")
        self._background.wake()

    def status(self) -> EmbeddingStatus:
        """Return where the work stands. Raises CatalogueError."""
        progress = []
        with self._database.read() as connection:
            stopped = bool(read_word(connection, _PAUSED))
            for one in self._passes():
                done, total = count_adapters(connection, read_mark(connection, one.name))
                progress += [(kind, done, total) for kind in one.kinds]
        pace = self._pace.per_second() if self._is_running else 0.0
        left = max((total - done for _, done, total in progress), default=0)
        state = "stopped" if stopped else "waiting" if self._waits_for else "running" if self._is_running else "idle"
        eta = round(left / pace, 1) if pace > 0 and state == "running" else None
        return EmbeddingStatus(state, self._waits_for, round(pace, 1), eta, tuple(progress))

    def catch_up(
        self,
        on_progress: Callable[[int, int, str], None] = lambda done, total, message: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> int:
        """Make all there is to make, on this thread, whoever else does; returns how many vectors were written.

        Raises CatalogueError.
        """
        written = 0
        for one in self._passes():
            while (step := self._step(one, lambda: not cancelled())) is not None and step[0]:
                written += step[1]
                with self._database.read() as connection:
                    done, total = count_adapters(connection, read_mark(connection, one.name))
                on_progress(done, total, f"adapters, {' and '.join(one.kinds)}")
        return written

    def _run(self) -> None:
        wait = self.times.first_wait
        while not self._background.ended.is_set():
            if self._background.woken.wait(wait):
                self._background.ended.wait(self.times.settle)
            self._background.woken.clear()
            if self._background.ended.is_set():
                break
            wait = self._look_safely()
        try:
            self._lease.release()
        except CatalogueError as error:
            log.debug("The lease runs out by itself: %s", error)

    def _look_safely(self) -> float:
        """Do what there is to do; returns how long to wait then."""
        try:
            is_done = self._look()
        except CatalogueError as error:
            log.warning("The vectors wait for the catalogue: %s", error)
            return self.times.look
        except Exception:
            # Nothing waits for the vectors, and the next look may find all well; the cause goes to the log.
            log.exception("Making vectors stopped for now")
            return self.times.look
        finally:
            self._is_running = False
        return self.times.look if is_done else self.times.busy

    def _look(self) -> bool:
        """False when there is more to do, which has to wait for something else."""
        for one in self._passes():
            if not self._has_work(one):
                continue
            if self._is_stopped() or not self._lease.take():
                return True
            self._pace.begin()
            while self._may_go_on():
                step = self._step(one, self._may_go_on)
                if step is None or not step[0]:
                    break
                self._pace.add(step[0])
                self._after_step()
            if self._waits_for:
                return False
        self._lease.release()
        self._after_step()
        return True

    def _has_work(self, one: Pass) -> bool:
        with self._database.read() as connection:
            return bool(changed_adapters(connection, read_mark(connection, one.name), 1))

    def _is_stopped(self) -> bool:
        with self._database.read() as connection:
            return bool(read_word(connection, _PAUSED))

    def _may_go_on(self) -> bool:
        """Whether nothing else wants the machine, nobody stopped it, and no other process does it now."""
        self._waits_for = self._asked_why_wait()
        self._is_running = (
            not (self._waits_for or self._background.ended.is_set() or self._is_stopped()) and self._lease.keep()
        )
        return self._is_running

    def _asked_why_wait(self) -> str:
        try:
            return self._why_wait()
        except Exception:
            # A host that cannot say what it does: waiting is always right.
            log.debug("The host did not say whether it is busy", exc_info=True)
            return "generation"

    def _step(self, one: Pass, goes_on: Callable[[], bool]) -> tuple[int, int] | None:
        """Look at the next adapters; (how many, vectors written), None when it was not to go on."""
        with self._database.read() as connection:
            behind = changed_adapters(connection, read_mark(connection, one.name), one.per_step)
            wanted = one.look(connection, [mark.adapter_id for mark in behind]) if behind else []
        if not behind:
            return 0, 0
        made = one.make(wanted, goes_on)
        if made is None:
            return None
        with self._database.write() as connection:
            write_vectors(connection, made)
            write_mark(connection, one.name, behind[-1])
        return len(behind), len(made)
