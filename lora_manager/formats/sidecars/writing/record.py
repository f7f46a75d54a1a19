"""Writing the user's values into a record of whatever program, in the text of the record itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lora_manager.errors import UnreadableFileError
from lora_manager.formats.json_file import DEFAULT_MAX_BYTES, parse_json
from lora_manager.formats.sidecars.local_file import LocalFile
from lora_manager.formats.sidecars.table import read_records
from lora_manager.formats.sidecars.values import JsonObject
from lora_manager.formats.sidecars.writing.extension import (
    EXTENSIONS,
    OURS,
    Extension,
    extension_of,
    own_values,
    without_ours,
)
from lora_manager.formats.sidecars.writing.json_text import ABSENT, set_members
from lora_manager.formats.sidecars.writing.shown import KEYS, said, shown_value


def with_values(raw: bytes, own: Mapping[str, Any], sourced: Mapping[str, Any] | None = None, now: str = "") -> bytes:
    """The record `raw` with the user's `own` values, written `now` (ISO, UTC); blank where there is no record yet.

    `sourced` are values of other fields, for programs that would show nothing there; they are never put over anything.
    What was written before and is not in either is taken out again. Raises UnreadableFileError for what is no JSON
    object, or would be too large to be read back.
    """
    document = _parsed(raw)
    before = without_ours(document)
    members = _Members(before)
    for field, key in KEYS.items():
        members.show(field, key, own, sourced or {})
    members.extend(document, own, sourced or {}, now)
    written = set_members(raw, members.changes)
    if len(written) > DEFAULT_MAX_BYTES:
        raise UnreadableFileError("too_large", "The file would be too large to be read back; shorten the texts.")
    return written


def why_not_equal(raw: bytes, written: bytes, own: Mapping[str, Any], local: LocalFile) -> str:
    """What is another thing in a record that was written than it should be, read as any record is; "" for nothing."""
    old, new = _parsed(raw), parse_json(written)
    if not isinstance(new, dict):
        return "it is no object"
    read = own_values(new)
    wrong = [name for name in {**own, **read} if name not in read or name not in own or read[name] != own[name]]
    if wrong:
        return f"{', '.join(sorted(wrong))} does not read as it was set"
    before, after = without_ours(old), without_ours(new)
    if before != after or list(before) != list(after):
        return "what others wrote in it is not what it was"
    if before and read_records(old, local).records != read_records(new, local).records:
        return "it is understood otherwise than before"
    return ""


def _parsed(raw: bytes) -> JsonObject:
    document = parse_json(raw) if raw.strip(b"\0 \t\r\n") else {}
    if not isinstance(document, dict):
        raise UnreadableFileError(
            "not_an_object", "The file holds no JSON object that anything could be added to; move it away."
        )
    return document


class _Members:
    """What is to be set in a record, and what that takes the place of."""

    def __init__(self, before: JsonObject) -> None:
        self._before = before
        self._added: set[str] = set()
        self._replaced: JsonObject = {}
        self.changes: dict[tuple[str, ...], Any] = {}

    def show(self, field: str, key: str, own: Mapping[str, Any], sourced: Mapping[str, Any]) -> None:
        """Put a field's value under the key by which others show it, or what stood there before us back."""
        before = self._before.get(key, ABSENT)
        there = None if before is ABSENT else said(key, before)
        if field in own:
            value = shown_value(field, own[field])
        elif field in sourced and there is None:
            value = shown_value(field, sourced[field])
        else:
            value = before
        if value is before or said(key, value) == there:
            self.changes[(key,)] = before
            return
        self._note(key, before)
        self.changes[(key,)] = value

    def extend(self, document: JsonObject, own: Mapping[str, Any], sourced: Mapping[str, Any], now: str) -> None:
        """Keep the values, and what they took the place of, in our own part."""
        kept = {field: value for field, value in sourced.items() if KEYS.get(field) in self._added | {*self._replaced}}
        before = self._before.get(EXTENSIONS, ABSENT)
        if not own and not kept:
            if isinstance(document.get(EXTENSIONS), dict) and OURS in document[EXTENSIONS]:
                self.changes[(EXTENSIONS, OURS)] = ABSENT
                if not isinstance(before, dict):
                    self.changes[(EXTENSIONS,)] = before
            return
        if not isinstance(before, dict):
            self._note(EXTENSIONS, before)
        old = extension_of(document)
        values = {**own, **{field: value for field, value in kept.items() if field not in own}}
        added, of_sources = frozenset(self._added), frozenset(kept) - set(own)
        ours = Extension(values, of_sources, added, self._replaced, old.written_at, old.other)
        self.changes[(EXTENSIONS, OURS)] = (ours if ours == old else replace(ours, written_at=now)).document()

    def _note(self, key: str, before: Any) -> None:
        if before is ABSENT:
            self._added.add(key)
        else:
            self._replaced[key] = before
