"""What we keep in another program's record: the user's own values, and what of the record we wrote over with them.

It lies under `extensions.lora_manager`. `values` are fields as the user set them. Where another program has a key for a
field, the value stands there too, and counts as long as it stands there: whoever changed that key since has the last
word. `sourced` names fields that were only shown, not set by the user. `added` and `replaced` say what the record was
like before, so that its author's words are not lost. `written_at` is when the values were written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lora_manager.formats.sidecars.values import JsonObject
from lora_manager.formats.sidecars.writing.shown import FIELDS, KEYS, said, shown_value

EXTENSIONS, OURS = "extensions", "lora_manager"
VERSION = 1
_OUR_KEYS = ("version", "written_at", "values", "sourced", "added", "replaced")
_REPLACEABLE = frozenset({*FIELDS, EXTENSIONS})
_MOST_VALUES = 50


@dataclass(frozen=True)
class Extension:
    """Our part of a record. `other` are keys in it that this version does not know."""

    values: JsonObject = field(default_factory=dict)
    sourced: frozenset[str] = frozenset()
    added: frozenset[str] = frozenset()
    replaced: JsonObject = field(default_factory=dict)
    written_at: str = ""
    other: JsonObject = field(default_factory=dict)

    def document(self) -> JsonObject:
        """Return it as it is written."""
        written: JsonObject = {"version": VERSION, "written_at": self.written_at, "values": self.values}
        if self.sourced:
            written["sourced"] = sorted(self.sourced)
        if self.added:
            written["added"] = sorted(self.added)
        if self.replaced:
            written["replaced"] = self.replaced
        return {**written, **self.other}

    def has_written(self, key: str, document: JsonObject) -> bool:
        """Say whether what stands under a key is what we put there."""
        name = FIELDS.get(key)
        if name not in self.values or not (key in self.added or key in self.replaced):
            return False
        return bool(said(key, document.get(key)) == said(key, _shown(name, self.values[name])))

    def holds(self, name: str, document: JsonObject) -> bool:
        """Say whether a field's value is still the last word on it."""
        key = KEYS.get(name)
        if key is None or (name == "base_model" and key not in self.added and key not in self.replaced):
            return True
        return bool(said(key, document.get(key)) == said(key, _shown(name, self.values[name])))


NOTHING = Extension()


def extension_of(document: JsonObject) -> Extension:
    """Our part of a record that anybody may have written; NOTHING when there is none."""
    extensions = document.get(EXTENSIONS)
    ours = extensions.get(OURS) if isinstance(extensions, dict) else None
    values = ours.get("values") if isinstance(ours, dict) else None
    if not isinstance(ours, dict) or not isinstance(values, dict):
        return NOTHING
    replaced = ours.get("replaced")
    return Extension(
        values=dict(list(values.items())[:_MOST_VALUES]),
        sourced=_texts(ours.get("sourced")),
        added=_texts(ours.get("added")) & _REPLACEABLE,
        replaced={key: value for key, value in replaced.items() if key in _REPLACEABLE}
        if isinstance(replaced, dict)
        else {},
        written_at=ours["written_at"] if isinstance(ours.get("written_at"), str) else "",
        other={key: value for key, value in ours.items() if key not in _OUR_KEYS},
    )


def own_values(document: JsonObject) -> JsonObject:
    """The user's own values in a record, unchecked, as far as nobody changed them since."""
    ours = extension_of(document)
    return {
        name: value for name, value in ours.values.items() if name not in ours.sourced and ours.holds(name, document)
    }


def without_ours(document: JsonObject) -> JsonObject:
    """The record as it would be if we had never written into it."""
    ours = extension_of(document)
    if ours is NOTHING:
        return document
    before: JsonObject = {}
    for key, value in document.items():
        if key == EXTENSIONS:
            others = {name: part for name, part in value.items() if name != OURS}
            if others or not (key in ours.added or key in ours.replaced):
                before[key] = others
            elif key in ours.replaced:
                before[key] = ours.replaced[key]
        elif not ours.has_written(key, document):
            before[key] = value
        elif key in ours.replaced:
            before[key] = ours.replaced[key]
    return before


def _shown(name: str, value: Any) -> Any:
    """A field's value as it is shown; None for what is none, for anybody may have written it."""
    try:
        return shown_value(name, value)
    except (TypeError, ValueError, AttributeError, LookupError):
        return None


def _texts(value: Any) -> frozenset[str]:
    return frozenset(item for item in value if isinstance(item, str)) if isinstance(value, list) else frozenset()
