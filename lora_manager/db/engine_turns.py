"""Who uses the database's file now: many at once, or one alone while it is exchanged."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from lora_manager.errors import CatalogueError

PATIENCE_SECONDS = 60.0


class Turns:
    """Counts the threads that use the file. A thread that uses it already goes on, whoever waits to be alone."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._alone: int | None = None
        self._mine = threading.local()

    @contextmanager
    def use(self) -> Iterator[None]:
        """Use the file; wait while another thread has it alone. Raises CatalogueError when that takes too long."""
        depth = getattr(self._mine, "depth", 0)
        if depth == 0:
            self._enter()
        self._mine.depth = depth + 1
        try:
            yield
        finally:
            self._mine.depth = depth
            if depth == 0:
                with self._changed:
                    self._inside -= 1
                    self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Have the file alone, once those who use it are done. Raises CatalogueError when that takes too long."""
        me = threading.get_ident()
        with self._changed:
            if not self._changed.wait_for(lambda: self._alone is None, PATIENCE_SECONDS):
                raise CatalogueError("The catalogue is being exchanged already. Try again in a moment.")
            self._alone = me
        try:
            with self._changed:
                if not self._changed.wait_for(lambda: self._inside == 0, PATIENCE_SECONDS):
                    raise CatalogueError("Something reads or writes the catalogue all the time. Try again in a moment.")
            yield
        finally:
            with self._changed:
                self._alone = None
                self._changed.notify_all()

    def _enter(self) -> None:
        me = threading.get_ident()
        with self._changed:
            if not self._changed.wait_for(lambda: self._alone in (None, me), PATIENCE_SECONDS):
                raise CatalogueError("The catalogue is being exchanged. Try again in a moment.")
            self._inside += 1
