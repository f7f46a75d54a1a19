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
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, ParamSpec

from lora_manager.hosts.base import AppliedAdapter, ObservedGeneration, OnGeneration, RefusedAdapter
from lora_manager.hosts.run_frames import Place, place_of, stands

log = logging.getLogger(__name__)

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

    `applied` and `refused` are for hosts that can be asked for their adapters only in the middle of a run. `so_far` is
    what there is to tell should the last hook never come.
    """

    known_process: Callable[[], Any]
    thread: int
    place: Place | None
    own: bool
    nested: bool
    started: float = field(default_factory=time.monotonic)
    ended: float = 0.0
    saved: list[SavedImage] = field(default_factory=list)
    applied: list[AppliedAdapter] = field(default_factory=list)
    refused: list[RefusedAdapter] = field(default_factory=list)
    so_far: ObservedGeneration | None = None

    @property
    def process(self) -> Any:
        """Its `p`; None once the host has let go of it, which it does when a run fails."""
        return self.known_process()

    @property
    def seconds(self) -> float:
        """How long it has been going; how long it took once it has ended."""
        return (self.ended or time.monotonic()) - self.started


Describe = Callable[[Run], ObservedGeneration | None]


class RunObserver:
    """Knows the runs under way and reports each of the user's when it ends. Thread-safe.

    `describe` turns a run into a report of what was saved until then; None when there is nothing to tell. It is asked
    whenever a file was saved: a run may end without its last hook (an error in the host), and its `p` is gone then.
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

    def leave(self, report: OnGeneration) -> None:
        """Report to this listener no more; one that has taken its place meanwhile stays."""
        with self._lock:
            if self._report is report:
                self._report = None

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
        thread, place = threading.get_ident(), place_of(process, sys._getframe())
        with self._lock:
            stale = self._take_stale(lambda run: _is_replaced(run, thread, place))
            around = [run for run in self._runs if run.thread == thread]
            own = self._own.get(id(process))
            is_own = own is not None or any(run.own for run in around)
            run = Run(_known(process), thread, place, is_own, bool(around) and not of_its_own)
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
                run.ended = time.monotonic()
        if run is not None:
            harmless(self._note_so_far)(run)

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
        """Return the newest run of a processing object that goes on. Called under the lock.

        A script may run the same one inside itself, and the inner run may have failed.
        """
        found = [run for run in reversed(self._runs) if run.process is process]
        if len(found) > 1:
            frames = sys._current_frames()
            found = [run for run in found if _is_going_on(run, frames)] or found
            frames.clear()
        return found[0] if found else None

    def _finish(self, run: Run, describe: Describe) -> None:
        observed = None if run.own or run.nested else describe(run)
        if observed is not None:
            self._tell(observed)

    def _note_so_far(self, run: Run) -> None:
        run.so_far = None if run.own or run.nested else self._describe(run)

    def _tell(self, observed: ObservedGeneration) -> None:
        with self._lock:  # a listener that comes now must find what is held, or be told
            report = self._report
            if report is None:
                self._held.append(observed)
        if report is not None:
            report(observed)

    def _take_stale(self, is_replaced: Callable[[Run], bool] = lambda run: False) -> list[Run]:
        """Take out the runs whose last hook never came because the host raised an error. Called under the lock."""
        if not self._runs:
            return []
        frames = sys._current_frames()
        stale = [run for run in self._runs if is_replaced(run) or not _is_going_on(run, frames)]
        # This function's own frame is among them: a circle that would keep what stands on every stack, tensors too.
        frames.clear()
        self._runs = [run for run in self._runs if run not in stale]
        return stale

    def _tell_stale(self, stale: list[Run]) -> None:
        """Report what they saved; a listener that fails for one of them takes nothing from the others."""
        for run in stale:
            harmless(self._finish)(run, lambda run: run.so_far)


def _known(process: Any) -> Callable[[], Any]:
    """How to come by it again, without keeping it: what it holds (tensors) is the host's to let go of."""
    try:
        return weakref.ref(process)
    except TypeError:  # of a class that leaves no room for it
        return lambda: process


def _is_going_on(run: Run, frames: dict[int, FrameType]) -> bool:
    """Say whether the function that makes a run's images is still on its thread's stack."""
    process = run.process
    return process is not None and run.place is not None and stands(run.place, process, frames.get(run.thread))


def _is_replaced(run: Run, thread: int, place: Place | None) -> bool:
    """Say whether a run that begins at this place leaves no room for this one, which stood there or further in."""
    return run.thread == thread and place is not None and (run.place is None or run.place.depth >= place.depth)
