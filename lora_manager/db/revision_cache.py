"""A small cache of what was computed of the catalogue at one revision."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar, cast

T = TypeVar("T")
KEPT_RESULTS = 64


class RevisionCache:
    """A least-recently-used cache that empties itself when the catalogue's revision moves on. Thread-safe.

    Who asks for what somebody computes already waits for that: of a large library every answer takes a second and a
    hundred megabytes, and all pages ask for the same ones at once whenever the catalogue changes.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._revision = -1
        self._values: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
        self._at_work: dict[tuple[Any, ...], threading.Lock] = {}

    def get(self, revision: int, key: tuple[Any, ...], compute: Callable[[], T]) -> T:
        """Return `compute()`, or what it returned for this key at this revision."""
        with self._lock:
            if revision < self._revision:  # a reader that began before the last change: on its own
                at_work = threading.Lock()
            else:
                self._move_to(revision)
                if key in self._values:
                    return cast(T, self._kept(key))
                at_work = self._at_work.setdefault(key, threading.Lock())
        with at_work:
            with self._lock:
                if revision == self._revision and key in self._values:
                    return cast(T, self._kept(key))
            try:
                value = compute()
                with self._lock:
                    if revision == self._revision:
                        self._keep(key, value)
            finally:
                with self._lock:
                    if self._at_work.get(key) is at_work:
                        del self._at_work[key]
        return value

    def _move_to(self, revision: int) -> None:
        if revision != self._revision:
            self._values.clear()
            self._at_work.clear()
            self._revision = revision

    def _kept(self, key: tuple[Any, ...]) -> object:
        self._values.move_to_end(key)
        return self._values[key]

    def _keep(self, key: tuple[Any, ...], value: object) -> None:
        self._values[key] = value
        if len(self._values) > KEPT_RESULTS:
            self._values.popitem(last=False)
