"""What can be done with the files of many adapters: move, rename and organise by template, delete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lora_manager.db.edits.state import tags_of_all
from lora_manager.db.file_operations import Operation
from lora_manager.db.file_places import UnitRow
from lora_manager.errors import BadInputError
from lora_manager.services.bulk.action import BulkResult, PreviewRow
from lora_manager.services.change_context import ChangeContext
from lora_manager.services.duplicates import DELETABLE, check_deletable
from lora_manager.services.files.changes import FileChanges, MakePlan, Run
from lora_manager.services.files.places import check_folder_name
from lora_manager.services.files.plan import Planner, Wish
from lora_manager.services.files.refusal import FileRefusedError
from lora_manager.services.files.template import Template, parse_template

MOST_PATH = 1000


class FileAction:
    """What the actions have in common: they touch files, so not everybody may."""

    name = ""
    kind = "move"
    is_restricted = True

    def is_backed_up(self, params: Mapping[str, Any]) -> bool:
        """Nothing is lost by it that cannot be taken back."""
        return False

    def __init__(self, files: FileChanges) -> None:
        self._files = files

    def check(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters as they are used. Raises BadInputError."""
        raise NotImplementedError

    def plan(self, ids: Sequence[int], params: Mapping[str, Any], user_name: str | None) -> MakePlan:
        """Return how what is to be done with one adapter is planned."""
        raise NotImplementedError

    def run(self, ids: Sequence[int], params: Mapping[str, Any], context: ChangeContext) -> BulkResult:
        """Do it."""
        run = Run(context.set_id, context.on_progress, context.cancelled)
        return self._files.run(ids, self.plan(ids, params, context.actor.user_name), run)

    def preview(self, ids: Sequence[int], params: Mapping[str, Any]) -> Sequence[PreviewRow]:
        """Return what would be done with each adapter, in order."""
        return self._files.preview(ids, self.plan(ids, params, None))


class MoveFiles(FileAction):
    """Into one folder, each under its own name."""

    name = "move"

    def check(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """`root_id` (None: each in its own) and `folder`."""
        check_known(params, "root_id", "folder")
        folder = params.get("folder")  # "" is the LoRA folder itself, so it has to be said
        if not isinstance(folder, str) or len(folder) > MOST_PATH:
            raise BadInputError(f"folder: must be a path below the LoRA folder, of {MOST_PATH} characters at most.")
        return {"root_id": _root_id(params), "folder": check_folder_name(folder)}

    def plan(self, ids: Sequence[int], params: Mapping[str, Any], user_name: str | None) -> MakePlan:
        """Return the plan."""
        wish = Wish(params["root_id"], params["folder"])
        return lambda planner, unit: planner.move(unit, wish)


class RenameFiles(FileAction):
    """By a template, each in its own folder; where a name is taken, with a number."""

    name = "rename"
    kind = "rename"
    has_folders = False

    def check(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """`template`."""
        check_known(params, "template", *(["root_id"] if self.has_folders else []))
        text = params.get("template")
        if not isinstance(text, str):
            raise BadInputError("template: must be a text like {name}.")
        parse_template(text, has_folders=self.has_folders)
        return {"template": text, "root_id": None}

    def plan(self, ids: Sequence[int], params: Mapping[str, Any], user_name: str | None) -> MakePlan:
        """Return the plan."""
        template = parse_template(params["template"], has_folders=self.has_folders)
        with self._files.database.read() as connection:
            tags = tags_of_all(connection, ids)

        def plan(planner: Planner, unit: UnitRow) -> Operation | None:
            own = tags.get(unit.adapter_id)
            folder, stem = template.path_of(_values(unit, own[0] if own else ""))
            return planner.move(unit, self._wish(template, folder, stem, params["root_id"]))

        return plan

    def _wish(self, template: Template, folder: str, stem: str, root_id: int | None) -> Wish:
        return Wish(None, None, stem, is_numbered=True)


class OrganiseFiles(RenameFiles):
    """By a template, into folders and under a name."""

    name = "organise"
    kind = "move"
    has_folders = True

    def check(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """`template`, and `root_id` (None: each in its own)."""
        return {**super().check(params), "root_id": _root_id(params)}

    def _wish(self, template: Template, folder: str, stem: str, root_id: int | None) -> Wish:
        return Wish(root_id, folder, stem, is_numbered=True)


class DeleteFiles(FileAction):
    """Into the trash."""

    name = "delete"
    kind = "trash"

    def is_backed_up(self, params: Mapping[str, Any]) -> bool:
        """It writes over what was there."""
        return True

    def check(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """`as_duplicates`: "file" or "tensors" for what is only deleted while a file that is the same stays."""
        check_known(params, "as_duplicates")
        kind = params.get("as_duplicates")
        if kind is not None and kind not in DELETABLE:
            raise BadInputError(f"as_duplicates: one of {', '.join(DELETABLE)}; others are not known to be the same.")
        return {"as_duplicates": kind}

    def plan(self, ids: Sequence[int], params: Mapping[str, Any], user_name: str | None) -> MakePlan:
        """Return the plan."""
        why_not: dict[int, str] = {}
        if params["as_duplicates"] is not None:
            with self._files.database.read() as connection:
                why_not = check_deletable(connection, ids, params["as_duplicates"])

        def plan(planner: Planner, unit: UnitRow) -> Operation | None:
            if unit.adapter_id in why_not:
                raise FileRefusedError(why_not[unit.adapter_id])
            return planner.trash(unit, user_name)

        return plan


def file_actions(files: FileChanges) -> tuple[FileAction, ...]:
    """Return every action on files."""
    return MoveFiles(files), RenameFiles(files), OrganiseFiles(files), DeleteFiles(files)


def check_known(params: Mapping[str, Any], *names: str) -> None:
    """Raise BadInputError for a parameter that an action does not have: a misspelled one would say nothing."""
    unknown = sorted(params.keys() - set(names))
    if unknown:
        raise BadInputError(f"{unknown[0]}: not known here. There is {', '.join(names)}.")


def _values(unit: UnitRow, first_tag: str) -> dict[str, str]:
    return {
        "base_model": unit.base_model,
        "family": unit.family,
        "author": unit.author,
        "archetype": unit.archetype,
        "first_tag": first_tag,
        "version": unit.version,
        "name": unit.adapter_name,
        "stem": unit.stem,
    }


def _root_id(params: Mapping[str, Any]) -> int | None:
    root_id = params.get("root_id")
    if root_id is not None and (isinstance(root_id, bool) or not isinstance(root_id, int)):
        raise BadInputError("root_id: must be the id of a LoRA folder, or null.")
    return root_id
