from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import pytest

from lora_manager.hosts.base import Progress
from lora_manager.hosts.run_watcher import watched

POLL = 0.01


def until(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < ends
        time.sleep(POLL)


def never() -> bool:
    return False


def test_progress_is_told_once_for_each_step() -> None:
    steps = [0]
    told: list[int] = []
    with watched(
        lambda: Progress(steps[0], 3), lambda: pytest.fail("no cancel"), lambda p: told.append(p.step), never, POLL
    ):
        for step in (1, 2, 3):
            steps[0] = step
            until(lambda: steps[0] in told)
        time.sleep(POLL * 5)
    assert [step for step in told if step] == [1, 2, 3]


def test_a_cancel_interrupts_until_the_run_ends_and_never_after() -> None:
    interrupts: list[float] = []
    with watched(lambda: Progress(0, 1), lambda: interrupts.append(1), lambda _: None, lambda: True, POLL) as watch:
        until(lambda: len(interrupts) > 1)
    assert watch.interrupted
    at_the_end = len(interrupts)
    time.sleep(POLL * 5)
    assert len(interrupts) == at_the_end


def test_an_interrupt_under_way_is_waited_for() -> None:
    """The next run may be somebody else's."""
    begun = threading.Event()
    ended: list[bool] = []

    def interrupt() -> None:
        begun.set()
        time.sleep(POLL * 10)
        ended.append(True)

    with watched(lambda: Progress(0, 1), interrupt, lambda _: None, lambda: True, POLL):
        assert begun.wait(5)
    assert ended


def test_without_a_cancel_nothing_is_interrupted() -> None:
    with watched(lambda: Progress(0, 1), lambda: pytest.fail("no cancel"), lambda _: None, never, POLL) as watch:
        time.sleep(POLL * 5)
    assert not watch.interrupted


def test_a_run_that_fails_ends_the_watch() -> None:
    before = threading.active_count()
    with (
        pytest.raises(ValueError, match="run"),
        watched(lambda: Progress(0, 1), lambda: None, lambda _: None, never, POLL),
    ):
        raise ValueError("run")
    assert threading.active_count() == before


def test_a_watcher_that_fails_leaves_the_run_alone(caplog: pytest.LogCaptureFixture) -> None:
    def fails() -> Progress:
        raise RuntimeError("no such state")

    with caplog.at_level(logging.ERROR), watched(fails, lambda: None, lambda _: None, never, POLL):
        until(lambda: bool(caplog.records))
    assert "lost sight" in caplog.text


def test_leaving_is_not_delayed_by_the_poll() -> None:
    started = time.monotonic()
    with watched(lambda: Progress(0, 1), lambda: None, lambda _: None, never, poll_seconds=30):
        pass
    assert time.monotonic() - started < 5
