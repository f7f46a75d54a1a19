"""Follows a host's runs through its hooks: which are the user's own, which are ours, which lie inside another.

The hooks of every web UI hand on the processing object `p` of a run. One run can hold others (a detailer, a hires
script, a face restorer starts a run of its own in the middle); those belong to the outer one and are not counted. A
hook of ours that fails is logged and never reaches the host: the user's image comes first.
"""

from __future__ import annotations

import functools
import logging
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, ParamSpec

from lora_manager.hosts.base import AppliedAdapter, ObservedGeneration, OnGeneration, RefusedAdapter

log = logging.getLogger(__name__)

RUNS_BY = "process_images"
"""The function of every host that is on the stack for as long as a run lasts; its `p` is the run's."""
MOST_HELD = 100
"""Runs kept until someone listens: the catalogue opens in the background while the user may generate already."""

Arguments = ParamSpec("Arguments")


def harmless(hook: Callable[Arguments, None]) -> Callable[Arguments, None]:
    """Wrap a hook: whatever goes wrong in it is logged, and the host goes on."""

    @functools.wraps(hook)
    def wrapped(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        try:
            hook(*args, **kwargs)
        except Exception:
            # A failure of ours must not fail the user's image; the cause is in the log.
            log.exception("LoRA Manager could not record this generation; the image is not affected")

    return wrapped


@dataclass(frozen=True)
class SavedImage:
    """A file that the host said it saved during a run: absolute path and embedded infotext."""

    path: Path
    infotext: str


@dataclass(eq=False)  # two are never compared: that would compare their processing objects, tensors and all
class Run:
    """One `process_images` under way: its `p`, the thread, when it began, and the files saved meanwhile.

    `applied` and `refused` are for hosts that can be asked for their adapters only in the middle of a run.
    """

    process: Any
    thread: int
    own: bool
    nested: bool
    started: float = field(default_factory=time.monotonic)
    ended: float = 0.0
    saved: list[SavedImage] = field(default_factory=list)
    applied: list[AppliedAdapter] = field(default_factory=list)
    refused: list[RefusedAdapter] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """How long it has been going; how long it took once it has ended."""
        return (self.ended or time.monotonic()) - self.started


Describe = Callable[[Run], ObservedGeneration | None]


class RunObserver:
    """Knows the runs under way and reports each of the user's when it ends. Thread-safe.

    `describe` turns a run that ended without its last hook (an error in the host) into a report of what was saved
    until then; None when there is nothing to tell.
    """

    def __init__(self, describe: Describe) -> None:
        self._describe = describe
        self._lock = threading.Lock()
        self._runs: list[Run] = []
        self._own: dict[int, list[Run]] = {}
        self._report: OnGeneration | None = None
        self._held: deque[ObservedGeneration] = deque(maxlen=MOST_HELD)

    def observe(self, report: OnGeneration | None) -> None:
        """Report to this listener from now on, first what was held for it."""
        with self._lock:
            self._report = report
            held = list(self._held) if report is not None else []
            if report is not None:
                self._held.clear()
        for observed in held:
            self._tell(observed)

    @contextmanager
    def own(self, process: Any) -> Iterator[list[Run]]:
        """Mark the runs of this processing object as ours for as long as the block lasts: they are not reported.

        They are put into the list that the block gets.
        """
        runs: list[Run] = []
        with self._lock:
            self._own[id(process)] = runs
        try:
            yield runs
        finally:
            with self._lock:
                self._own.pop(id(process), None)
                self._runs = [run for run in self._runs if run.process is not process]

    def begin(self, process: Any, *, of_its_own: bool = False) -> None:
        """A run has begun on this thread.

        `of_its_own`: it counts although it lies inside another, as each cell of a sheet of variations does.
        """
        thread = threading.get_ident()
        with self._lock:
            stale = self._take_stale()
            around = [run for run in self._runs if run.thread == thread]
            own = self._own.get(id(process))
            is_own = own is not None or any(run.own for run in around)
            run = Run(process, thread, is_own, bool(around) and not of_its_own)
            self._runs.append(run)
            if own is not None:
                own.append(run)
        self._tell_stale(stale)

    def run_of(self, process: Any) -> Run | None:
        """The run of this processing object that is going on now."""
        with self._lock:
            return self._find(process)

    def saved(self, process: Any, path: Path, infotext: str) -> None:
        """The host saved a file during the run of this processing object."""
        with self._lock:
            run = self._find(process)
            if run is not None:
                run.saved.append(SavedImage(path, infotext))
                run.ended = time.monotonic()  # should its last hook never come

    def end(self, process: Any, describe: Describe | None = None) -> None:
        """The run of this processing object has ended; `describe` knows more of it than the observer's own."""
        with self._lock:
            run = self._find(process)
            if run is not None:
                run.ended = time.monotonic()
                self._runs.remove(run)
        if run is not None:
            self._finish(run, describe or self._describe)

    def report(self, observed: ObservedGeneration) -> None:
        """Tell the listener of a generation whose end the host's own file saw; without a listener it is held."""
        self._tell(observed)

    def under_way(self) -> int:
        """How many runs are going on now, nested ones included."""
        with self._lock:
            stale = self._take_stale()
            count = len(self._runs)
        self._tell_stale(stale)
        return count

    def _find(self, process: Any) -> Run | None:
        """Return the newest run of a processing object: a script may run the same one several times."""
        return next((run for run in reversed(self._runs) if run.process is process), None)

    def _finish(self, run: Run, describe: Describe) -> None:
        if run.own or run.nested:
            return
        observed = describe(run)
        if observed is not None:
            self._tell(observed)

    def _tell(self, observed: ObservedGeneration) -> None:
        with self._lock:  # a listener that comes now must find what is held, or be told
            report = self._report
            if report is None:
                self._held.append(observed)
        if report is not None:
            report(observed)

    def _take_stale(self) -> list[Run]:
        """Take out the runs whose last hook never came because the host raised an error. Called under the lock."""
        if not self._runs:
            return []
        frames = sys._current_frames()
        stale = [run for run in self._runs if not _is_going_on(run, frames.get(run.thread))]
        # This function's own frame is among them: a circle that would keep what stands on every stack, tensors too.
        frames.clear()
        self._runs = [run for run in self._runs if run not in stale]
        return stale

    def _tell_stale(self, stale: list[Run]) -> None:
        """Report what they saved; one of them that cannot be described takes nothing from the others."""
        for run in stale:
            if run.saved:
                harmless(self._finish)(run, self._describe)


def _is_going_on(run: Run, frame: FrameType | None) -> bool:
    """Say whether the function that makes a run's images is still on its thread's stack."""
    while frame is not None:
        if frame.f_code.co_name == RUNS_BY and frame.f_locals.get("p") is run.process:
            return True
        frame = frame.f_back
    return False
