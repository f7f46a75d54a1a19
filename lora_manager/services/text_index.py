"""Catching up with the full text after many adapters were edited at once: in the background, a moment later."""

from __future__ import annotations

import logging

from lora_manager.db.edits.card_texts import has_stale_texts, refresh_texts
from lora_manager.db.engine import Database
from lora_manager.errors import CatalogueError
from lora_manager.services.background import Background

log = logging.getLogger(__name__)

LOOK_SECONDS = 30.0
"""How often it looks by itself: another program may have put something off, and ended."""

STOP_SECONDS = 30.0


class TextIndex:
    """Writes the texts that an edit put off. What is left when the program ends is written at its next start."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._background = Background("lora-manager-text-index", self._run)

    def start(self) -> None:
        """Begin, on a thread of its own."""
        self._background.start()

    def stop(self) -> None:
        """End after the texts that are being written. Of one that was never started, nothing is left undone."""
        if self._background.was_started:
            self._background.stop(STOP_SECONDS)
            return
        try:
            self.catch_up()
        except CatalogueError as error:  # the next start does it
            log.warning("The full text waits for the next start: %s", error)

    def wake(self) -> None:
        """Look now."""
        self._background.wake()

    def catch_up(self) -> None:
        """Write everything that was put off, on this thread. Raises CatalogueError."""
        while self._is_behind():
            with self._database.write() as connection:
                refresh_texts(connection)

    def _is_behind(self) -> bool:
        with self._database.read() as connection:
            return has_stale_texts(connection)

    def _run(self) -> None:
        while not self._background.ended.is_set():
            self._background.woken.clear()
            try:
                while not self._background.ended.is_set() and self._is_behind():
                    with self._database.write() as connection:
                        refresh_texts(connection)
            except CatalogueError as error:
                log.warning("The full text waits for the catalogue: %s", error)
            except Exception:
                # The next look may find all well; the cause goes to the log.
                log.exception("The full text could not be brought up to date")
            self._background.woken.wait(LOOK_SECONDS)
