"""Editing an adapter by hand: what the values must be like, and making a record for a file without one."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lora_manager.db.edits import EDITABLE, edit_adapter, mark_made_by_hand
from lora_manager.db.engine import Database
from lora_manager.db.file_lookup import adapter_at
from lora_manager.errors import BadInputError, NotFoundError
from lora_manager.formats.whole_text import one_line, without_controls
from lora_manager.services.library.units import MODEL_EXTENSIONS

MAX_SHORT = 500
MAX_LONG = 100_000
MAX_TAGS = 200
MAX_GROUPS = 100
MAX_WORDS = 200
MAX_WORDS_TOTAL = 20_000
"""Characters of all tags or trigger words of an adapter: they come with every card. The longest known have 1,300."""


class Editor:
    """Checks and writes the user's values."""

    def __init__(self, database: Database, scan: Callable[[], object], roots: Callable[[], Sequence[Path]]) -> None:
        self._database = database
        self._scan = scan
        self._roots = roots

    def edit(self, adapter_id: int, values: Mapping[str, Any], user_name: str | None = None) -> None:
        """Set fields of an adapter. Raises BadInputError naming the field, NotFoundError."""
        checked = _check(values)
        if not checked:
            raise BadInputError(f"Nothing to change. Fields: {', '.join(sorted(EDITABLE))}.")
        with self._database.write() as connection:
            edit_adapter(connection, adapter_id, checked, user_name)

    def add_by_hand(self, path: Path, values: Mapping[str, Any], user_name: str | None = None) -> int:
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
            if checked:
                edit_adapter(connection, adapter_id, checked, user_name)
        return adapter_id

    def _adapter_of(self, root: Path, relative: str) -> int | None:
        with self._database.read() as connection:
            return adapter_at(connection, os.path.abspath(root), relative)


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
    "nsfw_level": lambda value: None if value is None else _whole(0, 63)(value),
    "rating": _whole(0, 5),
    "ordinal": _whole(-1_000_000, 1_000_000),
    "favourite": _flag,
    "active": _flag,
    "tags": _tags,
    "trigger_groups": _groups,
}
