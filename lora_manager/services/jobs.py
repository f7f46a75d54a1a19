"""Background work: one worker for each lane, a row in the database for each job, events for whoever listens.

Scans and generations have a lane each: a long scan does not hold up an image. A job that was queued or running when
its process died is found "interrupted" at the next start.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lora_manager.clock import utc_now
from lora_manager.db import job_records
from lora_manager.db.engine import Database
from lora_manager.errors import LoraManagerError, NotFoundError
from lora_manager.processes import has_ended, this_process
from lora_manager.services.listeners import Listeners

log = logging.getLogger(__name__)

ENDED = frozenset({"done", "failed", "cancelled", "interrupted"})
KEPT_JOBS = 100
_LEAST_BETWEEN_EVENTS = 0.1


@dataclass
class Job:
    """One piece of work. `done` of `total` in units of its kind; times are ISO text; `result` is JSON-able."""

    id: int
    kind: str
    request: dict[str, Any]
    created_at: str
    state: str = "queued"
    done: int = 0
    total: int = 0
    message: str = ""
    started_at: str | None = None
    finished_at: str | None = None
    error: str = ""
    result: dict[str, Any] | None = None
    user_name: str | None = None
    started: float = field(default=0.0, repr=False)
    cancel: threading.Event = field(default_factory=threading.Event, repr=False)

    @property
    def eta_seconds(self) -> float | None:
        """Estimate the seconds left from the pace so far; None before there is one."""
        if self.state != "running" or not 0 < self.done < self.total:
            return None
        elapsed = time.monotonic() - self.started
        return round(elapsed / self.done * (self.total - self.done), 1)


@dataclass(frozen=True)
class JobContext:
    """What a running job may do: say how far it is, and ask whether it is cancelled; and whose it is."""

    on_progress: Callable[[int, int, str], None]
    cancelled: Callable[[], bool]
    user_name: str | None = None


Runner = Callable[[dict[str, Any], JobContext], dict[str, Any]]
Listener = Callable[[Job], None]


class JobQueue:
    """Runs jobs. `runners` says what each kind does; each kind is a lane with one worker thread."""

    def __init__(self, database: Database, runners: dict[str, Runner]) -> None:
        self._database = database
        self._runners = runners
        self._owner = this_process()
        self._lock = threading.Lock()
        self._jobs: dict[int, Job] = {}
        self._listeners: Listeners[Job] = Listeners()
        self._lanes: dict[str, queue.SimpleQueue[Job | None]] = {}
        self._workers: list[threading.Thread] = []

    def start(self) -> None:
        """Mark what a dead process left behind, and start the workers."""
        with self._database.write() as connection:
            job_records.interrupt_orphans(connection, self._owner, _may_run)
        for kind in self._runners:
            lane: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
            worker = threading.Thread(target=self._work, args=(lane,), name=f"lora-manager-{kind}", daemon=True)
            self._lanes[kind] = lane
            self._workers.append(worker)
            worker.start()

    def stop(self) -> None:
        """Cancel everything and wait for the workers to end."""
        for job in self.jobs():
            job.cancel.set()
        for lane in self._lanes.values():
            lane.put(None)
        for worker in self._workers:
            worker.join(timeout=30)
        self._lanes.clear()
        self._workers.clear()

    def submit(self, kind: str, request: dict[str, Any], user_name: str | None = None) -> Job:
        """Queue a job, of this user where the host has logins. Raises NotFoundError for an unknown kind."""
        if kind not in self._lanes:
            raise NotFoundError(f"There is no job of kind '{kind}'. Known: {', '.join(self._runners)}.")
        now = utc_now()
        with self._database.write() as connection:
            job_id = job_records.insert_job(connection, kind, request, self._owner, now, user_name)
        job = Job(job_id, kind, request, now, user_name=user_name)
        with self._lock:
            self._jobs[job_id] = job
            self._forget_old()
        self._listeners.tell(job)
        self._lanes[kind].put(job)
        return job

    def cancel(self, job_id: int) -> Job:
        """Ask a job to stop; one that is queued never starts. Raises NotFoundError."""
        job = self.job(job_id)
        job.cancel.set()
        if self._take(job, "cancelled"):
            self._end(job, "cancelled")
        return job

    def job(self, job_id: int) -> Job:
        """Return a job of this process, or its record. Raises NotFoundError."""
        with self._lock:
            job = self._jobs.get(job_id)
        if job is not None:
            return job
        with self._database.read() as connection:
            values = job_records.read_job(connection, job_id)
        if values is None:
            raise NotFoundError(f"There is no job {job_id}.")
        return Job(**values)

    def jobs(self) -> list[Job]:
        """Return this process's jobs, newest first."""
        with self._lock:
            return sorted(self._jobs.values(), key=lambda job: -job.id)

    def busy(self, kind: str) -> Job | None:
        """Return the queued or running job of a kind, if any."""
        return next((job for job in self.jobs() if job.kind == kind and job.state not in ENDED), None)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every change of a job, from the worker's thread; returns how to stop."""
        return self._listeners.listen(listener)

    def _work(self, lane: queue.SimpleQueue[Job | None]) -> None:
        while (job := lane.get()) is not None:
            try:
                if job.cancel.is_set():  # the queue is stopping
                    self.cancel(job.id)
                elif self._take(job, "running"):
                    self._run(job)
            except Exception as error:
                # The lane must live on when the database does not take what a job left; the cause goes to the log.
                log.exception("Job %d (%s) could not be recorded", job.id, job.kind)
                self._give_up(job, error)

    def _take(self, job: Job, state: str) -> bool:
        """Let a queued job go on as `state`; False when it was started or cancelled meanwhile."""
        with self._lock:
            if job.state != "queued":
                return False
            job.state = state
            return True

    def _give_up(self, job: Job, error: Exception) -> None:
        job.result, job.error = None, f"{type(error).__name__}: {error}"
        try:
            self._end(job, "failed")
        except Exception:
            # The database takes nothing at all: the page is told at least, and the cause goes to the log.
            log.exception("Job %d (%s) stays open in the database", job.id, job.kind)
            job.state = "failed"
            self._listeners.tell(job)

    def _run(self, job: Job) -> None:
        job.started_at, job.started = utc_now(), time.monotonic()
        self._save(job, "running")
        self._listeners.tell(job)
        try:
            context = JobContext(self._progress_of(job), job.cancel.is_set, job.user_name)
            job.result = self._runners[job.kind](job.request, context)
        except LoraManagerError as error:
            job.error = str(error)
        except Exception as error:
            # The worker must live on, whatever a job did; the cause goes to the log whole.
            log.exception("Job %d (%s) failed", job.id, job.kind)
            job.error = f"{type(error).__name__}: {error}"
        self._end(job, "failed" if job.error else "cancelled" if job.cancel.is_set() else "done")

    def _progress_of(self, job: Job) -> Callable[[int, int, str], None]:
        last = 0.0

        def on_progress(done: int, total: int, message: str) -> None:
            nonlocal last
            job.done, job.total, job.message = done, total, message
            now = time.monotonic()
            if now - last >= _LEAST_BETWEEN_EVENTS:
                last = now
                self._listeners.tell(job)

        return on_progress

    def _end(self, job: Job, state: str) -> None:
        job.finished_at = utc_now()
        self._save(job, state)
        job.state = state
        self._listeners.tell(job)

    def _save(self, job: Job, state: str) -> None:
        with self._database.write() as connection:
            job_records.update_job(connection, job.id, state, job.started_at, job.finished_at, job.error, job.result)

    def _forget_old(self) -> None:
        ended = [job_id for job_id, job in self._jobs.items() if job.state in ENDED]
        for job_id in ended[: max(0, len(self._jobs) - KEPT_JOBS)]:
            del self._jobs[job_id]


def _may_run(owner: str) -> bool:
    """Say whether the process that owns a job may still run; one on another machine is taken to."""
    return ":" in owner and not has_ended(owner)
