"""The scan of one root: look (walk and plan), write what was read in batches, finish (mark what is gone)."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sqlalchemy import Connection

from lora_manager.db import scan_state
from lora_manager.db.engine import Database
from lora_manager.db.file_operations import Place, operations_mark, touched_since
from lora_manager.db.hash_state import own_hashes
from lora_manager.db.import_journal import ImportJournal
from lora_manager.db.ingest import ingest
from lora_manager.db.library_state import THERE
from lora_manager.db.rows import UNREAD, UNREADABLE, FoundProblem, OwnHash, StoredSidecar
from lora_manager.db.scan_state import FolderState, KnownFile
from lora_manager.db.trash import forget_trash, trash_of_files
from lora_manager.formats.json_file import ABSENT
from lora_manager.formats.walk import OF_THE_WALK, WalkProblem, walk
from lora_manager.services.library.describe import Reading
from lora_manager.services.library.orphans import OrphanSidecars
from lora_manager.services.library.plan import Plan, Task, make_plan
from lora_manager.services.library.readers import ReadRequest
from lora_manager.services.library.units import Unit, folder_digest, group_folder, join


class RootOfflineError(Exception):
    """The root cannot be read, or is suddenly empty: nothing in it may be marked missing. Holds kind and message."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class RootScan:
    """One root of one scan. `look` first, then `request` and `write` for each batch, `finish` last."""

    def __init__(self, database: Database, root: Path, root_id: int, *, force: bool) -> None:
        self.root = root
        self.root_id = root_id
        self.plan = Plan()
        self.found = 0
        self._database = database
        self._force = force
        self._unread: list[WalkProblem] = []
        self._orphans = OrphanSidecars(root)
        self._units: list[Unit] = []
        self._quiet: dict[str, FolderState] = {}
        self._folders: dict[str, FolderState | None] = {}
        self._mark = 0

    def look(self, skip: frozenset[str], cancelled: Callable[[], bool]) -> None:
        """Walk the root and plan the work. Raises RootOfflineError."""
        with self._database.read() as connection:
            self._mark = operations_mark(connection)
            last = scan_state.scanned_folders(connection, self.root_id)
        self._walk(skip, cancelled, {} if self._force else last)
        with self._database.read() as connection:
            known = scan_state.known_files(connection, self.root_id, self._quiet)
            trashed = scan_state.trashed_files(connection, self.root_id)
            stored = scan_state.sidecars_of(connection, self.root_id, self._orphans.paths())
        quiet_files = sum(state.files for state in self._quiet.values())
        self.found = len(self._units) + quiet_files
        if not self.found and any(row.state in THERE for row in known.values()):
            raise RootOfflineError(
                "root_empty",
                "The LoRA folder is suddenly empty, so its drive may not be connected. Nothing was marked as missing.",
            )
        self._folders.update(dict.fromkeys(last.keys() - self._folders.keys() - self._quiet.keys()))
        self._orphans.resolve(stored, force=self._force)
        self.plan = make_plan(self._units, known, force=self._force, trashed=trashed)
        self.plan.unchanged += quiet_files
        self.plan.gone = [row for row in self.plan.gone if not self._is_below_unread(row)]

    def request(self, batch: Sequence[Task]) -> ReadRequest:
        """Return what a reader needs to know to read a batch."""
        stored = {} if self._force else self._stored_sidecars(batch)
        return ReadRequest(self.root, self.root_id, [task.unit for task in batch], stored, self._own_hashes(batch))

    def write(self, batch: Sequence[Task], readings: Sequence[Reading], journal: ImportJournal | None = None) -> None:
        """Write a batch in one transaction; `journal` notes what is another value than before."""
        files = [reading.described.file for reading in readings]
        # To be looked at again however quiet their folders are.
        unsettled = {file.folder for file in files if file.state == "incomplete" or file.fingerprint.startswith(UNREAD)}
        self._folders.update(dict.fromkeys(unsettled))
        both = zip(batch, readings, strict=True)
        pairs = [(task, reading) for task, reading in both if self._force or not is_unread_still(task, reading)]
        pairs = [pair for pair in pairs if not self._is_interrupted(*pair)]
        for task, reading in pairs:
            if task.known is not None:
                reading.described.file_id, reading.described.adapter_id = task.known.id, task.known.adapter_id
        if not pairs:
            return
        with self._database.write() as connection:
            pairs = self._untouched(connection, pairs)
            paths = {self._shown(path) for task, _ in pairs for path in _paths_of(task.unit)}
            problems = [problem for _, reading in pairs for problem in reading.problems]
            ingest(connection, [reading.described for _, reading in pairs], journal)
            scan_state.write_scanned_folders(connection, self.root_id, dict.fromkeys(unsettled))
            scan_state.replace_problems(connection, self.root_id, paths, problems)
            self._forget_restored(connection, [task.known for task, _ in pairs if task.known is not None])
            scan_state.finish_scan(connection, changed=True)

    def finish(self, *, whole: bool) -> int:
        """Mark what is gone or back, tidy orphans and problems. Returns how many files went missing by this scan.

        `whole` says that every batch was written. Raises RootOfflineError when the root vanished while it was scanned.
        """
        missing = [row for row in self.plan.gone if row.state != "missing" and self._is_gone(row)]
        if not self._still_there():
            raise RootOfflineError("root_missing", "The LoRA folder vanished during the scan; is its drive connected?")
        missing = [row for row in missing if self._is_gone(row)]  # the drive may have been away for a moment only
        unread = [FoundProblem(self._shown(item.path), item.kind, item.message) for item in self._unread]
        with self._database.write() as connection:
            scan_state.set_root_state(connection, self.root_id, online=True, scanned=True)
            touched = touched_since(connection, self._mark)
            as_looked_up = scan_state.still_known(connection, [*missing, *self.plan.back]) - touched.file_ids
            gone = [row.id for row in missing if row.id in as_looked_up]
            back = [row.id for row in self.plan.back if row.id in as_looked_up]
            scan_state.mark_state(connection, gone, "missing")
            scan_state.mark_state(connection, back, "present")
            orphans = self._orphans
            own = {place.path for place in touched.places if place.root_id == self.root_id}
            self._folders.update(dict.fromkeys(path.rpartition("/")[0] for path in own))
            rows = [row for row in orphans.unmatched_rows() if row.relative_path not in own]
            scan_state.replace_orphans(connection, self.root_id, orphans.unmatched, rows, self._quiet)
            self._write_folders(connection, whole=whole)
            stale = self._stale_problems(scan_state.recorded_problems(connection, self.root_id))
            shown = {self._shown(path) for path in own}
            found = [problem for problem in self._orphans.problems if problem.path not in shown]
            scan_state.replace_problems(connection, self.root_id, stale, [*unread, *found])
            scan_state.finish_scan(connection, changed=bool(gone or back))
        return len(gone)

    def _walk(self, skip: frozenset[str], cancelled: Callable[[], bool], last: Mapping[str, FolderState]) -> None:
        try:
            for folder in walk(self.root, self._unread, skip):
                digest = folder_digest(folder)
                state = last.get(folder.path)
                if state is not None and state.digest == digest:
                    self._quiet[folder.path] = state
                    continue
                grouped = group_folder(folder)
                self._folders[folder.path] = FolderState(digest, len(grouped.units))
                self._units.extend(grouped.units)
                self._orphans.add(folder.path, grouped)
                if cancelled():
                    return
        except OSError as error:
            message = (
                f"The LoRA folder cannot be read ({error.strerror or error}). "
                "Check that it exists and that its drive is connected."
            )
            raise RootOfflineError("root_missing", message) from error

    def _is_interrupted(self, task: Task, reading: Reading) -> bool:
        """Say whether a unit could not be read only because its drive, or the file, was away just then.

        What is known of it stays as it is; the next scan tries again.
        """
        if not any(problem.kind == UNREADABLE and _was_away(problem) for problem in reading.problems):
            return False
        self._folders[task.unit.folder] = None
        return True

    def _untouched(self, connection: Connection, pairs: Sequence[tuple[Task, Reading]]) -> list[tuple[Task, Reading]]:
        """Return those whose files no operation had in hand since they were looked up. A next scan sees the others."""
        touched = touched_since(connection, self._mark)
        known = [task.known for task, _ in pairs if task.known is not None]
        as_looked_up = scan_state.still_known(connection, known) - touched.file_ids
        found = []
        for task, reading in pairs:
            is_known = task.known is None or task.known.id in as_looked_up
            if is_known and touched.places.isdisjoint(Place(self.root_id, path) for path in _paths_of(task.unit)):
                found.append((task, reading))
            else:
                self._folders[task.unit.folder] = None
        return found

    def _forget_restored(self, connection: Connection, known: Sequence[KnownFile]) -> None:
        """Let go of what is not in the trash any more, because somebody took it out by hand."""
        back = [row.id for row in known if row.state == "trashed"]
        items = trash_of_files(connection, back)
        forget_trash(connection, [item.id for item in items if not os.path.lexists(self._shown(item.model.now))])

    def _is_gone(self, row: KnownFile) -> bool:
        """Say whether nothing is where a file was. A walk may have missed it while its drive was away."""
        return not os.path.lexists(self._shown(row.relative_path))

    def _stored_sidecars(self, batch: Sequence[Task]) -> dict[str, StoredSidecar]:
        paths = [
            join(task.unit.folder, name) for task in batch if task.known is not None for name in task.unit.sidecars
        ]
        if not paths:
            return {}
        with self._database.read() as connection:
            return scan_state.sidecars_of(connection, self.root_id, paths)

    def _own_hashes(self, batch: Sequence[Task]) -> dict[str, OwnHash]:
        by_id = {task.known.id: task.unit for task in batch if task.known is not None}
        if not by_id:
            return {}
        with self._database.read() as connection:
            found = own_hashes(connection, list(by_id))
        units = [(by_id[file_id], own) for file_id, own in found.items()]
        return {
            unit.relative_path: OwnHash(own.sha256, own.autov3)
            for unit, own in units
            if (unit.stat.size, unit.stat.mtime_ns) == (own.size, own.mtime_ns)
        }

    def _write_folders(self, connection: Connection, *, whole: bool) -> None:
        """Remember the folders as they are now, but for those where something is to be tried again."""
        unread = dict.fromkeys(self._orphans.unread)
        self._folders.update(unread)
        if whole and any(self._folders.values()):
            # Hashing may have asked for files to be read again while this scan was at work.
            again = scan_state.unsettled_folders(connection, self.root_id)
            self._folders.update(dict.fromkeys(again & self._folders.keys()))
        scan_state.write_scanned_folders(connection, self.root_id, self._folders if whole else unread)

    def _still_there(self) -> bool:
        try:
            return bool(os.listdir(self.root)) or not self.found
        except OSError:
            return False

    def _is_below_unread(self, row: KnownFile) -> bool:
        folders = [item.path for item in self._unread if item.kind == "unreadable_folder"]
        return any(not folder or row.relative_path.startswith(f"{folder}/") for folder in folders)

    def _stale_problems(self, recorded: Sequence[tuple[str, str]]) -> list[str]:
        """Return the paths of problems that this walk found anew or not any more, and of files that are gone."""
        root = str(self.root)
        return [path for path, kind in recorded if kind in OF_THE_WALK or path == root or not os.path.lexists(path)]

    def _shown(self, relative: str) -> str:
        return os.path.join(self.root, relative) if relative else str(self.root)


def is_unread_still(task: Task, reading: Reading) -> bool:
    """Say whether what could not be read at the last scan could not be read now, for the same reason."""
    known, file = task.known, reading.described.file
    return (
        known is not None
        and known.fingerprint.startswith(UNREAD)
        and (known.fingerprint, known.relative_path, known.state) == (file.fingerprint, file.relative_path, file.state)
    )


def _was_away(problem: FoundProblem) -> bool:
    """Say whether a file that the walk had found was not there when it was to be read."""
    return problem.message == ABSENT or not os.path.lexists(problem.path)


def _paths_of(unit: Unit) -> list[str]:
    return [unit.relative_path, *(join(unit.folder, name) for name in unit.sidecars)]
