"""Follows SDNext's generations through its callbacks, and reports each of the user's once all of it is there.

The callbacks run in every tab and in the API; the hooks of `scripts.Script` do not run in Control. A request is over
when SDNext begins another or lets go of its queue lock: until then more runs and more pictures of it may come.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from modules import call_queue, script_callbacks

from lora_manager.hosts.base import OnGeneration
from lora_manager.hosts.run_observer import Run, RunObserver, harmless
from lora_manager.hosts.sdnext_run import SdnextRequest, file_of

_POLL_SECONDS = 0.1


class SdnextRecorder:
    """Listens to SDNext's callbacks. Thread-safe."""

    def __init__(self) -> None:
        self._observer = RunObserver(_told_later)
        self._lock = threading.Lock()
        self._requests: dict[int, SdnextRequest] = {}  # by id(p), which its request keeps alive
        self._watcher: threading.Thread | None = None

    def register(self) -> None:
        """Have SDNext call us for every generation."""
        script_callbacks.on_before_process(self.before_process)
        script_callbacks.on_image_saved(self.image_saved)
        script_callbacks.on_after_process(self.after_process)

    def observe(self, report: OnGeneration | None) -> None:
        """Report the user's generations to this listener from now on; what was held for one comes first."""
        self._observer.observe(report)

    @contextmanager
    def own(self, process: Any) -> Iterator[SdnextRequest]:
        """Follow a request of ours for the length of the block; it is not reported."""
        request = SdnextRequest(process, is_ours=True)
        with self._lock:
            self._requests[id(process)] = request
        try:
            with self._observer.own(process):
                yield request
        finally:
            with self._lock:
                self._requests.pop(id(process), None)

    @harmless
    def before_process(self, process: Any) -> None:
        """`process_images` begins with this `p`."""
        is_cell = bool(getattr(process, "xyz", False))
        self._observer.begin(process, of_its_own=is_cell)
        with self._lock:
            request = self._requests.setdefault(id(process), SdnextRequest(process, is_cell=is_cell))
            request.begin()
        self._report_finished()

    @harmless
    def image_saved(self, params: Any) -> None:
        """SDNext wrote a file. What belongs to no request (the Save button, the Process tab) is none of ours."""
        request = self._request(params.p)
        if request is not None:
            request.saved(file_of(params))

    @harmless
    def after_process(self, process: Any) -> None:
        """`process_images` ends with this `p`: by an error too, for SDNext calls this in a `finally`."""
        request = self._request(process)
        counted: list[Run] = []
        try:
            if request is not None:
                self._end(request)
        finally:
            self._observer.end(process, lambda run: _count(counted, run))
            if request is not None:  # which would keep its process, tensors and all
                self._ended(request, counts=bool(counted))

    @staticmethod
    def _end(request: SdnextRequest) -> None:
        try:
            request.end(failed=sys.exc_info()[1] is not None)
        except Exception:
            request.give_up()  # or its end would be waited for
            raise

    def _request(self, process: Any) -> SdnextRequest | None:
        with self._lock:
            return self._requests.get(id(process))

    def _ended(self, request: SdnextRequest, *, counts: bool) -> None:
        """Keep what the user is to be told of for its end; let go of runs inside others."""
        with self._lock:
            if counts and not request.is_sheet:
                request.counts = True
                self._watch()
            elif not (request.is_running or request.is_ours or request.counts):
                self._requests.pop(id(request.process), None)

    def _watch(self) -> None:
        """Look for the end of the request; SDNext tells nobody when it lets go of its lock."""
        if self._watcher is None:
            self._watcher = threading.Thread(target=self._await_end, name="lora-manager-sdnext", daemon=True)
            self._watcher.start()

    def _await_end(self) -> None:
        while True:
            time.sleep(_POLL_SECONDS)
            if not call_queue.queue_lock.locked():
                self._report_finished()
            with self._lock:
                if not any(request.counts for request in self._requests.values()):
                    self._watcher = None
                    return

    def _report_finished(self) -> None:
        with self._lock:
            finished = [request for request in self._requests.values() if request.counts and not request.is_running]
            for request in finished:
                del self._requests[id(request.process)]
        for request in finished:
            self._report(request)

    @harmless
    def _report(self, request: SdnextRequest) -> None:
        observed = request.observed()
        if observed is not None:
            self._observer.report(observed)


def _told_later(_run: Run) -> None:
    """Nothing to tell at a run's end: its request may go on."""


def _count(counted: list[Run], run: Run) -> None:
    """Note that the observer takes this run for one of the user's own."""
    counted.append(run)
