"""What was just looked at beforehand: a page reads it in parts, and of 10,000 files each look takes seconds."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence

from lora_manager.services.bulk.action import PreviewRow

KEPT = 4
FRESH_SECONDS = 120.0


class Looks:
    """Keeps the rows of the last looks for the parts that are read after the first one. Thread-safe."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[float, Sequence[PreviewRow]]] = OrderedDict()

    def rows(self, key: Hashable, *, is_first: bool, look: Callable[[], Sequence[PreviewRow]]) -> Sequence[PreviewRow]:
        """Return what `look` finds; for a part that is not the first, what it found a moment ago."""
        with self._lock:
            known = None if is_first else self._kept.get(key)
        if known is not None and self._now() - known[0] < FRESH_SECONDS:
            return known[1]
        rows = look()
        with self._lock:
            self._kept[key] = (self._now(), rows)
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return rows
