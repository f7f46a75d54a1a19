"""Looks after a run of ours while the host makes it: tells how far it is, and interrupts it when it is cancelled."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lora_manager.hosts.base import Cancelled, OnProgress, Progress

log = logging.getLogger(__name__)

_POLL_SECONDS = 0.2


class RunWatch:
    """What the watcher did so far."""

    def __init__(self) -> None:
        self.interrupted = False
        """A cancel came and the host was told."""


@contextmanager
def watched(
    progress: Callable[[], Progress],
    interrupt: Callable[[], object],
    on_progress: OnProgress,
    cancelled: Cancelled,
    poll_seconds: float = _POLL_SECONDS,
) -> Iterator[RunWatch]:
    """Watch for the length of the block, which is the run: enter it holding the host's lock, leave it still holding it.

    Progress is told whenever it differs from what was told last. A cancel interrupts the host at every look until the
    block ends (a host may forget the first one when its next image begins); none comes after that, so that nobody
    else's run is ever stopped. What fails in the watcher is logged and ends it: the run itself goes on.
    """
    watch = RunWatch()
    over = threading.Event()

    def look() -> None:
        last: Progress | None = None
        while not over.wait(poll_seconds):
            if cancelled():
                watch.interrupted = True
                interrupt()
            now = progress()
            if now != last:
                last = now
                on_progress(now)

    thread = threading.Thread(target=_logged(look), name="lora-manager-watch", daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        over.set()
        thread.join()


def _logged(look: Callable[[], None]) -> Callable[[], None]:
    def logging_look() -> None:
        try:
            look()
        except Exception:
            # The picture matters more than its progress bar; the cause is in the log.
            log.exception("LoRA Manager lost sight of the generation under way; it goes on")

    return logging_look
