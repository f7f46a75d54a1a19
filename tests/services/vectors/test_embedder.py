from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import Connection

from lora_manager.db.revision import touch_catalogue
from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.services.digests.facts import facts_of
from lora_manager.services.hashing.lease import Lease
from lora_manager.services.vectors.embedder import LEASE, Embedder, EmbeddingTimes
from lora_manager.services.vectors.passes import Pass, TechnicalPass, TextPass
from tests.helpers.encoders import WordEncoder
from tests.helpers.network_files import write_adapter
from tests.helpers.shelf import Shelf

QUICK = EmbeddingTimes(first_wait=0.0, look=0.05, busy=0.02, settle=0.0)


def until(is_so: Callable[[], bool], limit: float = 10.0) -> None:
    end = time.monotonic() + limit
    while not is_so():
        assert time.monotonic() < end, "did not come about"
        time.sleep(0.01)


class SmallSteps(TextPass):
    per_step = 4


class SmallTechnicalSteps(TechnicalPass):
    per_step = 4


@pytest.fixture
def full(shelf: Shelf) -> Shelf:
    """Twenty adapters."""
    for place in range(20):
        write_adapter(shelf.root, f"lora{place:02}")
    shelf.scan()
    return shelf


def texts(encoder: WordEncoder) -> SmallSteps:
    return SmallSteps(facts_of, encoder.id, encoder.encode)


def done(embedder: Embedder, kind: str) -> tuple[int, int]:
    return next((done, total) for name, done, total in embedder.status().progress if name == kind)


@pytest.fixture
def running() -> Iterator[Callable[[Embedder], Embedder]]:
    started: list[Embedder] = []

    def start(embedder: Embedder) -> Embedder:
        embedder.start()
        started.append(embedder)
        return embedder

    yield start
    for embedder in started:
        embedder.stop()


def test_everything_is_made_on_demand_and_only_once(full: Shelf) -> None:
    encoder, told = WordEncoder(), list[tuple[int, int, str]]()
    embedder = Embedder(full.database, lambda: [TechnicalPass(facts_of), texts(encoder)])
    assert embedder.catch_up(lambda *progress: told.append(progress)) == 60
    assert told[-1][:2] == (20, 20)
    assert embedder.status().progress == (("technical", 20, 20), ("semantic", 20, 20), ("artistic", 20, 20))
    assert len(encoder.asked) == 20, "nothing here has words of style"
    assert embedder.catch_up() == 0
    assert len(encoder.asked) == 20


def test_work_that_is_cut_short_goes_on_where_it_was(full: Shelf) -> None:
    encoder = WordEncoder()
    pieces = iter(range(100))
    embedder = Embedder(full.database, lambda: [texts(encoder)])
    embedder.catch_up(cancelled=lambda: next(pieces) >= 2)
    assert 0 < len(encoder.asked) < 20
    before = len(encoder.asked)
    again = Embedder(full.database, lambda: [texts(encoder)])
    again.catch_up()
    assert done(again, "semantic") == (20, 20)
    assert len(encoder.asked) <= 20 + SmallSteps.per_step
    assert len(encoder.asked) - before < 20


def test_what_changed_is_looked_at_again_and_encoded_only_if_its_text_did(full: Shelf) -> None:
    encoder, names = WordEncoder(), dict[int, str]()

    def facts(connection: Connection, ids: Sequence[int]) -> list[AdapterFacts]:
        return [AdapterFacts(one, name=names.get(one, f"adapter {one}")) for one in ids]

    embedder = Embedder(full.database, lambda: [SmallSteps(facts, encoder.id, encoder.encode)])
    embedder.catch_up()
    encoder.asked.clear()
    changed = [full.adapter_id(f"lora{place:02}.safetensors") for place in (3, 5)]
    names[changed[0]] = "another name"
    with full.database.write() as connection:
        touch_catalogue(connection, changed)
    assert done(embedder, "semantic") == (18, 20)
    assert embedder.catch_up() == 1
    assert encoder.asked == ["another name"]


def test_in_the_background_it_waits_for_what_else_wants_the_machine(
    full: Shelf, running: Callable[[Embedder], Embedder]
) -> None:
    encoder, reason = WordEncoder(), ["generation"]
    steps = threading.Event()
    embedder = running(Embedder(full.database, lambda: [texts(encoder)], lambda: reason[0], steps.set, times=QUICK))
    until(lambda: embedder.status().state == "waiting")
    assert (embedder.status().waits_for, encoder.asked) == ("generation", [])
    reason[0] = ""
    until(lambda: done(embedder, "semantic") == (20, 20))
    until(lambda: embedder.status().state == "idle")
    assert steps.is_set()


def test_its_pace_is_that_of_what_it_makes_now(full: Shelf, running: Callable[[Embedder], Embedder]) -> None:
    paces: list[float] = []

    def encode(items: Sequence[object]) -> NDArray[np.float32]:
        paces.append(embedder.status().per_second)
        return WordEncoder().encode(items)

    passes: list[Pass] = [SmallTechnicalSteps(facts_of)]
    embedder = running(Embedder(full.database, lambda: passes, times=QUICK))
    until(lambda: done(embedder, "technical") == (20, 20))
    until(lambda: embedder.status().state == "idle")
    passes.append(SmallSteps(facts_of, "words", encode))
    embedder.wake()
    until(lambda: done(embedder, "semantic") == (20, 20))
    assert paces[0] == 0.0, "the pace of another pass, and of the rest after it, tells nothing"
    assert all(pace > 0 for pace in paces[1:])
    assert len(paces) == 5


def test_the_user_stops_it_over_restarts_and_lets_it_go_on(
    full: Shelf, running: Callable[[Embedder], Embedder]
) -> None:
    encoder = WordEncoder()
    first = Embedder(full.database, lambda: [texts(encoder)], times=QUICK)
    first.set_stopped(True)
    embedder = running(Embedder(full.database, lambda: [texts(encoder)], times=QUICK))
    time.sleep(0.2)
    assert (embedder.status().state, encoder.asked) == ("stopped", [])
    embedder.set_stopped(False)
    until(lambda: done(embedder, "semantic") == (20, 20))


def test_of_two_processes_one_does_it(full: Shelf, running: Callable[[Embedder], Embedder]) -> None:
    encoder = WordEncoder()
    other = Lease(full.database, LEASE)
    assert other.take()
    embedder = running(Embedder(full.database, lambda: [texts(encoder)], times=QUICK))
    time.sleep(0.2)
    assert encoder.asked == []
    other.release()
    until(lambda: done(embedder, "semantic") == (20, 20))


def test_an_encoder_that_stops_working_and_a_host_that_says_nothing_end_nothing(
    full: Shelf, running: Callable[[Embedder], Embedder]
) -> None:
    def why() -> str:
        raise RuntimeError("not now")

    embedder = running(
        Embedder(full.database, lambda: [SmallSteps(facts_of, "gone", lambda items: None)], why, times=QUICK)
    )
    until(lambda: embedder.status().state == "waiting")
    broken = running(Embedder(full.database, lambda: [SmallSteps(facts_of, "gone", lambda items: None)], times=QUICK))
    time.sleep(0.2)
    assert done(broken, "semantic") == (0, 20)
