from __future__ import annotations

import threading

from lora_manager.services.background import Background


class Worker:
    """Counts how often it looked."""

    def __init__(self) -> None:
        self.looks = 0
        self.looked = threading.Semaphore(0)
        self.background = Background("lora-manager-test", self.run)

    def run(self) -> None:
        while not self.background.ended.is_set():
            self.background.woken.clear()
            self.looks += 1
            self.looked.release()
            self.background.woken.wait(30)


def test_it_looks_when_it_is_woken_and_ends_when_it_is_told_to() -> None:
    worker = Worker()
    assert not worker.background.was_started
    worker.background.start()
    assert worker.background.was_started
    assert worker.looked.acquire(timeout=30)
    worker.background.wake()
    assert worker.looked.acquire(timeout=30)
    worker.background.stop(30)
    assert not worker.background.was_started
    assert "lora-manager-test" not in {thread.name for thread in threading.enumerate()}


def test_it_can_begin_again() -> None:
    worker = Worker()
    for _ in range(2):
        worker.background.start()
        assert worker.looked.acquire(timeout=30)
        worker.background.stop(30)
    assert worker.looks >= 2


def test_one_that_was_never_started_can_be_stopped() -> None:
    Worker().background.stop(30)


def test_nobody_waits_for_one_that_does_not_end() -> None:
    goes_on = threading.Event()
    background = Background("lora-manager-stuck", lambda: goes_on.wait(30) and None)
    background.start()
    background.stop(0.01)
    goes_on.set()
