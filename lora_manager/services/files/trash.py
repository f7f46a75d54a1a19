"""The trash: what lies in it, deleting for good, and what is found in the folders that nobody knows of."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

from lora_manager.clock import utc_now, utc_text
from lora_manager.db import file_operations
from lora_manager.db.file_operations import TRASH, Operation, Place, Step
from lora_manager.db.file_places import files_at, write_places
from lora_manager.db.trash import TRASHED, TrashItem, mark_purged, trash_ids, trash_page, trashed_names
from lora_manager.errors import LoraManagerError
from lora_manager.formats.file_names import join_below
from lora_manager.formats.file_replace import remove_file
from lora_manager.formats.walk import walk
from lora_manager.services.bulk.action import MOST_PROBLEMS, BulkProblem
from lora_manager.services.files.carry_out import BUSY
from lora_manager.services.files.changes import FileChanges
from lora_manager.services.files.companions import TRASHED as ENDING
from lora_manager.services.files.companions import is_model, stem_of
from lora_manager.services.files.disk import why_not_done
from lora_manager.services.files.places import Places
from lora_manager.services.files.refusal import FileRefusedError

log = logging.getLogger(__name__)

_ENDING = re.compile(rf"{re.escape(ENDING)}(\.\d+)?$")


@dataclass(frozen=True)
class TrashEntry:
    """One thing in the trash as it is shown. `days_left` None: kept for ever; `problem`: what is wrong with it."""

    item: TrashItem
    days_left: int | None
    problem: str = ""


@dataclass(frozen=True)
class TrashPage:
    """Some of the trash, and how much there is in all. `days` is how long things are kept, 0 for ever."""

    total: int
    bytes: int
    days: int
    entries: list[TrashEntry]


@dataclass
class Found:
    """What `find_lost` found: how many adapters' files, and paths of files that belong to no adapter on record."""

    adapters: int = 0
    unknown: list[str] = field(default_factory=list)


class TrashBin:
    """Shows and empties the trash. `days`: how long things are kept, 0 for ever. Thread-safe."""

    def __init__(self, files: FileChanges, root_ids: Callable[[], tuple[int, ...]], days: Callable[[], int]) -> None:
        self._files = files
        self._root_ids = root_ids
        self._days = days

    def page(self, limit: int, offset: int) -> TrashPage:
        """Return some of what lies in the trash, the last first."""
        with self._files.database.read() as connection:
            total, size, items = trash_page(connection, self._root_ids(), limit, offset)
        places, days = self._files.places(), self._days()
        now = datetime.now(timezone.utc)
        return TrashPage(
            total, size, days, [TrashEntry(item, _days_left(item, days, now), _problem(places, item)) for item in items]
        )

    def purge(self, trash_id: int) -> int:
        """Delete files of the trash for good; returns the bytes. Raises NotFoundError, FileRefusedError."""
        with self._files.lock:
            item = self._files.trash_item(trash_id)
            return self._purge(self._files.places(), item)

    def purge_expired(self, now: datetime | None = None) -> int:
        """Delete for good what was deleted longer ago than things are kept; returns how many. What fails, stays."""
        days = self._days()
        if days <= 0:
            return 0
        before = utc_text((now or datetime.now(timezone.utc)) - timedelta(days=days))
        with self._files.database.read() as connection:
            ids = trash_ids(connection, self._root_ids(), before)
        purged = 0
        for trash_id in ids:
            try:
                self.purge(trash_id)
                purged += 1
            except LoraManagerError as error:
                log.info("Something stays in the trash: %s", error)
        return purged

    def empty(
        self,
        on_progress: Callable[[int, int, str], None] = lambda done, total, message: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> dict[str, object]:
        """Delete everything in the trash for good; returns what a job tells."""
        with self._files.database.read() as connection:
            ids = trash_ids(connection, self._root_ids())
        changed = size = 0
        problems = []
        for number, trash_id in enumerate(ids):
            if cancelled():
                break
            try:
                size += self.purge(trash_id)
                changed += 1
            except LoraManagerError as error:
                problems.append(BulkProblem(trash_id, "", str(error)))
            on_progress(number + 1, len(ids), "Emptying the trash")
        return {
            "changed": changed,
            "bytes": size,
            "problems": [vars(problem) for problem in problems[:MOST_PROBLEMS]],
            "problem_count": len(problems),
        }

    def find_lost(self) -> Found:
        """Find files that lie in the trash of the folders and that the database does not know of: it is an older one.

        Those of adapters on record are in the trash again; what belongs to none is told and left alone.
        """
        found = Found()
        with self._files.lock:
            places = self._files.places()
            for root_id, root in places.roots.items():
                with self._files.database.read() as connection:
                    known = trashed_names(connection, root_id)
                try:
                    folders = [(folder.path, folder.files) for folder in walk(root, [])]
                except OSError as error:
                    log.info("%s cannot be looked through: %s", root, error)
                    continue
                for path, files in folders:
                    lost = {name: info for name, info in files.items() if _ENDING.search(name)}
                    lost = {name: info for name, info in lost.items() if _join(path, name) not in known}
                    steps = {name: _step(root_id, path, name, info.size, info.mtime_ns) for name, info in lost.items()}
                    self._take_in(root, steps, found)
        for path in found.unknown:
            log.warning("%s was deleted by this program, but belongs to no LoRA on record. It is left alone.", path)
        return found

    def _take_in(self, root: Path, steps: dict[str, Step], found: Found) -> None:
        models = {step.source: step for step in steps.values() if is_model(step.source.name)}
        with self._files.database.write() as connection:
            owners = files_at(connection, list(models))
            operations: list[Operation] = []
            for place, step in models.items():
                file_id = owners.get(place)
                if file_id is None or os.path.lexists(join_below(root, place.path)):
                    found.unknown.append(str(join_below(root, step.target.path)))
                    continue
                beside = [other for other in steps.values() if _goes_with(other, step)]
                operation = Operation(file_id, TRASH, (*beside, step), begun_at=utc_now(), id=len(operations))
                operations.append(operation)
            if operations:
                write_places(connection, operations)
                found.adapters += len(operations)

    def _purge(self, places: Places, item: TrashItem) -> int:
        places.check_root(item.root_id)
        with self._files.database.read() as connection:
            if file_operations.busy_files(connection, [item.file_id]):
                raise FileRefusedError(BUSY)
        size = 0
        for file in item.files:
            place = Place(item.root_id, file.now)
            path = places.path(place)
            if not _ENDING.search(file.now) or not os.path.lexists(path):
                continue
            places.check_folder(place.root_id, place.folder)
            try:
                size += os.lstat(path).st_size
                remove_file(path)
            except OSError as error:
                raise FileRefusedError(why_not_done(error, path)) from error
        with self._files.database.write() as connection:
            mark_purged(connection, item)
        return size


def _days_left(item: TrashItem, days: int, now: datetime) -> int | None:
    if days <= 0:
        return None
    deleted = datetime.fromisoformat(item.deleted_at.replace("Z", "+00:00"))
    return max(0, days - (now - deleted).days)


def _problem(places: Places, item: TrashItem) -> str:
    """What the user should know of something in the trash, as a sentence."""
    try:
        places.check_root(item.root_id)
        path = places.path(Place(item.root_id, item.model.now))
    except LoraManagerError as error:
        return str(error)
    if not os.path.lexists(path):
        return f"{path} was removed by another program: it cannot be restored."
    if item.state != TRASHED:
        return "Its file is in its place again, so only what lies in the trash can be deleted for good."
    gone = [file.now for file in item.files if not os.path.lexists(places.path(Place(item.root_id, file.now)))]
    return f"Removed by another program: {', '.join(gone[:3])}." if gone else ""


def _step(root_id: int, folder: str, name: str, size: int, mtime_ns: int) -> Step:
    old = _join(folder, _ENDING.sub("", name))
    return Step(Place(root_id, old), Place(root_id, _join(folder, name)), size, mtime_ns)


def _goes_with(other: Step, model: Step) -> bool:
    """Whether a file of the trash lay beside a network file, by its name."""
    begin, name = stem_of(model.source.name) + ".", other.source.name
    return other is not model and not is_model(name) and name.startswith(begin)


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
