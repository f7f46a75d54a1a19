"""Where a run stands on its thread's stack: whether it is still going on, though nobody told of its end.

A place is how deep the frame lies and what function it runs, not the frame itself: that would keep all of the host's
variables, tensors too. The same object may run again where its first attempt failed, at the same depth or deeper in;
so two runs are never told apart by their object alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any

RUNS_BY = "process_images"
"""The function of every host that is on the stack for as long as a run lasts; its `p` is the run's."""


@dataclass(frozen=True)
class Place:
    """A function's place on a thread's stack: how many frames lie below it, and its code."""

    depth: int
    code: CodeType


def place_of(process: Any, frame: FrameType | None) -> Place | None:
    """The innermost of the host's functions that runs this object, seen from `frame`; None when there is none."""
    while frame is not None and not _runs(frame, process):
        frame = frame.f_back
    return None if frame is None else Place(_below(frame), frame.f_code)


def stands(place: Place, process: Any, frame: FrameType | None) -> bool:
    """Whether the function is still at its place on the stack that ends with `frame`."""
    above = _below(frame) - place.depth
    if above < 0:
        return False
    while frame is not None and above:
        frame, above = frame.f_back, above - 1
    return frame is not None and frame.f_code is place.code and _runs(frame, process)


def _runs(frame: FrameType, process: Any) -> bool:
    return frame.f_code.co_name == RUNS_BY and frame.f_locals.get("p") is process


def _below(frame: FrameType | None) -> int:
    """How many frames lie below this one; -1 for no frame at all."""
    count = -1
    while frame is not None:
        frame, count = frame.f_back, count + 1
    return count
