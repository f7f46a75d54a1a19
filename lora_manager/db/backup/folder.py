"""The folder of the backups: which there are, where work on one is done, whether there is room for another."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

from lora_manager.db.backup.archive import why_cut_off
from lora_manager.db.backup.facts import BackupDamagedError, BackupFacts, name_of, parse_name, read_facts
from lora_manager.errors import LoraManagerError, NotFoundError
from lora_manager.formats.file_replace import replace_file, sync_folder
from lora_manager.processes import is_running

FOLDER_NAME = "backups"
_WORKPLACE = re.compile(r"\.work-(?P<host>[0-9a-z_.-]+)-(?P<pid>\d+)-[0-9a-f]+")
_ABANDONED_SECONDS = 86_400.0
"""A workplace of another machine, whose processes cannot be asked after, is taken for left behind after a day."""
_MARGIN = 32 * 1024 * 1024


class BackupError(LoraManagerError):
    """A backup could not be made, read or put back; the message says why and what to do."""

    code = "backup_failed"


@dataclass(frozen=True)
class Backup:
    """One backup. `problem` says what is wrong with it, as far as that shows without unpacking it; else it is ""."""

    path: Path
    created_at: str
    reason: str
    bytes: int
    facts: BackupFacts | None
    problem: str = ""

    @property
    def name(self) -> str:
        """Return its name, by which it is called for."""
        return self.path.name


class BackupFolder:
    """The backups of one database, told from others in the same folder by the name of its file."""

    def __init__(self, folder: Path, prefix: str) -> None:
        self.folder = folder
        self.prefix = re.sub(r"[^0-9A-Za-z_.-]", "_", prefix) or "database"

    def items(self) -> list[Backup]:
        """Return the backups, newest first. Raises BackupError when the folder cannot be read."""
        try:
            found = [_look_at(path, *known) for path in self.folder.iterdir() if (known := self._known(path.name))]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise BackupError(f"The backups in {self.folder} cannot be listed ({error.strerror or error}).") from error
        return sorted((backup for backup in found if backup), key=_age)[::-1]

    def find(self, name: str) -> Backup:
        """Return the backup of this name. Raises NotFoundError."""
        known = self._known(name)
        backup = _look_at(self.folder / name, *known) if known else None
        if backup is None:
            raise NotFoundError(f"There is no backup '{name[:100]}' in {self.folder} (any more).")
        return backup

    def put(self, finished: Path, moment: datetime, reason: str) -> Path:
        """Move a finished file from a workplace to its final name and return that. Raises OSError."""
        number = 0
        while (target := self.folder / name_of(self.prefix, moment, reason, number)).exists():
            number += 1
        replace_file(finished, target)
        sync_folder(self.folder)
        return target

    @contextmanager
    def workplace(self) -> Iterator[Path]:
        """Yield a hidden folder beside the backups, gone at the end; what killed processes left goes first.

        Raises BackupError when the disk is full or refuses.
        """
        with self.plain_errors():
            self.folder.mkdir(parents=True, exist_ok=True)
            self._clean()
            host = _host()
            place = self.folder / f".work-{host}-{os.getpid()}-{secrets.token_hex(4)}"
            place.mkdir(mode=0o700)
            try:
                yield place
            finally:
                shutil.rmtree(place, ignore_errors=True)

    @contextmanager
    def plain_errors(self) -> Iterator[None]:
        """Say in words what the system refused."""
        try:
            yield
        except OSError as error:
            raise BackupError(
                f"The folder {self.folder} cannot be used now ({error.strerror or error}). Check the space on its disk "
                "and its permissions, then try again; nothing was changed."
            ) from error

    def check_room(self, needed: int) -> None:
        """Raise BackupError when fewer bytes than that are free."""
        with self.plain_errors():
            self.folder.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(self.folder).free
        if free < needed + _MARGIN:
            raise BackupError(
                f"There is too little room in {self.folder}: {_megabytes(needed + _MARGIN)} MB are needed for a while, "
                f"{_megabytes(free)} MB are free. Make room there, then try again; nothing was changed."
            )

    def _known(self, name: str) -> tuple[datetime, str] | None:
        return parse_name(name, self.prefix)

    def _clean(self) -> None:
        for place in self.folder.glob(".work-*"):
            found = _WORKPLACE.fullmatch(place.name)
            if found and _is_left(place, found["host"], int(found["pid"])):
                shutil.rmtree(place, ignore_errors=True)


def _age(backup: Backup) -> tuple[str, int, str]:
    """Order by time; of one moment, "-manual-2" was made after "-manual"."""
    return backup.created_at, len(backup.name), backup.name


def _look_at(path: Path, moment: datetime, reason: str) -> Backup | None:
    """Return what shows of a file at a glance; None when it is gone."""
    created_at = moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    try:
        backup = Backup(path, created_at, reason, path.stat().st_size, None)
        with path.open("rb") as file:
            facts = read_facts(file)
        problem = why_cut_off(path, facts)
    except FileNotFoundError:
        return None
    except BackupDamagedError as error:
        return replace(backup, problem=str(error))
    except OSError as error:
        return Backup(path, created_at, reason, 0, None, f"it cannot be read ({error.strerror or error})")
    return replace(backup, facts=facts, created_at=facts.created_at, reason=facts.reason, problem=problem)


def _is_left(place: Path, host: str, pid: int) -> bool:
    """Say whether nobody works there any more."""
    if host == _host():
        return not is_running(pid)
    with contextlib.suppress(OSError):  # gone already
        return time.time() - place.stat().st_mtime > _ABANDONED_SECONDS
    return False


def _host() -> str:
    """This machine's name as it can stand in a file's."""
    return re.sub(r"[^0-9a-z_.-]", "_", socket.gethostname().lower())


def _megabytes(size: int) -> str:
    return f"{-(-size // 1_000_000):,}"
