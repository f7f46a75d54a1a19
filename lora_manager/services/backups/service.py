"""The backups of one database: listed, made, verified, compared, brought back."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from lora_manager.db.backup.differences import Differences, differences
from lora_manager.db.backup.facts import BackupDamagedError, BackupFacts
from lora_manager.db.backup.folder import Backup, BackupError, BackupFolder
from lora_manager.db.backup.making import NOT_OUR_KIND, Made, folder_for, make_backup, verify_backup
from lora_manager.db.backup.restoring import Restored, restore_backup
from lora_manager.db.backup.under_way import under_way
from lora_manager.db.backup.work import BackupCancelledError, Work
from lora_manager.db.engine import Database
from lora_manager.errors import BadInputError, LoraManagerError
from lora_manager.processes import has_ended
from lora_manager.services.jobs import JobContext

log = logging.getLogger(__name__)

JOB_KIND = "backup"
NOT_LOOKED_AT = "What the LoRA folders hold today could not be looked at ({error}): scan them."
MANUAL, DAILY, BEFORE = "manual", "daily", "before_"
PATIENCE_SECONDS = 120.0
"""So long a restore waits for what works on the same rows, before it says so and gives up."""
_LOOK_SECONDS = 0.2
_SOMETHING_RUNS = (
    "A scan, a generation or a change of many LoRAs is under way. Wait until it is done or cancel it, then bring the "
    "backup back."
)
_FILES_ARE_MOVED = "Files are being moved or deleted just now. Wait until that is done, then bring the backup back."


@dataclass(frozen=True)
class Listed:
    """The backups, newest first; why there are none where none can be made."""

    folder: str
    items: list[Backup]
    why_not: str = ""


class Backups:
    """Thread-safe: one piece of work at a time in this process; other processes may do theirs beside it.

    A backup is brought back within `quiet`, in which nothing else works on rows that it knows by their ids.
    `after_restore` is called when that is done: whatever was kept in memory is to be forgotten.
    """

    def __init__(
        self,
        database: Database,
        state_folder: Path | None,
        quiet: Callable[[], AbstractContextManager[Any]] = nullcontext,
        after_restore: Callable[[], None] = lambda: None,
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:
        self._database = database
        self._folder: BackupFolder | None = folder_for(database, state_folder) if database.path is not None else None
        self._quiet = quiet
        self._after_restore = after_restore
        self._now = now
        self._at_work = threading.Lock()
        self.last_error: str | None = None
        """What the last backup that was to be made by itself failed of."""
        self._problems: dict[tuple[str, int, int], str] = {}

    def listed(self) -> Listed:
        """Return what there is. Raises BackupError."""
        if self._folder is None:
            return Listed("", [], NOT_OUR_KIND)
        return Listed(str(self._folder.folder), self._folder.items())

    def is_missing(self) -> bool:
        """Say whether there is no database yet."""
        return self._database.path is not None and not self._database.path.exists()

    def find(self, name: str) -> Backup:
        """Return a backup. Raises NotFoundError."""
        return self._of_a_file().find(name)

    def problem_of(self, backup: Backup) -> str:
        """Return what is wrong with a backup as far as is known, "" for nothing: seen at a glance, or by verifying."""
        return backup.problem or self._problems.get(_key(backup), "")

    def make(self, reason: str = MANUAL, work: Work | None = None) -> Made:
        """Make a backup, or find the newest one that holds the same. Raises BackupError, DatabaseDamagedError."""
        with self._at_work:
            made = make_backup(self._database, self._of_a_file(), reason, work, now=self._now())
        if made.is_new:
            log.info("Backed the database up in %.1f s: %s", made.seconds, made.backup.path)
        return made

    def before(self, what: str, context: JobContext | None = None) -> None:
        """Make the backup from before something that changes much; `what` names it in small letters ("delete").

        Of a database that is no file there is none. Raises LoraManagerError: then nothing may be changed.
        """
        if self._folder is None:
            return
        with suppress(BackupCancelledError):  # whoever asked to stop sees to it that nothing is changed
            self.make(f"{BEFORE}{what.removeprefix(BEFORE)}", _work_of(context))

    def verify(self, name: str, work: Work | None = None) -> BackupFacts:
        """Unpack a backup and check all of it. Raises BackupDamagedError, NotFoundError, BackupError."""
        folder = self._of_a_file()
        backup = folder.find(name)
        try:
            facts = verify_backup(folder, backup, work)
        except BackupDamagedError as error:
            self._problems[_key(backup)] = str(error)
            raise
        self._problems.pop(_key(backup), None)
        return facts

    def differences(self, name: str) -> Differences:
        """Return what bringing a backup back would change. Raises BackupDamagedError, NotFoundError, BackupError."""
        folder = self._of_a_file()
        return differences(folder, folder.find(name), self._database.path or Path())

    def restore(self, name: str, work: Work | None = None) -> Restored:
        """Bring a backup back, after a safety copy. Raises BackupError and others; then everything is as it was."""
        folder = self._of_a_file()
        backup = folder.find(name)
        self._wait_until_quiet(work or Work())
        with self._at_work, self._quiet():
            restored = restore_backup(self._database, folder, backup, work)
        log.info("Brought %s back in %.1f s", name, restored.seconds)
        try:
            self._after_restore()
        except (LoraManagerError, OSError) as error:  # it is brought back all the same
            log.warning("What the folders hold could not be looked at after a restore: %s", error)
            return replace(restored, notes=(*restored.notes, NOT_LOOKED_AT.format(error=error)))
        return restored

    def run(self, request: dict[str, Any], context: JobContext) -> dict[str, Any]:
        """Do a job: {"do": "make"}, or {"do": "verify" or "restore", "name"}."""
        actions = {"make": self._run_make, "verify": self._run_verify, "restore": self._run_restore}
        action = actions.get(str(request.get("do")))
        if action is None:
            raise BadInputError(f"There is nothing to do with backups called '{request.get('do')}'.")
        try:
            return {"do": request["do"], **action(str(request.get("name", "")), _work_of(context))}
        except BackupCancelledError:
            return {"do": request["do"]}

    def _run_make(self, _name: str, work: Work) -> dict[str, Any]:
        made = self.make(MANUAL, work)
        self.last_error = None
        return {
            "name": made.backup.name,
            "is_new": made.is_new,
            "bytes": made.backup.bytes,
            "seconds": round(made.seconds, 1),
        }

    def _run_verify(self, name: str, work: Work) -> dict[str, Any]:
        return {"name": name, "counts": self.verify(name, work).counts}

    def _run_restore(self, name: str, work: Work) -> dict[str, Any]:
        return restored_json(self.restore(name, work))

    def _of_a_file(self) -> BackupFolder:
        if self._folder is None:
            raise BackupError(NOT_OUR_KIND)
        return self._folder

    def _wait_until_quiet(self, work: Work) -> None:
        """Wait for what works on rows: the scan after another restore, say. Raises BackupError when it goes on."""
        until = time.monotonic() + PATIENCE_SECONDS
        while reason := self._why_wait():
            if time.monotonic() > until:
                raise BackupError(reason)
            work.part(0.0, 0.0, "Waiting until a scan or a change is done").at(0.0)
            time.sleep(_LOOK_SECONDS)

    def _why_wait(self) -> str:
        """Say whether something is under way, in whichever program, that would write its end into another state."""
        found = under_way(self._database)
        for owners, sentence in ((found.movers, _FILES_ARE_MOVED), (found.workers, _SOMETHING_RUNS)):
            if any(not has_ended(owner) for owner in owners):
                return sentence
        return ""


def restored_json(restored: Restored) -> dict[str, Any]:
    """Return what came of a restore, as jobs and commands tell it."""
    return {
        "name": restored.backup.name,
        "safety": restored.safety.name if restored.safety else None,
        "aside": str(restored.aside) if restored.aside else None,
        "seconds": round(restored.seconds, 1),
        "notes": list(restored.notes),
    }


def _work_of(context: JobContext | None) -> Work:
    return Work() if context is None else Work(context.on_progress, context.cancelled)


def _key(backup: Backup) -> tuple[str, int, int]:
    """Of the file as it is: one that is copied anew is another."""
    try:
        status = backup.path.stat()
    except OSError:
        return backup.name, 0, 0
    return backup.name, status.st_size, status.st_mtime_ns
