"""Moving, renaming, deleting and restoring the files of adapters: one at once, or many in a job."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from lora_manager.clock import utc_text
from lora_manager.db import file_operations
from lora_manager.db.engine import Database
from lora_manager.db.file_operations import Operation, Place
from lora_manager.db.file_places import UnitRow, root_paths, unit_rows
from lora_manager.db.history import Act, close_set, open_set
from lora_manager.db.trash import TrashItem, trash_items, trash_of_adapters
from lora_manager.errors import LoraManagerError, NotFoundError
from lora_manager.hosts.base import Host
from lora_manager.processes import this_process
from lora_manager.services.actor import Actor
from lora_manager.services.bulk.action import BulkProblem, BulkResult, PreviewRow
from lora_manager.services.files.carry_out import Carrier
from lora_manager.services.files.disk import why_not_done
from lora_manager.services.files.liveness import is_given_up
from lora_manager.services.files.places import Places, check_folder_name, check_stem, roots_of
from lora_manager.services.files.plan import Planner, Wish, shown
from lora_manager.services.files.refusal import FileRefusedError

log = logging.getLogger(__name__)

AT_ONCE = 50
"""Adapters of one transaction: what a process that is killed leaves half done is ended at the next start."""
KEPT_FOR = timedelta(days=2)
"""So long operations that are over stay on record: a scan that goes on as long still knows what they touched."""

MakePlan = Callable[[Planner, UnitRow], "Operation | None"]
"""Plans what is to be done with one adapter; None when there is nothing to do. Raises LoraManagerError, OSError."""


@dataclass(frozen=True)
class Run:
    """What a run over many adapters needs to know: into which set its changes go, how far it is, whether to stop."""

    set_id: int
    on_progress: Callable[[int, int, str], None] = lambda done, total, message: None
    cancelled: Callable[[], bool] = lambda: False

    def part(self, start: int, total: int) -> Run:
        """Return the run for a part of the adapters, which tells how far the whole is."""
        return replace(self, on_progress=lambda done, _, message: self.on_progress(start + done, total, message))

    def goes_on(self, done: int) -> bool:
        """Tell how far it is; returns whether to go on: of large files each may take long."""
        self.on_progress(done, 0, "Files")
        return not self.cancelled()


class FileChanges:
    """Does what is to be done with files. Thread-safe: one thing after the other in this process.

    `root_ids` are those of the host's roots, in the host's order.
    """

    def __init__(self, database: Database, host: Host, root_ids: Callable[[], tuple[int, ...]]) -> None:
        self.database = database
        self.lock = threading.RLock()
        self._host = host
        self._root_ids = root_ids

    def move(self, adapter_id: int, root_id: int | None, folder: str, actor: Actor) -> int | None:
        """Move an adapter's files into a folder, which is made; returns the set of changes, None when they are there.

        Raises NotFoundError, BadInputError, FileRefusedError.
        """
        wish = Wish(root_id, check_folder_name(folder))
        return self._at_once(adapter_id, "move", actor, lambda planner, unit: planner.move(unit, wish))

    def rename(self, adapter_id: int, stem: str, actor: Actor) -> int | None:
        """Give an adapter's files another name; returns the set of changes, None when it is theirs already.

        Raises as `move`.
        """
        wish = Wish(stem=check_stem(stem))
        return self._at_once(adapter_id, "rename", actor, lambda planner, unit: planner.move(unit, wish))

    def delete(self, adapter_id: int, actor: Actor) -> tuple[int, int]:
        """Put an adapter's files into the trash; returns the set of changes and the id in the trash.

        Raises as `move`.
        """
        set_id = self._at_once(adapter_id, "trash", actor, lambda planner, unit: planner.trash(unit, actor.user_name))
        with self.database.read() as connection:
            item = trash_of_adapters(connection, [adapter_id])[adapter_id]
        return set_id or 0, item.id

    def restore(self, trash_id: int, actor: Actor) -> tuple[int, int]:
        """Put files of the trash back; returns the set of changes and the adapter. Raises as `move`."""
        item = self.trash_item(trash_id)
        set_id = self._at_once(item.adapter_id, "restore_file", actor, lambda planner, unit: planner.restore(item))
        return set_id or 0, item.adapter_id

    def trash_item(self, trash_id: int) -> TrashItem:
        """Return what lies in the trash. Raises NotFoundError."""
        with self.database.read() as connection:
            item = trash_items(connection, [trash_id]).get(trash_id)
        if item is None:
            raise NotFoundError("This is not in the trash (any more). Reload the page.")
        return item

    def run(self, ids: Sequence[int], make_plan: MakePlan, run: Run) -> BulkResult:
        """Do something with many adapters. What cannot be done is told, and the others go on."""
        result = BulkResult()
        places = self.places()
        try:
            for start in range(0, len(ids), AT_ONCE):
                if run.cancelled():
                    break
                with self.lock:
                    places.renew()  # between two parts others have their turn
                    problems = self._run_part(
                        ids[start : start + AT_ONCE], make_plan, run.part(start, len(ids)), places, result
                    )
                result.problems += problems
                run.on_progress(min(start + AT_ONCE, len(ids)), len(ids), "Files")
        finally:
            if result.changed:
                self.tell_host()
        return result

    def preview(self, ids: Sequence[int], make_plan: MakePlan) -> list[PreviewRow]:
        """Return what `run` would do with each of these adapters, in order. Nothing is touched."""
        places = self.places()
        planner = Planner(places)
        with self.database.read() as connection:
            units = unit_rows(connection, ids)
        return [
            self._preview(planner, units[adapter_id], make_plan)
            if adapter_id in units
            else PreviewRow(adapter_id, "", "", "", _GONE)
            for adapter_id in ids
        ]

    def recover(self) -> None:
        """End what processes left behind that were killed: before the first scan, and before their sets are closed."""
        own = this_process()
        before = utc_text(datetime.now(timezone.utc) - KEPT_FOR)
        with self.database.read() as connection:
            begun = file_operations.begun_operations(connection)
            has_old = file_operations.has_older(connection, before)
            roots = {root_id: Path(path) for root_id, path in root_paths(connection).items()}
        carrier = Carrier(self.database, roots)
        for operation in begun:
            if not is_given_up(operation.owner, operation.begun_at, own):
                continue
            try:
                with self.lock:
                    error = carrier.take_up(operation)
            except (FileRefusedError, OSError) as refusal:
                error = str(refusal)  # it stays begun, and its files are left alone until this works
            log.warning("%s was cut off: %s", operation.model.source.path, error or "it was carried out")
        if has_old:
            with self.database.write() as connection:
                file_operations.forget_old(connection, before)

    def places(self) -> Places:
        """Return a fresh look at the host's folders."""
        return Places(self.database, roots_of(self._root_ids(), list(self._host.roots())))

    def carrier(self) -> Carrier:
        """Return what carries operations out in the host's folders."""
        return Carrier(self.database, roots_of(self._root_ids(), list(self._host.roots())))

    def tell_host(self) -> None:
        """Have the host list its folders anew."""
        self._host.refresh_networks()

    @contextmanager
    def open_set(self, act: Act) -> Iterator[int]:
        """Yield a set of changes that is closed at the end; one in which nothing changed is forgotten."""
        with self.database.write() as connection:
            set_id = open_set(connection, act)
        try:
            yield set_id
        finally:
            with self.database.write() as connection:
                close_set(connection, set_id)

    def _at_once(self, adapter_id: int, kind: str, actor: Actor, make_plan: MakePlan) -> int | None:
        with self.lock:
            with self.database.read() as connection:
                unit = unit_rows(connection, [adapter_id]).get(adapter_id)
            if unit is None:
                raise NotFoundError(_GONE)
            try:
                operation = make_plan(Planner(self.places()), unit)
            except OSError as error:
                raise FileRefusedError(why_not_done(error, self.places().path(unit.place))) from error
            if operation is None:
                return None
            act = Act(kind, actor.by, actor.user_name, {"name": unit.adapter_name}, owner=this_process())
            with self.open_set(act) as set_id:
                outcome = self.carrier().carry_out([replace(operation, set_id=set_id)])[0]
        if outcome.error:
            raise FileRefusedError(outcome.error)
        self.tell_host()
        return set_id

    def _run_part(
        self, ids: Sequence[int], make_plan: MakePlan, run: Run, places: Places, result: BulkResult
    ) -> list[BulkProblem]:
        planner = Planner(places)
        with self.database.read() as connection:
            units = unit_rows(connection, ids)
        problems, operations = [], []
        for adapter_id in ids:
            unit = units.get(adapter_id)
            if unit is None:
                problems.append(BulkProblem(adapter_id, "", _GONE))
                continue
            try:
                operation = make_plan(planner, unit)
            except LoraManagerError as error:
                problems.append(BulkProblem(adapter_id, unit.adapter_name, str(error)))
            except OSError as error:
                problems.append(
                    BulkProblem(adapter_id, unit.adapter_name, why_not_done(error, places.path(unit.place)))
                )
            else:
                operations += [replace(operation, set_id=run.set_id)] if operation is not None else []
        by_file = {unit.file_id: unit for unit in units.values()}
        for outcome in self.carrier().carry_out(operations, run.goes_on) if operations else ():
            unit = by_file[outcome.operation.file_id]
            if outcome.error:
                problems.append(BulkProblem(unit.adapter_id, unit.adapter_name, outcome.error))
            else:
                result.changed += 1
        return problems

    def _preview(self, planner: Planner, unit: UnitRow, make_plan: MakePlan) -> PreviewRow:
        places = planner.places
        try:
            source = shown(places, unit.place)
        except LoraManagerError as error:
            return PreviewRow(unit.adapter_id, unit.adapter_name, unit.path, "", str(error))
        target: Place = unit.place
        problem = ""
        try:
            operation = make_plan(planner, unit)
            target = operation.model.target if operation is not None else unit.place
        except LoraManagerError as error:
            problem = str(error)
        except OSError as error:
            problem = why_not_done(error, places.path(unit.place))
        return PreviewRow(unit.adapter_id, unit.adapter_name, source, "" if problem else shown(places, target), problem)


_GONE = "This LoRA is not in the catalogue (any more). Reload the page."
