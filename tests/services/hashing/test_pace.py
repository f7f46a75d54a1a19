from __future__ import annotations

import threading
import time

from lora_manager.services.hashing.pace import LOOK_SECONDS, Pace


def seconds_of(pace: Pace, count: int, ended: threading.Event | None = None) -> float:
    begin = time.monotonic()
    pace.pass_block(count, ended or threading.Event())
    return time.monotonic() - begin


def test_nothing_is_waited_for_when_nobody_wants_the_machine() -> None:
    assert seconds_of(Pace(lambda: "", slow_bytes=1), 10**9) < 0.1


def test_while_a_generation_runs_it_is_slow_for_all_threads_together() -> None:
    pace = Pace(lambda: "generation", slow_bytes=10_000)
    threads = [threading.Thread(target=pace.pass_block, args=(1000, threading.Event())) for _ in range(4)]
    begin = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 0.35 < time.monotonic() - begin < 3


def test_once_it_has_ended_nobody_waits_on() -> None:
    until = time.monotonic() + 0.3
    pace = Pace(lambda: "scan" if time.monotonic() < until else "", slow_bytes=1)
    assert pace.reason() == "scan"
    assert seconds_of(pace, 10**6) < 0.3 + 10 * LOOK_SECONDS


def test_the_end_of_the_program_is_not_held_up() -> None:
    ended = threading.Event()
    threading.Timer(0.05, ended.set).start()
    assert seconds_of(Pace(lambda: "generation", slow_bytes=1), 10**6, ended) < 2


def test_the_host_is_not_asked_at_each_block() -> None:
    asked: list[int] = []
    pace = Pace(lambda: asked.append(1) or "")  # type: ignore[func-returns-value]
    for _ in range(1000):
        pace.reason()
    assert len(asked) <= 3


def test_a_host_that_cannot_say_counts_as_busy() -> None:
    def broken() -> str:
        raise RuntimeError("no answer")

    assert Pace(broken).reason() == "generation"
