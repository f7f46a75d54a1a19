"""The fields and flags that a query can name: one table, from which completion and help are made too."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(str, Enum):
    """What a field's values are."""

    TEXT = "text"
    """Words, looked for in that field's text."""
    CHOICE = "choice"
    """One of the values that adapters have: matched whole, or by its beginning."""
    NUMBER = "number"
    SIZE = "size"
    """Bytes, with kb, mb, gb."""
    TIME = "time"
    """An age (30d) or a date (2026-11-20)."""
    COUNT = "count"
    """A number of uses, or how long ago the last one was."""
    HASH = "hash"
    """The beginning of a file's hash, of any kind."""


@dataclass(frozen=True)
class Field:
    """A field: its name in a query, its kind, other names for it, and an example for the help."""

    name: str
    kind: Kind
    also: tuple[str, ...] = ()
    example: str = ""


FIELDS: tuple[Field, ...] = (
    Field("name", Kind.TEXT, ("title",), "name:lantern"),
    Field("tag", Kind.CHOICE, ("tags",), "tag:anime"),
    Field("trigger", Kind.TEXT, ("triggers", "word", "words"), 'trigger:"blue hair"'),
    Field("base", Kind.CHOICE, ("model", "family"), 'base:"SD 1.5"'),
    Field("author", Kind.CHOICE, ("creator", "by"), "author:someone"),
    Field("folder", Kind.CHOICE, ("path", "dir"), "folder:characters/anime"),
    Field("file", Kind.TEXT, ("filename",), "file:v2"),
    Field("type", Kind.CHOICE, ("algorithm", "archetype", "kind"), "type:LoKr"),
    Field("note", Kind.TEXT, ("notes",), "note:hands"),
    Field("description", Kind.TEXT, ("about",), "description:watercolour"),
    Field("rank", Kind.NUMBER, ("dim",), "rank:>=32"),
    Field("weight", Kind.NUMBER, ("strength",), "weight:0.6..0.8"),
    Field("rating", Kind.NUMBER, ("stars",), "rating:>=4"),
    Field("downloads", Kind.NUMBER, (), "downloads:>1000"),
    Field("size", Kind.SIZE, (), "size:>100mb"),
    Field("added", Kind.TIME, (), "added:<30d"),
    Field("published", Kind.TIME, (), "published:>2025-01-01"),
    Field("used", Kind.COUNT, ("uses",), "used:0"),
    Field("hash", Kind.HASH, ("sha256", "autov2", "autov3"), "hash:ae1ed34e91"),
)
FIELD_BY_NAME = {name: field for field in FIELDS for name in (field.name, *field.also)}

FLAGS: dict[str, str] = {
    "favourite": "marked as a favourite",
    "missing": "its file is gone",
    "offline": "in a folder that cannot be reached",
    "duplicate": "its file is there more than once",
    "untagged": "has no tag",
    "notriggers": "has no trigger words",
    "nopreview": "has no picture",
    "unused": "never used",
    "incomplete": "still being downloaded",
    "edited": "changed by you",
    "inactive": "switched off by you",
}
"""What `is:` can say, with what it means."""
HIDDEN_FLAGS = ("missing", "inactive")
"""What is shown only where it is asked for."""
FLAG_ALSO = {
    "favorite": "favourite",
    "fav": "favourite",
    "duplicates": "duplicate",
    "new": "unused",
    "disabled": "inactive",
}
