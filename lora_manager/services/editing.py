"""Editing an adapter by hand: what the values must be like, and making a record for a file without one."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from lora_manager.db.edits.apply import Edit, apply_edits, mark_made_by_hand, require_adapter
from lora_manager.db.edits.fields import EDITABLE, is_same
from lora_manager.db.edits.state import held_fields
from lora_manager.db.engine import Database
from lora_manager.db.file_lookup import adapter_at
from lora_manager.db.history import Act, note_set
from lora_manager.errors import BadInputError, ChangedMeanwhileError, NotFoundError
from lora_manager.formats.whole_text import one_line, without_controls
from lora_manager.services.actor import Actor
from lora_manager.services.library.units import MODEL_EXTENSIONS
from lora_manager.services.listeners import Listeners

MAX_SHORT = 500
MAX_LONG = 100_000
MAX_TAGS = 200
MAX_GROUPS = 100
MAX_WORDS = 200
MAX_WORDS_TOTAL = 20_000
"""Characters of all tags or trigger words of an adapter: they come with every card. The longest known have 1,300."""


Listener = Callable[[Sequence[int]], None]


class Editor:
    """Checks and writes the user's values."""

    def __init__(self, database: Database, scan: Callable[[], object], roots: Callable[[], Sequence[Path]]) -> None:
        self._database = database
        self._scan = scan
        self._roots = roots
        self._listeners: Listeners[Sequence[int]] = Listeners()

    def edit(
        self,
        adapter_id: int,
        values: Mapping[str, Any],
        actor: Actor,
        *,
        resets: Collection[str] = (),
        seen: Mapping[str, Any] | None = None,
    ) -> int | None:
        """Set fields of an adapter, and give `resets` back to what its sources say. Returns the set of changes.

        `seen` are values that the caller saw before: when one is another now, nothing is changed. Raises BadInputError
        naming the field, NotFoundError, ChangedMeanwhileError.
        """
        edit = check_edit(adapter_id, values, resets)
        with self._database.write() as connection:
            require_adapter(connection, adapter_id)
            _check_seen(connection, adapter_id, seen or {}, edit.values)
            changes = apply_edits(connection, [edit], actor.user_name)
            set_id = note_set(connection, Act("edit", actor.by, actor.user_name), changes)
        if changes:
            self.tell([adapter_id])
        return set_id

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with the ids of adapters that were edited, after it is saved; returns how to stop."""
        return self._listeners.listen(listener)

    def tell(self, adapter_ids: Sequence[int]) -> None:
        """Tell who listens that these adapters were edited, by whatever service."""
        self._listeners.tell(adapter_ids)

    def add_by_hand(self, path: Path, values: Mapping[str, Any], actor: Actor) -> int:
        """Make a record for a network file that has none, or take the one it has; returns the adapter's id.

        Raises BadInputError when a value cannot be, when the file is no network file or lies outside the LoRA folders.
        """
        checked = _check(values)
        file = Path(os.path.abspath(path))
        if file.suffix.lower() not in MODEL_EXTENSIONS:
            raise BadInputError(f"{file.name} is no network file; one ends in {', '.join(MODEL_EXTENSIONS)}.")
        root = next((root for root in self._roots() if Path(os.path.abspath(root)) in file.parents), None)
        if root is None:
            raise BadInputError(f"{file} lies outside the LoRA folders: {', '.join(map(str, self._roots()))}.")
        if not os.path.isfile(file):  # not Path's own, which raises for a name that no file system can hold
            raise NotFoundError(f"There is no file {file}.")
        relative = file.relative_to(os.path.abspath(root)).as_posix()
        adapter_id = self._adapter_of(root, relative)
        if adapter_id is None:
            self._scan()
            adapter_id = self._adapter_of(root, relative)
        if adapter_id is None:
            raise NotFoundError(f"{file} could not be read; see Problems in Library.")
        with self._database.write() as connection:
            mark_made_by_hand(connection, adapter_id)
            changes = apply_edits(connection, [Edit(adapter_id, checked)], actor.user_name)
            note_set(connection, Act("edit", actor.by, actor.user_name), changes)
        return adapter_id

    def _adapter_of(self, root: Path, relative: str) -> int | None:
        with self._database.read() as connection:
            return adapter_at(connection, os.path.abspath(root), relative)


def check_edit(adapter_id: int, values: Mapping[str, Any], resets: Collection[str]) -> Edit:
    """Return an edit whose values are in the form they are stored. Raises BadInputError naming the field."""
    unknown = [field for field in resets if not isinstance(field, str) or field not in EDITABLE]
    if unknown:
        raise BadInputError(f"'{str(unknown[0])[:40]}' cannot be reset. Fields: {', '.join(sorted(EDITABLE))}.")
    if not values and not resets:
        raise BadInputError(f"Nothing to change. Fields: {', '.join(sorted(EDITABLE))}.")
    return Edit(adapter_id, _check(values), frozenset(resets) - set(values))


def _check_seen(connection: Connection, adapter_id: int, seen: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Raise ChangedMeanwhileError when a value is neither the one that was seen nor the wanted one.

    The wanted one is there where a request is sent again whose answer was lost.
    """
    checked = _check(seen)
    held = held_fields(connection, [adapter_id], list(checked))[adapter_id]
    current = {}
    for name, value in checked.items():
        now = held[name].value
        is_done = name in wanted and is_same(name, now, wanted[name])
        if not is_done and not is_same(name, now, value):
            current[name] = now
    if current:
        raise ChangedMeanwhileError(current)


def _check(values: Mapping[str, Any]) -> dict[str, Any]:
    return {field: check_value(field, value) for field, value in values.items()}


def check_value(field: str, value: Any) -> Any:
    """Return a field's value in the form it is stored. Raises BadInputError naming the field."""
    check = _CHECKS.get(field)
    if check is None:
        raise BadInputError(f"'{field}' cannot be edited. Fields: {', '.join(sorted(EDITABLE))}.")
    try:
        return check(value)
    except (TypeError, ValueError) as error:
        raise BadInputError(f"{field}: {error}") from error


def _text(most: int, *, required: bool = False, lines: bool = False) -> Callable[[Any], str | None]:
    tidy = without_controls if lines else one_line

    def check(value: Any) -> str | None:
        if value is None and not required:
            return None
        if not isinstance(value, str):
            raise TypeError("must be text")
        cleaned = tidy(value).strip()
        if required and not cleaned:
            raise ValueError("must not be empty")
        if len(cleaned) > most:
            raise ValueError(f"may have {most} characters at most")
        return cleaned

    return check


def _whole(least: int, most: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return value

    return check


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("must be true or false")
    return value


def _weight(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > 100 or math.isnan(value):
        raise ValueError("must be a number from -100 to 100")
    return float(value)


def _words(value: Any, most: int) -> list[str]:
    if not isinstance(value, list) or len(value) > most:
        raise ValueError(f"must be a list of at most {most} words")
    word = _text(MAX_SHORT, required=True)
    kept: dict[str, str] = {}
    for text in map(word, value):
        if text is not None:
            kept.setdefault(text.casefold(), text)
    return list(kept.values())


def _tags(value: Any) -> list[str]:
    tags = _words(value, MAX_TAGS)
    _limit([tags])
    return tags


def _groups(value: Any) -> list[list[str]]:
    if not isinstance(value, list) or len(value) > MAX_GROUPS:
        raise ValueError(f"must be a list of at most {MAX_GROUPS} groups of words")
    groups = [words for words in (_words(group, MAX_WORDS) for group in value) if words]
    _limit(groups)
    return groups


def _limit(groups: Sequence[Sequence[str]]) -> None:
    total = sum(len(word) for words in groups for word in words)
    if total > MAX_WORDS_TOTAL:
        raise ValueError(f"may have {MAX_WORDS_TOTAL} characters in all, and these are {total}")


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "name": _text(MAX_SHORT, required=True),
    "version": _text(MAX_SHORT),
    "notes": _text(MAX_LONG, lines=True),
    "description": _text(MAX_LONG, lines=True),
    "negative_text": _text(MAX_LONG, lines=True),
    "base_model": lambda value: _text(MAX_SHORT)(value) or "",
    "archetype": _text(32),
    "weight": _weight,
    "weight_min": _weight,
    "weight_max": _weight,
    "nsfw_level": lambda value: None if value is None else _whole(0, 63)(value),
    "rating": _whole(0, 5),
    "ordinal": _whole(-1_000_000, 1_000_000),
    "favourite": _flag,
    "active": _flag,
    "tags": _tags,
    "trigger_groups": _groups,
}
