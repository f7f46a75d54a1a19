"""What would be done with an adapter's files: every step, checked against what lies on the disk now."""

from __future__ import annotations

import os
import time
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

from lora_manager.db.file_operations import MOVE, RESTORE, TRASH, Operation, Place, Step
from lora_manager.db.file_places import UnitRow
from lora_manager.db.trash import TrashItem
from lora_manager.errors import NotFoundError
from lora_manager.formats.file_names import MAX_NAME_BYTES
from lora_manager.services.files.companions import TRASHED
from lora_manager.services.files.disk import why_not_done
from lora_manager.services.files.places import Places
from lora_manager.services.files.refusal import FileRefusedError

MOST_NUMBERS = 999
SETTLED_S = 6 * 3600
"""So long nothing is written to a download that will not go on."""


@dataclass(frozen=True)
class Wish:
    """Where an adapter's file is to be; None: as now. `is_numbered`: under a number where the name is taken."""

    root_id: int | None = None
    folder: str | None = None
    stem: str | None = None
    is_numbered: bool = False
    is_back: bool = False
    """It was there before: what lies beside that place is none of its business."""


class Planner:
    """Plans operations one after the other, each as if those before it were done."""

    def __init__(self, places: Places) -> None:
        self.places = places

    def move(self, unit: UnitRow, wish: Wish) -> Operation | None:
        """Return the operation that fulfils a wish; None when it is fulfilled already.

        Raises FileRefusedError, and BadInputError for a path that leads elsewhere.
        """
        root_id = unit.root_id if wish.root_id is None else wish.root_id
        folder = unit.folder if wish.folder is None else wish.folder
        stem = unit.stem if wish.stem is None else wish.stem
        self._check_unit(unit)
        for candidate in _numbered(stem) if wish.is_numbered else (stem,):
            target = Place(root_id, _join(folder, candidate + unit.name[len(unit.stem) :]))
            if target == unit.place:
                return None
            in_the_way = self._in_the_way(unit, target, "" if wish.is_back else candidate, candidate)
            if in_the_way is None:
                return self._planned(self._move(unit, target, candidate))
            if not wish.is_numbered:
                raise FileRefusedError(in_the_way)
        raise FileRefusedError(f"Every name like {stem} is taken in {folder or 'the LoRA folder'}.")

    def trash(self, unit: UnitRow, user_name: str | None) -> Operation:
        """Return the operation that puts an adapter's files into the trash. Raises FileRefusedError."""
        self._check_unit(unit, is_deleted=True)
        sources = [Place(unit.root_id, _join(unit.folder, name)) for name in self._names_of(unit)]
        steps: list[Step] = []
        for source in [*sources, unit.place]:
            target = self._trashed(source, {step.target.name.casefold() for step in steps})
            steps.append(self._step(source, target))
        return self._planned(Operation(unit.file_id, TRASH, tuple(steps), details={"user_name": user_name}))

    def restore(self, item: TrashItem) -> Operation:
        """Return the operation that puts files of the trash back. Raises FileRefusedError, NotFoundError."""
        self.places.check_root(item.root_id)
        if item.state != "trashed":
            raise FileRefusedError(f"{item.model.old} is in the catalogue again by itself: it is the same file.")
        steps = []
        for file in item.files:
            source, target = Place(item.root_id, file.now), Place(item.root_id, file.old)
            if not os.path.lexists(self.places.path(source)):
                if file == item.model:
                    raise NotFoundError(f"{self.places.path(source)} is not in the trash any more.")
                continue  # a record or a picture that somebody deleted; the network file is what counts
            self.places.check_folder(target.root_id, target.folder)
            if self.places.is_taken(target, by_other_than=source):
                raise FileRefusedError(
                    f"{self.places.path(target)} exists already. Rename or move that one first, then restore this."
                )
            steps.append(self._step(source, target))
        return self._planned(Operation(item.file_id, RESTORE, tuple(steps), details={"trash_id": item.id}))

    def back(self, unit: UnitRow, target: Place) -> Operation | None:
        """Return the operation that puts a file back to a place it had. Raises FileRefusedError."""
        stem = target.name[: len(target.name) - len(unit.name) + len(unit.stem)]
        return self.move(unit, Wish(target.root_id, target.folder, stem, is_back=True))

    def _planned(self, operation: Operation) -> Operation:
        for step in operation.steps:
            self.places.follow(step.source, step.target)
        return operation

    def _check_unit(self, unit: UnitRow, *, is_deleted: bool = False) -> None:
        self.places.check_root(unit.root_id)
        path = self.places.path(unit.place)
        if unit.state == "missing":
            raise FileRefusedError(f"{path} is missing. Scan the library once its drive is connected.")
        if unit.state == "trashed":
            raise FileRefusedError(f"{unit.adapter_name} was deleted. Restore it first, in Library under Trash.")
        self.places.check_folder(unit.root_id, unit.folder)
        try:
            info = os.stat(path)
        except OSError as error:
            raise FileRefusedError(why_not_done(error, path)) from error
        if (info.st_size, info.st_mtime_ns) != (unit.size, unit.mtime_ns):
            raise FileRefusedError(f"{path} changed since it was scanned. Scan the library first.")
        is_old = is_deleted and time.time() - info.st_mtime > SETTLED_S
        beside = self.places.names(unit.root_id, unit.folder).beside(unit.name)
        if (unit.state == "incomplete" or beside.is_downloading) and not is_old:
            raise FileRefusedError(f"{path} is still being downloaded. Wait until it is whole, then scan.")

    def _names_of(self, unit: UnitRow) -> list[str]:
        """What goes with a network file; what it shares with another stays with that one."""
        return sorted(one.name for one in self.places.names(unit.root_id, unit.folder).beside(unit.name).own)

    def _in_the_way(self, unit: UnitRow, target: Place, alone: str, stem: str) -> str | None:
        """Say what keeps a file from going to a place, as a sentence. Raises FileRefusedError for one beyond use."""
        self.places.check_root(target.root_id)
        self.places.check_folder(target.root_id, target.folder)
        names = self.places.names(target.root_id, target.folder)
        is_here = (target.root_id, target.folder) == (unit.root_id, unit.folder)
        other = names.in_the_way(alone, unit.name if is_here else "") if alone else None
        if other is not None:
            path = self.places.path(Place(target.root_id, _join(target.folder, other)))
            if other == target.name:
                return f"{path} exists already. Choose another name or folder."
            return f"{path} lies there and would be taken for a part of it. Choose another name or folder."
        for step in self._pairs(unit, target, stem):
            if self.places.is_taken(step[1], by_other_than=step[0]):
                return f"{self.places.path(step[1])} exists already. Choose another name or folder."
        return None

    def _pairs(self, unit: UnitRow, target: Place, stem: str) -> Iterator[tuple[Place, Place]]:
        """Each file of a unit with its new place, the network file last."""
        beside = self.places.names(unit.root_id, unit.folder).beside(unit.name)
        seen: set[str] = set()
        for one in sorted(beside.own, key=lambda one: one.name):
            name = one.renamed(stem, target.name) if stem != unit.stem else one.name
            name = one.name if name in seen else name
            seen.add(name)
            yield Place(unit.root_id, _join(unit.folder, one.name)), Place(target.root_id, _join(target.folder, name))
        yield unit.place, target

    def _move(self, unit: UnitRow, target: Place, stem: str) -> Operation:
        steps = []
        for source, place in self._pairs(unit, target, stem):
            self.places.check_target(place)
            steps.append(self._step(source, place))
        self._check_space(unit, target, sum(step.size for step in steps))
        made = [Place(target.root_id, folder).as_json() for folder in self.places.missing_folders(target)]
        return Operation(unit.file_id, MOVE, tuple(steps), details={"made": made} if made else {})

    def _step(self, source: Place, target: Place) -> Step:
        path = self.places.path(source)
        try:
            info = os.stat(path) if path.exists() else os.lstat(path)
        except OSError as error:
            raise FileRefusedError(why_not_done(error, path)) from error
        return Step(source, target, info.st_size, info.st_mtime_ns)

    def _trashed(self, source: Place, reserved: Container[str]) -> Place:
        """Where a file of the trash lies: under its name with an ending that no host lists, numbered when taken.

        Long names are cut, so those that go with it may have become the same: `reserved`.
        """
        for number in range(MOST_NUMBERS + 1):
            ending = TRASHED + (f".{number}" if number else "")
            name = source.name.encode()[: MAX_NAME_BYTES - len(ending)].decode("utf-8", "ignore") + ending
            target = Place(source.root_id, _join(source.folder, name))
            if name.casefold() not in reserved and not self.places.is_taken(target):
                return target
        raise FileRefusedError(f"{self.places.path(source)} was deleted too often. Empty the trash first.")

    def _check_space(self, unit: UnitRow, target: Place, size: int) -> None:
        """Raise FileRefusedError when files that have to be copied do not fit on the other drive."""
        source_folder = self.places.path(Place(unit.root_id, unit.folder))
        target_folder = self.places.path(Place(target.root_id, target.folder))
        free = self.places.free_elsewhere(source_folder, target_folder)
        if free is not None and free < size:
            raise FileRefusedError(
                f"{_megabytes(size)} do not fit into {target_folder}: {_megabytes(free)} are free on that drive."
            )


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    for number in range(2, MOST_NUMBERS):
        yield f"{stem}_{number}"


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


def shown(places: Places, place: Place) -> str:
    """Return a path as it is shown: below its root when there is only one, else whole."""
    return place.path if len(places.roots) < 2 else str(Path(places.path(place)))
