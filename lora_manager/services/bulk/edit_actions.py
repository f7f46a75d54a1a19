"""Editing many adapters: values of fields, fields given back to their sources, tags that come and go."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from lora_manager.db.edits.apply import Edit, apply_edits
from lora_manager.db.edits.fields import EDITABLE
from lora_manager.db.edits.state import Held, held_fields
from lora_manager.db.engine import Database
from lora_manager.db.history import add_changes
from lora_manager.errors import BadInputError
from lora_manager.services.bulk.action import BulkResult
from lora_manager.services.change_context import ChangeContext
from lora_manager.services.editing import MAX_TAGS, check_value

AT_ONCE = 2500
"""Adapters of one transaction: between two of them others may write, and the job may be cancelled."""
OF_ONE_ALONE = frozenset({"name", "trigger_groups", "description"})
"""Fields that belong to one adapter: not set for many at once."""

Edited = Callable[[Sequence[int]], None]
HeldOf = Mapping[int, Mapping[str, Held]]
EditsOf = Callable[[Sequence[int], HeldOf], list[Edit]]


class _EditAction:
    """What the two share: edits in parts, each with its changes in one transaction."""

    kind = "bulk_edit"
    is_restricted = False

    def is_backed_up(self, params: Mapping[str, Any]) -> bool:
        """It writes over what was there."""
        return True

    def __init__(self, database: Database, edited: Edited) -> None:
        self._database = database
        self._edited = edited

    def _apply(self, ids: Sequence[int], fields: Collection[str], edits: EditsOf, context: ChangeContext) -> int:
        changed = 0
        for start in range(0, len(ids), AT_ONCE):
            if context.cancelled():
                break
            part = ids[start : start + AT_ONCE]
            with self._database.write() as connection:
                held = held_fields(connection, part, fields)
                changes = apply_edits(connection, edits(part, held), context.actor.user_name, held)
                add_changes(connection, context.set_id, changes)
            touched = sorted({change.adapter_id for change in changes if change.adapter_id is not None})
            changed += len(touched)
            if touched:
                self._edited(touched)
            context.on_progress(start + len(part), len(ids), "Editing")
        return changed


class EditFields(_EditAction):
    """Sets fields of all to the same values, or gives them back to their sources."""

    name = "edit"

    def check(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return {"values", "reset"}. Raises BadInputError naming the field."""
        values, resets = params.get("values", {}), params.get("reset", [])
        if set(params) - {"values", "reset"}:
            raise BadInputError("edit takes values (an object of fields) and reset (a list of fields).")
        if not isinstance(values, dict) or not isinstance(resets, list):
            raise BadInputError("edit takes values (an object of fields) and reset (a list of fields).")
        alone = OF_ONE_ALONE.intersection(values)
        if alone:
            raise BadInputError(f"'{sorted(alone)[0]}' belongs to one LoRA: it cannot be set for several at once.")
        unknown = [name for name in resets if not isinstance(name, str) or name not in EDITABLE]
        if unknown:
            raise BadInputError(f"'{str(unknown[0])[:40]}' cannot be reset. Fields: {', '.join(sorted(EDITABLE))}.")
        if not values and not resets:
            raise BadInputError("Nothing to change: name values, or fields to reset.")
        return {"values": {name: check_value(name, value) for name, value in values.items()}, "reset": resets}

    def run(self, ids: Sequence[int], params: Mapping[str, Any], context: ChangeContext) -> BulkResult:
        """Set the fields."""
        values, resets = params["values"], frozenset(params["reset"])
        fields = {*values, *resets}
        return BulkResult(
            self._apply(ids, fields, lambda part, _: [Edit(key, values, resets) for key in part], context)
        )


class EditTags(_EditAction):
    """Adds tags, takes tags away, or puts others in their place."""

    name = "tags"

    def is_backed_up(self, params: Mapping[str, Any]) -> bool:
        """Only what takes the place of all tags writes over them: one that came goes again, and the other way round."""
        return params["replace"] is not None

    def check(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return {"add", "remove", "replace": list or None}. Raises BadInputError."""
        replace = params.get("replace")
        unknown = set(params) - {"add", "remove", "replace"}
        if unknown or (replace is not None and (params.get("add") or params.get("remove"))):
            raise BadInputError("tags takes add and remove, or replace: lists of tags.")
        checked: dict[str, Any] = {name: check_value("tags", params.get(name, [])) for name in ("add", "remove")}
        checked["replace"] = None if replace is None else check_value("tags", replace)
        if replace is None and not checked["add"] and not checked["remove"]:
            raise BadInputError("Name tags to add, to remove, or to put in place of all.")
        return checked

    def run(self, ids: Sequence[int], params: Mapping[str, Any], context: ChangeContext) -> BulkResult:
        """Edit the tags."""
        removed = {tag.casefold() for tag in params["remove"]}
        full: list[int] = []

        def edits(part: Sequence[int], held: HeldOf) -> list[Edit]:
            found = []
            for adapter_id in part:
                now = held[adapter_id]["tags"].value if adapter_id in held else []
                tags = _new_tags(now, params["add"], removed, params["replace"])
                if len(tags) > MAX_TAGS:
                    full.append(adapter_id)
                elif tags != now:
                    found.append(Edit(adapter_id, {"tags": tags}))
            return found

        changed = self._apply(ids, ("tags",), edits, context)
        return BulkResult(changed, extra={"full": len(full)} if full else {})


def _new_tags(now: Sequence[str], add: Sequence[str], removed: set[str], replace: Sequence[str] | None) -> list[str]:
    if replace is not None:
        return list(replace)
    kept = {tag.casefold(): tag for tag in now if tag.casefold() not in removed}
    for tag in add:
        kept.setdefault(tag.casefold(), tag)
    return list(kept.values())
