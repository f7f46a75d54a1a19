"""Export of sidecars in Civitai Helper's form, as a bulk action: what Civitai said, for programs that read that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from lora_manager.db.engine import Database
from lora_manager.db.export import SidecarSource, sidecar_sources
from lora_manager.db.sidecar_writes import Target, Write, targets_of
from lora_manager.errors import BadInputError, UnreadableFileError
from lora_manager.formats.json_file import parse_json
from lora_manager.formats.sidecars.local_file import LocalFile
from lora_manager.formats.sidecars.writing.civitai_info import SUFFIX, of_document, of_fields, written
from lora_manager.services.bulk.action import BulkProblem, BulkResult, PreviewRow
from lora_manager.services.change_context import ChangeContext
from lora_manager.services.sidecar_files import AT_ONCE, CannotWriteError, SidecarFiles, local_file, read_for_writing

FORMAT = "civitai_info"
EXISTS = "{path} is there already. Choose to replace it; what stands there is kept for an undo."


class _Planned(NamedTuple):
    target: Target | None
    write: Write | None = None
    why: str = ""


class ExportSidecars:
    """Writes `<stem>.civitai.info`, never over a file unless that is asked for."""

    name = "export_sidecars"
    kind = "export_sidecars"
    is_restricted = True

    def __init__(self, database: Database, files: SidecarFiles) -> None:
        self._database = database
        self._files = files

    def is_backed_up(self, params: Mapping[str, Any]) -> bool:
        """Say whether anything may be written over."""
        return bool(params.get("replace"))

    def check(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return {"format", "replace"}. Raises BadInputError."""
        form, replace = params.get("format", FORMAT), params.get("replace", False)
        if form != FORMAT or not isinstance(replace, bool):
            raise BadInputError(f"export_sidecars takes format ('{FORMAT}') and replace (true or false).")
        return {"format": form, "replace": replace}

    def run(self, ids: Sequence[int], params: Mapping[str, Any], context: ChangeContext) -> BulkResult:
        """Write the sidecars of these adapters."""
        result = BulkResult()
        for start in range(0, len(ids), AT_ONCE):
            if context.cancelled():
                break
            part = ids[start : start + AT_ONCE]
            with self._files.lock:
                plan = self._plan(part, params["replace"])
                writes = [planned.write for planned in plan if planned.write is not None]
                failures = iter(self._files.write(writes, context.set_id, _what_is_wrong))
                done = [(planned, next(failures) if planned.write else planned.why) for planned in plan]
            for (target, write, _), why in done:
                if why:
                    named = (target.adapter_id, target.name) if target is not None else (0, "")
                    result.problems.append(BulkProblem(*named, why))
                elif write is not None:
                    result.changed += 1
            context.on_progress(start + len(part), len(ids), "Writing sidecars")
        return result

    def preview(self, ids: Sequence[int], params: Mapping[str, Any]) -> list[PreviewRow]:
        """Return which sidecars would be written. Where nothing is to be written, `source` is `target`."""
        rows = []
        for target, write, why in self._plan(ids, params["replace"]):
            if target is not None:
                sidecar = target.beside(SUFFIX)
                source = target.relative_path if write is not None or why else sidecar
                rows.append(PreviewRow(target.adapter_id, target.name, source, sidecar, why))
        return rows

    def _plan(self, ids: Sequence[int], replace: bool) -> list[_Planned]:
        with self._database.read() as connection:
            targets = targets_of(connection, ids)
            sources = sidecar_sources(connection, list(targets))
        return [_planned(targets.get(key), sources.get(key), replace) for key in ids]


def _planned(target: Target | None, source: SidecarSource | None, replace: bool) -> _Planned:
    if target is None or source is None:
        return _Planned(None, why="This LoRA is not in the catalogue any more.")
    try:
        there = read_for_writing(target, SUFFIX)
    except CannotWriteError as error:
        return _Planned(target, why=str(error))
    new = written(_record(source, local_file(target)))
    if new == there:
        return _Planned(target)
    if there is not None and not replace:
        return _Planned(target, why=EXISTS.format(path=target.absolute(SUFFIX)))
    return _Planned(target, Write(target, SUFFIX, there, new))


def _record(source: SidecarSource, local: LocalFile) -> dict[str, Any]:
    for document in source.documents:
        try:
            record = of_document(parse_json(document), local)
        except UnreadableFileError:  # was told when it was read
            continue
        if record is not None:
            return record
    return of_fields(source.fields, source.tags, local)


def _what_is_wrong(write: Write, there: bytes) -> str:
    """Say what is wrong with a record that was read back."""
    return "" if isinstance(parse_json(there), dict) else "it is no record"
