"""Waiting for a host's generation lock, where the wait can be given up.

The locks of the web UIs know no timeout: who asks for one waits until it is free. So a helper thread asks; when we no
longer want the lock, the helper still waits for its turn, and hands it on the moment it comes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

_POLL_SECONDS = 0.1


class TurnGivenUp(Exception):  # noqa: N818 - no error: the caller wanted it so
    """The wait was cancelled; the lock is not held, and will not be held for us later."""


class QueueLock(Protocol):
    """What a host guards its generations with. Not reentrant; may be released by another thread than took it."""

    def acquire(self) -> object:
        """Wait for the lock and take it."""

    def release(self) -> object:
        """Hand it on."""


@contextmanager
def turn(
    lock: QueueLock,
    cancelled: Callable[[], bool],
    waiting: Callable[[], None],
    poll_seconds: float = _POLL_SECONDS,
) -> Iterator[None]:
    """Hold the lock for the length of the block.

    `waiting` is called once if others are before us. `cancelled` is asked while we wait (in the block it is the
    caller's matter): once it says True, TurnGivenUp is raised and the block is not entered.
    """
    wait = _Wait(lock)
    threading.Thread(target=wait.take, name="lora-manager-queue", daemon=True).start()
    try:
        if not wait.over.wait(poll_seconds):
            waiting()
            while not wait.over.wait(poll_seconds):
                if cancelled():
                    raise TurnGivenUp
        if cancelled():
            raise TurnGivenUp
    except BaseException:
        wait.abandon()
        raise
    if wait.failure is not None:
        raise wait.failure
    try:
        yield
    finally:
        lock.release()


class _Wait:
    """One attempt to take the lock, made by a helper thread on behalf of another that may lose interest."""

    def __init__(self, lock: QueueLock) -> None:
        self.over = threading.Event()
        self.failure: BaseException | None = None
        self._lock = lock
        self._guard = threading.Lock()
        self._held = False
        self._abandoned = False

    def take(self) -> None:
        """Wait for the lock: for the one who asked, or to hand it on at once."""
        try:
            self._lock.acquire()
        except BaseException as failure:  # noqa: BLE001 - carried to the thread that asked
            self.failure = failure
        else:
            # Decided once, under the guard: `abandon` may come at any moment, and one of the two releases.
            with self._guard:
                nobody_wants_it = self._abandoned
                self._held = not nobody_wants_it
            if nobody_wants_it:
                self._lock.release()
        self.over.set()

    def abandon(self) -> None:
        """Nobody wants the lock any more: hand it on, now or when it comes."""
        with self._guard:
            self._abandoned = True
            held, self._held = self._held, False
        if held:
            self._lock.release()
