"""Taking back what was done with files: back to the place before, out of the trash, or into it again."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lora_manager.db.file_operations import Operation, Place, made_folders
from lora_manager.db.file_places import UnitRow, unit_rows
from lora_manager.db.history import StoredChange
from lora_manager.db.trash import trash_of_adapters
from lora_manager.errors import LoraManagerError
from lora_manager.services.change_context import ChangeContext
from lora_manager.services.files.changes import AT_ONCE, FileChanges
from lora_manager.services.files.disk import why_not_done
from lora_manager.services.files.places import Places
from lora_manager.services.files.plan import Planner
from lora_manager.services.files.refusal import FileRefusedError
from lora_manager.services.history.outcome import RevertOutcome


class FileReverter:
    """Takes back changes of the fields "file" and "trash"."""

    def __init__(self, files: FileChanges) -> None:
        self._files = files

    def __call__(self, changes: Sequence[StoredChange], revert: ChangeContext) -> RevertOutcome:
        """Take changes back, given the newest first."""
        outcome = RevertOutcome()
        places = self._files.places()
        done = 0
        try:
            for part in _parts(changes):
                if revert.cancelled():
                    break
                with self._files.lock:
                    places.renew()  # between two parts others have their turn
                    self._take_back(part, revert, places, outcome)
                done += len(part)
                revert.on_progress(done, len(changes), "Files")
        finally:
            if outcome.reverted:
                self._remove_made(changes)
                self._files.tell_host()
        return outcome

    def _remove_made(self, changes: Sequence[StoredChange]) -> None:
        """Remove the folders that were made for what is taken back, where nothing else lies in them."""
        places = self._files.places()
        with self._files.database.read() as connection:
            made = made_folders(connection, {change.set_id for change in changes})
        for folder in made:
            with contextlib.suppress(OSError, LoraManagerError):
                places.path(folder).rmdir()

    def _take_back(
        self, changes: Sequence[StoredChange], revert: ChangeContext, places: Places, outcome: RevertOutcome
    ) -> None:
        planner = Planner(places)
        ids = [change.adapter_id for change in changes if change.adapter_id is not None]
        with self._files.database.read() as connection:
            units = unit_rows(connection, ids)
        planned: dict[int, StoredChange] = {}
        operations = []
        for change in changes:
            unit = units.get(change.adapter_id or 0)
            try:
                operation = self._plan(planner, change, unit, revert)
            except LoraManagerError as error:
                outcome.skip(change, str(error))
            except OSError as error:
                outcome.skip(change, why_not_done(error, places.path(unit.place) if unit else Path()))
            else:
                if operation is None:
                    outcome.reverted += 1  # it lies there already
                    continue
                planned[operation.file_id] = change
                operations.append(replace(operation, set_id=revert.set_id))
        for result in (
            self._files.carrier().carry_out(operations, lambda _: not revert.cancelled()) if operations else ()
        ):
            if result.error:
                outcome.skip(planned[result.operation.file_id], result.error)
            else:
                outcome.reverted += 1

    def _plan(
        self, planner: Planner, change: StoredChange, unit: UnitRow | None, revert: ChangeContext
    ) -> Operation | None:
        if unit is None:
            raise FileRefusedError("Its LoRA is not in the catalogue any more.")
        if change.field == "file":
            if unit.state == "trashed":
                raise FileRefusedError("It was deleted since. Restore it first.")
            if unit.place != Place(change.new["root_id"], change.new["path"]):
                raise FileRefusedError("It was moved again since.")
            return planner.back(unit, Place(change.old["root_id"], change.old["path"]))
        if change.new is None:  # it had been restored
            return planner.trash(unit, revert.actor.user_name)
        with self._files.database.read() as connection:
            item = trash_of_adapters(connection, [unit.adapter_id]).get(unit.adapter_id)
        if item is None:
            raise FileRefusedError("It is not in the trash any more.")
        return planner.restore(item)


def _parts(changes: Sequence[StoredChange]) -> list[list[StoredChange]]:
    """Changes that are taken back at once, in order: each adapter's files have one place at a time."""
    parts: list[list[StoredChange]] = [[]]
    for change in changes:
        part = parts[-1]
        if len(part) >= AT_ONCE or any(other.adapter_id == change.adapter_id for other in part):
            part = []
            parts.append(part)
        part.append(change)
    return parts
