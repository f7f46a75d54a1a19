"""Write-back: what the user set goes into `<stem>.json`, where AUTOMATIC1111 and SDNext show it.

By default only what the user set by hand is written: what sources say stands in their own files already. On request the
other values are shown as well, where nothing stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from lora_manager.clock import utc_now
from lora_manager.db.engine import Database
from lora_manager.db.history import Act, close_set, open_set
from lora_manager.db.sidecar_writes import Target, Write, replace_write_problems, targets_of, values_to_write
from lora_manager.errors import BadInputError, UnreadableFileError
from lora_manager.formats.sidecars.writing.record import why_not_equal, with_values
from lora_manager.processes import this_process
from lora_manager.services.actor import Actor
from lora_manager.services.bulk.action import BulkProblem, BulkResult, PreviewRow
from lora_manager.services.change_context import ChangeContext
from lora_manager.services.sidecar_files import (
    AT_ONCE,
    CannotWriteError,
    SidecarFiles,
    local_file,
    read_for_writing,
)

SUFFIX = ".json"
KIND = "write_back"
EDITED, ALL = "edited", "all"


class _Planned(NamedTuple):
    """What is to be written for an adapter; `why` it cannot be; no write and no why: nothing to do."""

    target: Target | None
    own: Mapping[str, Any]
    write: Write | None = None
    why: str = ""


class WriteBack:
    """Writes edits into sidecars: the bulk action "write_back", and after edits by themselves."""

    name = KIND
    kind = KIND
    is_restricted = True

    def is_backed_up(self, params: Mapping[str, Any]) -> bool:
        """It writes over what was there."""
        return True

    def __init__(self, database: Database, files: SidecarFiles) -> None:
        self._database = database
        self._files = files

    def check(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return {"fields": "edited" or "all"}. Raises BadInputError."""
        fields = params.get("fields", EDITED)
        if fields not in (EDITED, ALL):
            raise BadInputError(f"fields: '{EDITED}' (what was set by hand) or '{ALL}'.")
        return {"fields": fields}

    def run(self, ids: Sequence[int], params: Mapping[str, Any], context: ChangeContext) -> BulkResult:
        """Write the sidecars of these adapters."""
        result = BulkResult()
        for start in range(0, len(ids), AT_ONCE):
            if context.cancelled():
                break
            part = ids[start : start + AT_ONCE]
            for planned, why in self._write(part, params["fields"], context.set_id):
                target = planned.target
                if why:
                    result.problems.append(BulkProblem(target.adapter_id if target else 0, _name(target), why))
                elif planned.write is not None:
                    result.changed += 1
            context.on_progress(start + len(part), len(ids), "Writing sidecars")
        return result

    def preview(self, ids: Sequence[int], params: Mapping[str, Any]) -> list[PreviewRow]:
        """Return which sidecars would be written. Where nothing is to be written, `source` is `target`."""
        return [_row(planned) for planned in self._plan(ids, params["fields"]) if planned.target is not None]

    def write_edited(self, ids: Sequence[int], actor: Actor) -> dict[int, str]:
        """Write what was edited, as a set of changes of its own. Returns why not, for those that could not be."""
        with self._database.write() as connection:
            act = Act(KIND, actor.by, actor.user_name, {"automatic": True, "selected": len(ids)}, owner=this_process())
            set_id = open_set(connection, act)
        failed: dict[int, str] = {}
        try:
            for start in range(0, len(ids), AT_ONCE):
                for planned, why in self._write(ids[start : start + AT_ONCE], EDITED, set_id):
                    if why and planned.target is not None:
                        failed[planned.target.adapter_id] = why
        finally:
            with self._database.write() as connection:
                close_set(connection, set_id)
        return failed

    def _write(self, ids: Sequence[int], fields: str, set_id: int) -> list[tuple[_Planned, str]]:
        """Plan and write at one time, so that little can change in between. Problems become rows."""
        with self._files.lock:
            plan = self._plan(ids, fields)
            own = {planned.target.adapter_id: planned.own for planned in plan if planned.target is not None}
            writes = [planned.write for planned in plan if planned.write is not None]
            failures = iter(self._files.write(writes, set_id, lambda write, there: _what_is_wrong(write, there, own)))
            done = [(planned, next(failures) if planned.write is not None else planned.why) for planned in plan]
        found = {planned.target: why for planned, why in done if planned.target is not None}
        with self._database.write() as connection:
            replace_write_problems(connection, found, {target: target.absolute(SUFFIX) for target in found})
        return done

    def _plan(self, ids: Sequence[int], fields: str) -> list[_Planned]:
        with self._database.read() as connection:
            targets = targets_of(connection, ids)
            values = values_to_write(connection, ids)
        return [_planned(targets.get(key), *values.get(key, ({}, {})), fields) for key in ids]


def _planned(target: Target | None, own: Mapping[str, Any], sourced: Mapping[str, Any], fields: str) -> _Planned:
    if target is None:
        return _Planned(None, own, why="This LoRA is not in the catalogue any more.")
    try:
        there = read_for_writing(target, SUFFIX)
        new = with_values(there or b"", own, sourced if fields == ALL else None, utc_now())
    except CannotWriteError as error:
        return _Planned(target, own, why=str(error))
    except UnreadableFileError as error:
        return _Planned(target, own, why=f"{target.absolute(SUFFIX)} is not written over: {error}")
    is_nothing = there is None and not own and new == with_values(b"", {})
    if new == there or is_nothing:
        return _Planned(target, own)
    return _Planned(target, own, Write(target, SUFFIX, there, new))


def _what_is_wrong(write: Write, there: bytes, own: Mapping[int, Mapping[str, Any]]) -> str:
    """Say what of a sidecar reads otherwise than it should."""
    return why_not_equal(write.old or b"", there, own[write.target.adapter_id], local_file(write.target))


def _row(planned: _Planned) -> PreviewRow:
    target = planned.target
    assert target is not None
    sidecar = target.beside(SUFFIX)
    source = target.relative_path if planned.write is not None or planned.why else sidecar
    return PreviewRow(target.adapter_id, target.name, source, sidecar, planned.why)


def _name(target: Target | None) -> str:
    return target.name if target is not None else ""
