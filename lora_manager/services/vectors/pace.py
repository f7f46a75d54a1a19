"""How quickly the making of vectors gets on."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

_STEPS = 20


class Pace:
    """How many adapters a second the last steps of one stretch of work took on. Thread-safe."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._steps: deque[tuple[float, int]] = deque(maxlen=_STEPS)

    def begin(self) -> None:
        """A new stretch of work: what was before it, and the rest between, say nothing of it."""
        self._steps = deque([(self._now(), 0)], maxlen=_STEPS)

    def add(self, count: int) -> None:
        """A step is done, which took on so many adapters."""
        self._steps.append((self._now(), count))

    def per_second(self) -> float:
        """Return the pace, 0 before the first step is done."""
        (began, _), *steps = tuple(self._steps) or ((0.0, 0),)
        seconds = steps[-1][0] - began if steps else 0.0
        return sum(count for _, count in steps) / seconds if seconds > 0 else 0.0
