"""Writing edits into sidecars by themselves, where that is set: a moment after the last of them, on an own thread.

An edit never waits for it and never fails with it: what could not be written becomes a problem on record.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from lora_manager.db.engine import Database
from lora_manager.db.sidecar_writes import edited_since_written
from lora_manager.errors import LoraManagerError
from lora_manager.services.actor import PAGE, Actor
from lora_manager.services.settings import SettingsStore
from lora_manager.services.write_back import WriteBack

log = logging.getLogger(__name__)

SETTLE_SECONDS = 2.0
"""Nothing was edited for so long: one who types does not want a file written with every word."""
LONGEST_SECONDS = 15.0


class WriteBackLater:
    """Collects what was edited, and writes it when it has settled."""

    def __init__(
        self,
        database: Database,
        settings: SettingsStore,
        write_back: WriteBack,
        settle_seconds: float = SETTLE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._settings = settings
        self._write_back = write_back
        self._settle_seconds = settle_seconds
        self._clock = clock
        self.is_held: Callable[[], bool] = lambda: False
        """Whether nothing is written now: where anybody may edit, not anybody may have files written."""
        self._changed = threading.Condition()
        self._waiting: dict[int, None] = {}
        self._first_at = self._last_at = 0.0
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread; what was edited and not written when the last process ended comes first."""
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name="lora-manager-write-back", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write what is waiting, and end."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=30)
        elif self._waiting:  # a command, which ends with what it edited
            self._guarded(lambda: self._write(list(self._waiting)))

    def notice(self, adapter_ids: Sequence[int]) -> None:
        """Take note of adapters that were edited. Returns at once."""
        with self._changed:
            now = self._clock()
            if not self._waiting:
                self._first_at = now
            self._last_at = now
            self._waiting.update(dict.fromkeys(adapter_ids))
            self._changed.notify_all()

    def _work(self) -> None:
        self._guarded(self._take_up)
        while (ids := self._settled()) is not None:
            self._guarded(lambda ids=ids: self._write(ids))  # type: ignore[misc]

    def _take_up(self) -> None:
        if not self._is_on():
            return
        with self._database.read() as connection:
            left = edited_since_written(connection)
        if left:
            self.notice(left)

    def _write(self, ids: Sequence[int]) -> None:
        if self._is_on():
            for why in self._write_back.write_edited(ids, Actor(PAGE)).values():
                log.warning("Not written back: %s", why)

    def _is_on(self) -> bool:
        return self._settings.current().write_back_automatically and not self.is_held()

    def _guarded(self, action: Callable[[], None]) -> None:
        try:
            action()
        except LoraManagerError as error:
            log.warning("Edits are not written into sidecars now: %s", error)
        except Exception:
            # The thread must live on, whatever one file did; the cause goes to the log whole.
            log.exception("Edits could not be written into sidecars")

    def _settled(self) -> list[int] | None:
        """Wait for edits to settle and return them; None when it is time to end."""
        with self._changed:
            while True:
                left = self._seconds_left()
                if self._waiting and (self._stopping or left <= 0):
                    ids = list(self._waiting)
                    self._waiting.clear()
                    return ids
                if self._stopping:
                    return None
                self._changed.wait(left if self._waiting else None)

    def _seconds_left(self) -> float:
        now = self._clock()
        return min(self._last_at + self._settle_seconds, self._first_at + LONGEST_SECONDS) - now
