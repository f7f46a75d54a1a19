from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from lora_manager.db.engine import Database
from lora_manager.db.history import ChangeRow, add_changes, read_set, read_sets
from lora_manager.errors import BadInputError, LoraManagerError, NotFoundError
from lora_manager.services.actor import PAGE, Actor
from lora_manager.services.bulk.action import MOST_PROBLEMS, BulkProblem, BulkResult
from lora_manager.services.bulk.service import Bulk
from lora_manager.services.change_context import ChangeContext
from lora_manager.services.jobs import ENDED, Job, JobContext, JobQueue
from tests.db.described import described, put

ME = Actor(PAGE, "ada")


class Stamp:
    """An action that rates, or does not."""

    name = "stamp"
    kind = "bulk_edit"
    is_restricted = False

    def __init__(self, database: Database) -> None:
        self.database = database
        self.waits = False
        self.fails = False
        self.seen: list[Any] = []

    def is_backed_up(self, params: Mapping[str, Any]) -> bool:
        return bool(params["backed_up"])

    def check(self, params: Mapping[str, Any]) -> dict[str, Any]:
        if "bad" in params:
            raise BadInputError("bad")
        return {"backed_up": False, "changes": True, **params}

    def run(self, ids: Sequence[int], params: Mapping[str, Any], context: ChangeContext) -> BulkResult:
        self.seen.append((list(ids), context.actor))
        if params["changes"]:
            with self.database.write() as connection:
                add_changes(connection, context.set_id, [ChangeRow(key, "rating", 0, 1) for key in ids])
        while self.waits and not context.cancelled():
            time.sleep(0.005)
        if self.fails:
            raise LoraManagerError("the disk is full")
        problems = [BulkProblem(n, "x", "why") for n in range(150)]
        return BulkResult(len(ids), problems, {"more": 1})


class Bench:
    """A queue with one action."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.backups: list[str] = []
        self.queue = JobQueue(database, {"bulk": lambda request, context: self.bulk.run_job(request, context)})
        self.bulk = Bulk(database, lambda: self.queue, self._back_up)
        self.stamp = Stamp(database)
        self.bulk.add(self.stamp)
        self.ids = put(database, described("a.pt", "A"), described("b.pt", "B"))
        self.queue.start()

    def _back_up(self, reason: str, context: JobContext) -> None:
        if "impossible" in self.backups:
            raise LoraManagerError("no space for a backup")
        self.backups.append(reason)

    def do(self, **params: Any) -> Job:
        return self.end(self.bulk.submit("stamp", params, self.ids, ME))

    def end(self, job: Job) -> Job:
        until = time.monotonic() + 20
        while job.state not in ENDED:
            assert time.monotonic() < until
            time.sleep(0.005)
        return job


@pytest.fixture
def bench(fresh_database: Database) -> Iterator[Bench]:
    bench = Bench(fresh_database)
    yield bench
    bench.queue.stop()


def sets(bench: Bench) -> int:
    with bench.database.read() as connection:
        return read_sets(connection, 1, 0)[0]


def test_a_job_makes_one_set_and_tells_what_came_of_it(bench: Bench) -> None:
    job = bench.do()
    assert job.state == "done"
    assert job.result is not None
    result = dict(job.result)
    set_id = result.pop("set_id")
    assert len(result.pop("problems")) == MOST_PROBLEMS
    assert result == {"changed": 2, "problem_count": 150, "more": 1}
    assert bench.stamp.seen == [(bench.ids, ME)]
    with bench.database.read() as connection:
        stored = read_set(connection, set_id)
    assert stored is not None
    assert (stored.kind, stored.by, stored.user_name) == ("bulk_edit", "page", "ada")
    assert (stored.state, stored.count) == ("done", 2)
    assert stored.what == {"action": "stamp", "params": {}, "selected": 2}


def test_one_in_which_nothing_changed_leaves_no_set(bench: Bench) -> None:
    job = bench.do(changes=False)
    assert job.result is not None
    assert job.result["set_id"] is None
    assert sets(bench) == 0


def test_a_backup_comes_first_where_several_are_written_over(bench: Bench) -> None:
    bench.do(backed_up=True)
    assert bench.backups == ["before_stamp"]
    bench.end(bench.bulk.submit("stamp", {"backed_up": True}, bench.ids[:1], ME))
    assert bench.backups == ["before_stamp"]


def test_without_its_backup_nothing_is_done(bench: Bench) -> None:
    bench.backups.append("impossible")
    job = bench.do(backed_up=True)
    assert (job.state, job.error) == ("failed", "no space for a backup")
    assert bench.stamp.seen == []
    assert sets(bench) == 0


@pytest.mark.parametrize("way", ["cancelled", "failed"])
def test_what_was_done_until_then_stands_and_can_be_undone(bench: Bench, way: str) -> None:
    bench.stamp.waits, bench.stamp.fails = way == "cancelled", way == "failed"
    job = bench.bulk.submit("stamp", {}, bench.ids, ME)
    while not bench.stamp.seen:
        time.sleep(0.005)
    if way == "cancelled":
        bench.queue.cancel(job.id)
    assert bench.end(job).state == way
    with bench.database.read() as connection:
        _, (stored,) = read_sets(connection, 1, 0)
    assert (stored.state, stored.count) == ("stopped", 2)


def test_one_that_was_cancelled_while_it_waited_is_forgotten(bench: Bench) -> None:
    bench.stamp.waits = True
    first = bench.bulk.submit("stamp", {}, bench.ids, ME)
    while not bench.stamp.seen:
        time.sleep(0.005)
    second = bench.bulk.submit("stamp", {}, bench.ids, ME)
    bench.queue.cancel(second.id)
    bench.queue.cancel(first.id)
    bench.end(first)
    bench.stamp.waits = False
    bench.do()
    assert len(bench.stamp.seen) == 2
    assert bench.bulk._waiting == {}


def test_what_cannot_be_is_refused_before_there_is_a_job(bench: Bench) -> None:
    with pytest.raises(NotFoundError, match="Known: stamp"):
        bench.bulk.submit("no such", {}, bench.ids, ME)
    with pytest.raises(BadInputError, match="bad"):
        bench.do(bad=1)
    with pytest.raises(BadInputError, match="Nothing is selected"):
        bench.bulk.submit("stamp", {}, [], ME)
    with pytest.raises(NotFoundError, match="Start it again"):
        bench.bulk.run_job({"key": "gone"}, JobContext(lambda *_: None, lambda: False))
    assert bench.queue.jobs() == []
