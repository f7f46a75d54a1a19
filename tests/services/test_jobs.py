from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lora_manager.db.engine import Database
from lora_manager.db.job_records import insert_job, read_job, update_job
from lora_manager.errors import BadInputError, NotFoundError
from lora_manager.services import jobs as module
from lora_manager.services.jobs import ENDED, Job, JobContext, JobQueue

LIMIT_S = 20


class Work:
    """What the jobs of these tests do: wait for `go`, tell of two steps, and end as the request says."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.begun: list[dict[str, Any]] = []

    def __call__(self, request: dict[str, Any], context: JobContext) -> dict[str, Any]:
        self.begun.append(request)
        context.on_progress(1, 2, "half way")
        while not self.go.wait(0.005):
            if context.cancelled():
                return {"stopped": True}
        if "error" in request:
            raise request["error"]
        context.on_progress(2, 2, "all the way")
        return {"answer": request.get("n")}


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def queue(fresh_database: Database, work: Work) -> Iterator[JobQueue]:
    """Two lanes, "slow" that waits for `work.go` and "fast" that does not."""
    jobs = JobQueue(fresh_database, {"slow": work, "fast": lambda request, context: {"fast": True}})
    jobs.start()
    yield jobs
    work.go.set()
    jobs.stop()


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.002)


def ended(job: Job) -> Job:
    wait_for(lambda: job.state in ENDED)
    return job


def stored(database: Database, job_id: int) -> dict[str, Any]:
    """The row, once it says the same as the job in memory."""
    with database.read() as connection:
        row = read_job(connection, job_id)
    assert row is not None
    return row


def test_a_job_runs_and_is_recorded(queue: JobQueue, work: Work, fresh_database: Database) -> None:
    job = queue.submit("slow", {"n": 7})
    assert (job.kind, job.request) == ("slow", {"n": 7})
    wait_for(lambda: job.done == 1)
    assert (job.state, job.total, job.message) == ("running", 2, "half way")
    assert stored(fresh_database, job.id)["state"] == "running"
    assert job.eta_seconds is not None
    work.go.set()
    ended(job)
    assert (job.state, job.result, job.error, job.eta_seconds) == ("done", {"answer": 7}, "", None)
    assert job.started_at is not None
    assert job.created_at <= job.started_at <= str(job.finished_at)
    wait_for(lambda: stored(fresh_database, job.id)["state"] == "done")
    assert stored(fresh_database, job.id)["result"] == {"answer": 7}


def test_lanes_do_not_wait_for_each_other_and_one_lane_keeps_its_order(queue: JobQueue, work: Work) -> None:
    slow = [queue.submit("slow", {"n": number}) for number in range(3)]
    assert ended(queue.submit("fast", {})).result == {"fast": True}
    assert slow[1].state == slow[2].state == "queued"
    assert queue.busy("slow") in slow
    work.go.set()
    assert [ended(job).result for job in slow] == [{"answer": number} for number in range(3)]
    assert [request["n"] for request in work.begun] == [0, 1, 2]
    assert queue.busy("slow") is None


def test_a_running_job_is_asked_to_stop(queue: JobQueue, fresh_database: Database) -> None:
    job = queue.submit("slow", {})
    wait_for(lambda: job.state == "running")
    queue.cancel(job.id)
    ended(job)
    assert (job.state, job.result) == ("cancelled", {"stopped": True})
    wait_for(lambda: stored(fresh_database, job.id)["state"] == "cancelled")


def test_a_queued_job_that_is_cancelled_never_starts(queue: JobQueue, work: Work) -> None:
    first, second, third = (queue.submit("slow", {"n": number}) for number in range(3))
    assert queue.cancel(second.id).state == "cancelled"
    work.go.set()
    ended(first)
    ended(third)
    assert [request["n"] for request in work.begun] == [0, 2]
    assert second.finished_at is not None
    assert queue.cancel(first.id).state == "done", "too late is no error"


@pytest.mark.parametrize(
    ("error", "text"),
    [(BadInputError("The prompt is empty."), "The prompt is empty."), (KeyError("x"), "KeyError: 'x'")],
)
def test_a_job_that_fails_says_why_and_the_lane_goes_on(
    queue: JobQueue, work: Work, error: Exception, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    work.go.set()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(queue._runners, "slow", _raising(error))
        job = ended(queue.submit("slow", {}))
    assert (job.state, job.error, job.result) == ("failed", text, None)
    assert ("Traceback" in caplog.text) == isinstance(error, KeyError), "an unexpected failure is logged whole"
    assert ended(queue.submit("slow", {"n": 1})).state == "done"


def _raising(error: Exception) -> Callable[[dict[str, Any], JobContext], dict[str, Any]]:
    def run(request: dict[str, Any], context: JobContext) -> dict[str, Any]:
        raise error

    return run


def test_a_result_that_cannot_be_stored_is_a_failure_and_the_lane_goes_on(queue: JobQueue) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(queue._runners, "fast", lambda request, context: {"thread": threading.Lock()})
        job = ended(queue.submit("fast", {}))
    assert job.state == "failed"
    assert job.error
    assert job.result is None
    assert ended(queue.submit("fast", {})).state == "done"


def test_listeners_hear_of_every_change_until_they_stop(queue: JobQueue, work: Work) -> None:
    heard: list[tuple[int, str]] = []
    stop = queue.listen(lambda job: heard.append((job.id, job.state)))
    work.go.set()
    first = ended(queue.submit("slow", {}))
    wait_for(lambda: (first.id, "done") in heard)
    states = [state for job_id, state in heard if job_id == first.id]
    assert (states[0], states[-1]) == ("queued", "done")
    assert "running" in states
    stop()
    stop()
    count = len(heard)
    ended(queue.submit("slow", {}))
    assert len(heard) == count


def test_a_listener_that_fails_harms_nobody(queue: JobQueue, work: Work) -> None:
    """A page that is gone must not end a generation."""
    heard: list[str] = []

    def fail(job: Job) -> None:
        raise RuntimeError("the page is gone")

    queue.listen(fail)
    queue.listen(lambda job: heard.append(job.state))
    work.go.set()
    for _ in range(2):
        assert ended(queue.submit("slow", {})).state == "done"
    wait_for(lambda: heard.count("done") == 2)


def test_an_unknown_kind_or_job_is_not_found(queue: JobQueue) -> None:
    with pytest.raises(NotFoundError, match="slow, fast"):
        queue.submit("nonsense", {})
    for act in (queue.job, queue.cancel):
        with pytest.raises(NotFoundError, match="99"):
            act(99)


def test_jobs_come_newest_first_and_old_ones_are_read_from_the_record(
    queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEPT_JOBS", 5)
    jobs = [ended(queue.submit("fast", {"n": number})) for number in range(9)]
    listed = [job.id for job in queue.jobs()]
    assert listed == sorted(listed, reverse=True)
    assert len(listed) <= 6
    first = queue.job(jobs[0].id)
    assert (first.state, first.request, first.result) == ("done", {"n": 0}, {"fast": True})


def test_what_a_dead_process_left_is_interrupted_at_the_start(fresh_database: Database, work: Work) -> None:
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    me, dead = os.getpid(), int(gone.stdout)
    host = socket.gethostname()
    owners = {"dead": f"{host}:{dead}", "my earlier life": f"{host}:{me}", "elsewhere": "another-machine:1"}
    owners |= {"alive": f"{host}:{os.getppid()}", "odd": "nonsense"}
    with fresh_database.write() as connection:
        ids = {name: insert_job(connection, "slow", {}, owner, "t", None) for name, owner in owners.items()}
        for job_id in ids.values():
            update_job(connection, job_id, "running", "t", None, "", None)
    queue = JobQueue(fresh_database, {"slow": work})
    queue.start()
    states = {name: queue.job(job_id).state for name, job_id in ids.items()}
    queue.stop()
    assert states == {
        "dead": "interrupted",
        "my earlier life": "interrupted",
        "elsewhere": "running",
        "alive": "running",
        "odd": "interrupted",
    }


def test_stopping_ends_what_runs_and_starts_nothing_more(fresh_database: Database, work: Work) -> None:
    queue = JobQueue(fresh_database, {"slow": work})
    queue.start()
    running = queue.submit("slow", {"n": 0})
    waiting = [queue.submit("slow", {"n": number}) for number in (1, 2)]
    wait_for(lambda: running.state == "running")
    begin = time.monotonic()
    queue.stop()
    assert time.monotonic() - begin < 5
    assert [request["n"] for request in work.begun] == [0]
    assert running.state == "cancelled"
    for job in waiting:
        assert job.state == stored(fresh_database, job.id)["state"] == "cancelled"
    queue.stop()
    with pytest.raises(NotFoundError):
        queue.submit("slow", {})


def test_a_queue_that_never_started_can_be_stopped(fresh_database: Database) -> None:
    JobQueue(fresh_database, {}).stop()


@pytest.mark.parametrize(
    ("state", "done", "total", "known"),
    [
        ("running", 1, 4, True),
        ("running", 0, 4, False),
        ("running", 4, 4, False),
        ("running", 0, 0, False),
        ("done", 1, 4, False),
    ],
)
def test_the_time_left_is_told_by_the_pace(state: str, done: int, total: int, known: bool) -> None:
    job = Job(1, "slow", {}, "t", state=state, done=done, total=total, started=time.monotonic() - 3)
    if known:
        assert job.eta_seconds == pytest.approx(9, abs=0.5)
    else:
        assert job.eta_seconds is None
