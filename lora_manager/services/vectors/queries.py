"""Vectors of prompts, kept for a while: a page asks for the same prompt with every change beside it."""

from __future__ import annotations

import threading
from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
MOST_KEPT = 500


class QueryCache:
    """The vectors of the last prompts, of one encoder at a time. Thread-safe."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._encoder = ""
        self._kept: OrderedDict[str, Vector] = OrderedDict()

    def get(self, encoder: str, text: str) -> Vector | None:
        """Return the vector of a text by this encoder, if it is kept."""
        with self._lock:
            if encoder != self._encoder or text not in self._kept:
                return None
            self._kept.move_to_end(text)
            return self._kept[text]

    def put(self, encoder: str, text: str, vector: Vector) -> None:
        """Keep one."""
        with self._lock:
            if encoder != self._encoder:
                self._encoder = encoder
                self._kept.clear()
            self._kept[text] = vector
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
