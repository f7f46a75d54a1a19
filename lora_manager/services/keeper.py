"""What is done once a day by itself: the backup of the database, and emptying the trash of what is due.

Whoever was off at that time catches up: what counts is how long ago it was last done, which stands in the database.
Of several processes on one database one does it, by a lease.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from lora_manager.clock import utc_text
from lora_manager.db.backup.daily import read_daily, write_daily
from lora_manager.db.backup.work import BackupCancelledError, Work
from lora_manager.db.engine import Database
from lora_manager.errors import LoraManagerError
from lora_manager.services.background import Background
from lora_manager.services.backups.service import DAILY, Backups
from lora_manager.services.hashing.lease import Lease

log = logging.getLogger(__name__)

LEASE = "keeper"
_COPYING = "Copying the database"
_ODD_CLOCK = timedelta(hours=1)


@dataclass(frozen=True)
class KeeperTimes:
    """Seconds, and how far apart things are done. `most_late`: so long a backup waits for a generation or a scan."""

    first_wait: float = 60.0
    look: float = 60.0
    stop: float = 10.0
    every: timedelta = timedelta(days=1)
    trash_every: timedelta = timedelta(hours=6)
    again_after_error: timedelta = timedelta(hours=1)
    most_late: timedelta = timedelta(hours=6)


class Keeper:
    """Looks now and then whether something is due, on a thread of its own, and does it.

    `is_daily` says whether backups are wanted at all. `purge_trash` removes what is due in the trash. `is_busy` says
    whether something else wants the machine. `now` is the clock.
    """

    def __init__(
        self,
        database: Database,
        backups: Backups,
        is_daily: Callable[[], bool],
        purge_trash: Callable[[], object] = lambda: None,
        is_busy: Callable[[], bool] = lambda: False,
        *,
        times: KeeperTimes | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:
        self.times = times or KeeperTimes()
        self._database = database
        self._backups = backups
        self._is_daily = is_daily
        self._purge_trash = purge_trash
        self._is_busy = is_busy
        self._now = now
        self._lease = Lease(database, LEASE)
        self._background = Background("lora-manager-keeper", self._run)
        self._not_before: datetime | None = None
        self._purged_at: datetime | None = None

    def start(self) -> None:
        """Begin, after `times.first_wait`."""
        self._background.start()

    def stop(self) -> None:
        """End; a backup that is being made is given up and leaves nothing behind."""
        self._background.stop(self.times.stop)

    def next_backup_at(self) -> str | None:
        """Return when the next daily backup is due, now if it is late; None when none is wanted."""
        now = self._now()
        return utc_text(max(self._due_at(now), now)) if self._is_daily() else None

    def look(self) -> None:
        """Do what is due, if no other process does it. Raises LoraManagerError when the catalogue cannot be used."""
        is_due, purge_is_due = self._backup_is_due(), self._purge_is_due()
        if not (is_due or purge_is_due) or not self._lease.take():
            return
        try:
            if purge_is_due:
                self._purge()
            if self._backup_is_due():  # another process may have made it before the lease was taken
                self._back_up()
        finally:
            self._lease.release()

    def _run(self) -> None:
        wait = self.times.first_wait
        while not self._background.ended.wait(wait):
            wait = self.times.look
            try:
                self.look()
            except LoraManagerError as error:
                log.warning("The daily work waits: %s", error)
            except Exception:
                # Nothing waits for it, and the next look may find all well; the cause goes to the log.
                log.exception("The daily work failed")

    def _due_at(self, now: datetime) -> datetime:
        with self._database.read() as connection:
            last = _moment(read_daily(connection))
        due = now if last is None or last > now + _ODD_CLOCK else last + self.times.every
        return max(due, self._not_before) if self._not_before is not None else due

    def _backup_is_due(self) -> bool:
        if self._database.path is None or not self._is_daily():
            return False
        now = self._now()
        due = self._due_at(now)
        return now >= due and (now >= due + self.times.most_late or not self._is_busy())

    def _purge_is_due(self) -> bool:
        return self._purged_at is None or abs(self._now() - self._purged_at) >= self.times.trash_every

    def _purge(self) -> None:
        self._purged_at = self._now()
        try:
            self._purge_trash()
        except LoraManagerError as error:
            log.warning("The trash could not be emptied of what is due: %s", error)

    def _back_up(self) -> None:
        def on_progress(_done: int, _total: int, message: str) -> None:
            if message != _COPYING:  # which reads in a transaction: beside a rollback journal nobody writes meanwhile
                self._lease.keep()

        try:
            self._backups.make(DAILY, Work(on_progress, self._background.ended.is_set))
            with self._database.write() as connection:
                write_daily(connection, utc_text(self._now()))
        except BackupCancelledError:
            return
        except LoraManagerError as error:
            self._backups.last_error = str(error)
            self._not_before = self._now() + self.times.again_after_error
            raise
        self._backups.last_error, self._not_before = None, None


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None
    except ValueError:
        return None
