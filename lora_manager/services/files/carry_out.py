"""Carrying operations out: written down first, then file by file, the network file last, then all rows at once.

Whatever ends it in between, what was written down tells how to go on: when the network file is at its new place the
rest follows it, otherwise everything goes back.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lora_manager.db import file_operations
from lora_manager.db.engine import Database
from lora_manager.db.file_operations import FAILED, Operation, Place, Step
from lora_manager.db.file_places import places_of, write_places
from lora_manager.db.history import add_changes
from lora_manager.errors import CatalogueError
from lora_manager.formats.file_names import join_below
from lora_manager.formats.file_replace import remove_file
from lora_manager.processes import this_process
from lora_manager.services.files.disk import Lies, lies, put, why_not_done
from lora_manager.services.files.left_behind import left_behind
from lora_manager.services.files.places import Roots
from lora_manager.services.files.refusal import FileRefusedError

log = logging.getLogger(__name__)

BUSY = "Its files are in use by another operation. Try again when that is done."

MOVED = "It was moved or deleted by somebody else just now. Reload the page and try again."


CAME = "{} was written beside it just now, so its files stayed where they were. Try again."


@dataclass(frozen=True)
class Outcome:
    """What became of an operation; `error` is a sentence when its files are where they were."""

    operation: Operation
    error: str = ""


class Carrier:
    """Carries operations out, and takes up what a process that is gone left behind."""

    def __init__(self, database: Database, roots: Roots) -> None:
        self._database = database
        self._roots = roots

    def carry_out(
        self, operations: Sequence[Operation], goes_on: Callable[[int], bool] = lambda number: True
    ) -> list[Outcome]:
        """Do it, in order, as one transaction of the database. What cannot be done is taken back, and said.

        `goes_on` is asked before each, with how many are behind; what was not begun then has no outcome.
        """
        with self._database.write() as connection:
            ids = [one.file_id for one in operations]
            busy, at = file_operations.busy_files(connection, ids), places_of(connection, ids)
            free = [one for one in operations if one.file_id not in busy and at.get(one.file_id) == one.model.source]
            begun = file_operations.begin(connection, free, this_process())
        outcomes = [Outcome(one, BUSY if one.file_id in busy else MOVED) for one in operations if one not in free]
        done: list[Operation] = []
        try:
            for number, one in enumerate(begun):
                if not goes_on(number):
                    break
                error = self._put_all(one)
                outcomes.append(Outcome(one, error))
                if not error:
                    done.append(one)
            left = left_behind(self._database, self._roots, begun, done)
            for one in reversed([one for one in done if one.id in left]):
                done.remove(one)
                why = " ".join([CAME.format(left[one.id]), *self._take_back(one)])
                outcomes = [Outcome(one, why) if it.operation is one else it for it in outcomes]
            self._close(done, [one for one in begun if one not in done])
        except BaseException:
            for one in reversed(done):  # the database does not take it: then it has not happened
                self._take_back(one)
            with contextlib.suppress(CatalogueError):  # what was the matter is told, and a new start finds these too
                self._close([], begun)
            raise
        return outcomes

    def take_up(self, operation: Operation) -> str:
        """End an operation that was cut off: carry it out, or take it back. Returns why it was not done, or ""."""
        for step in operation.steps:
            for place in (step.source, step.target):
                if not self._path(Place(place.root_id, "")).is_dir():
                    return "its drive is not connected"  # and stays begun
        for number in range(len(operation.steps)):
            with contextlib.suppress(OSError):
                remove_file(self._part(operation, number))
        if self._lies(operation.model) in (Lies.AT_TARGET, Lies.AT_BOTH):
            followed = self._let_follow(operation)
            self._close([followed], [])
            return ""
        problems = self._take_back(operation)
        error = "; ".join(problems) or "It was cut off, and taken back."
        self._close([], [operation], error)
        return error

    def _put_all(self, operation: Operation) -> str:
        """Put every file to its target; "" or why it was taken back."""
        made: list[Path] = []
        copied: list[Step] = []
        number, step = 0, operation.steps[0]
        try:
            for number, step in enumerate(operation.steps):
                made += _make_folders(self._path(step.target).parent)
                if put(self._path(step.source), self._path(step.target), self._part(operation, number)):
                    copied.append(step)
            number = len(operation.steps)
            for step in copied:
                remove_file(self._path(step.source))
        except OSError as error:
            at = self._path(step.target if isinstance(error, FileExistsError) else step.source)
            problems = self._take_back(operation, number)
            for folder in reversed(made):
                with contextlib.suppress(OSError):
                    folder.rmdir()
            return " ".join([why_not_done(error, at), *problems])
        except BaseException:
            self._take_back(operation, number)
            raise
        return ""

    def _take_back(self, operation: Operation, placed: int | None = None) -> list[str]:
        """Put the first `placed` files (None: all) back where they were. Returns what could not be."""
        problems = []
        for number, step in reversed(list(enumerate(operation.steps))[:placed]):
            source, target = self._path(step.source), self._path(step.target)
            where = self._lies(step)
            try:
                is_copied = where is Lies.AT_TARGET and put(target, source, self._part(operation, number, back=True))
                if is_copied or where is Lies.AT_BOTH:
                    remove_file(target)
            except OSError as error:
                log.exception("%s could not be put back to %s", target, source)
                problems.append(f"{target} could not be put back: {why_not_done(error, source)}")
        return problems

    def _let_follow(self, operation: Operation) -> Operation:
        """Let the other files follow a network file that is at its target. Those that cannot stay behind."""
        steps = []
        for number, step in enumerate(operation.steps):
            source, target = self._path(step.source), self._path(step.target)
            where = self._lies(step)
            try:
                is_copied = where is Lies.AT_SOURCE and put(source, target, self._part(operation, number))
                if is_copied or where is Lies.AT_BOTH:
                    remove_file(source)
            except OSError:
                log.exception("%s stays behind", source)
                continue
            if where is not Lies.NOWHERE:
                steps.append(step)
        return replace(operation, steps=tuple(steps))

    def _close(self, done: Sequence[Operation], failed: Sequence[Operation], error: str = "") -> None:
        with self._database.write() as connection:
            for set_id, changes in write_places(connection, done).items():
                add_changes(connection, set_id, changes)
            file_operations.close(connection, [one.id for one in done])
            file_operations.close(connection, [one.id for one in failed], FAILED, error)

    def _lies(self, step: Step) -> Lies:
        return lies(self._path(step.source), self._path(step.target), step.size, step.mtime_ns)

    def _part(self, operation: Operation, number: int, *, back: bool = False) -> Path:
        """The name under which a file is copied: one that can be told from the operation, and that no host lists."""
        step = operation.steps[number]
        folder = self._path(step.source if back else step.target).parent
        return folder / f".lora-manager-{operation.id}-{number}.part"

    def _path(self, place: Place) -> Path:
        root = self._roots.get(place.root_id)
        if root is None:
            raise FileRefusedError("This file lies in none of the LoRA folders that this web UI has now.")
        return join_below(root, place.path) if place.path else root


def _make_folders(folder: Path) -> list[Path]:
    """Make a folder and those above it; returns what was made."""
    missing = []
    while not os.path.lexists(folder):
        missing.append(folder)
        folder = folder.parent
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
    return missing[::-1]
