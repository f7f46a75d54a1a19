from __future__ import annotations

import sys
import threading
import time
from collections import deque

import pytest

from lora_manager.hosts.queue_turn import QueueLock, TurnGivenUp, _Wait, turn


class FairLock:
    """As AUTOMATIC1111's: first come, first served; no timeout; any thread may release it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inner = threading.Lock()
        self._queue: deque[threading.Event] = deque()

    def acquire(self) -> bool:
        with self._inner:
            if self._lock.acquire(blocking=False):
                return True
            mine = threading.Event()
            self._queue.append(mine)
        mine.wait()
        return self._lock.acquire()

    def release(self) -> None:
        with self._inner:
            if self._queue:
                self._queue.popleft().set()
            self._lock.release()


@pytest.fixture(params=[threading.Lock, FairLock])
def lock(request: pytest.FixtureRequest) -> QueueLock:
    made: QueueLock = request.param()
    return made


def never() -> bool:
    return False


def nothing() -> None:
    pass


def is_free(lock: QueueLock) -> bool:
    """Whether somebody else gets the lock within two seconds; it is free afterwards."""
    got = threading.Event()

    def try_it() -> None:
        lock.acquire()
        got.set()
        lock.release()

    threading.Thread(target=try_it, daemon=True).start()
    return got.wait(2)


def test_the_block_holds_the_lock_and_gives_it_back(lock: QueueLock) -> None:
    waits: list[str] = []
    with turn(lock, never, lambda: waits.append("waiting")):
        other = threading.Thread(target=lambda: (lock.acquire(), lock.release()))
        other.start()
        other.join(0.1)
        assert other.is_alive()
    other.join(2)
    assert not other.is_alive()
    assert waits == []


def test_an_error_in_the_block_gives_the_lock_back(lock: QueueLock) -> None:
    with pytest.raises(ValueError, match="inside"), turn(lock, never, nothing):
        raise ValueError("inside")
    assert is_free(lock)


def test_waiting_is_said_once(lock: QueueLock) -> None:
    waits: list[float] = []
    lock.acquire()
    threading.Timer(0.2, lock.release).start()
    with turn(lock, never, lambda: waits.append(time.monotonic()), poll_seconds=0.02):
        pass
    assert len(waits) == 1


def test_a_wait_given_up_leaves_no_lock_behind(lock: QueueLock) -> None:
    lock.acquire()
    gone = threading.Event()
    threading.Timer(0.1, gone.set).start()
    with pytest.raises(TurnGivenUp), turn(lock, gone.is_set, nothing, poll_seconds=0.02):
        pytest.fail("the lock was not ours")
    lock.release()
    assert is_free(lock)


def test_a_wait_given_up_does_not_stop_those_behind(lock: QueueLock) -> None:
    lock.acquire()
    with pytest.raises(TurnGivenUp), turn(lock, lambda: True, nothing, poll_seconds=0.02):
        pytest.fail("the lock was not ours")
    behind = threading.Thread(target=lambda: (lock.acquire(), lock.release()), daemon=True)
    behind.start()
    lock.release()
    behind.join(2)
    assert not behind.is_alive()


def test_cancelled_before_the_turn_came_and_free_at_once(lock: QueueLock) -> None:
    with pytest.raises(TurnGivenUp), turn(lock, lambda: True, nothing):
        pytest.fail("nobody wanted it")
    assert is_free(lock)


def test_a_caller_that_fails_while_waiting_leaves_no_lock_behind(lock: QueueLock) -> None:
    def fails() -> None:
        raise OSError("the browser is gone")

    lock.acquire()
    with pytest.raises(OSError, match="gone"), turn(lock, never, fails, poll_seconds=0.02):
        pytest.fail("the lock was not ours")
    lock.release()
    assert is_free(lock)


def test_a_lock_that_fails_says_so() -> None:
    class Broken:
        def acquire(self) -> None:
            raise RuntimeError("broken lock")

        def release(self) -> None:
            pytest.fail("never taken")

    with pytest.raises(RuntimeError, match="broken lock"), turn(Broken(), never, nothing):
        pytest.fail("the lock was not ours")


def test_turns_one_after_another_never_overlap(lock: QueueLock) -> None:
    inside: list[int] = []
    most: list[int] = []

    def work() -> None:
        for _ in range(20):
            with turn(lock, never, nothing, poll_seconds=0.01):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(most) == 80
    assert max(most) == 1


def test_a_wait_that_ends_as_it_is_given_up_releases_once() -> None:
    """Two releases would let somebody else's generation go, and a third begin beside it."""

    class Counting:
        def __init__(self) -> None:
            self.taken = self.released = 0

        def acquire(self) -> None:
            self.taken += 1

        def release(self) -> None:
            self.released += 1

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(500):
            lock = Counting()
            wait = _Wait(lock)
            thread = threading.Thread(target=wait.take)
            thread.start()
            wait.abandon()
            thread.join()
            assert (lock.taken, lock.released) == (1, 1)
    finally:
        sys.setswitchinterval(interval)
