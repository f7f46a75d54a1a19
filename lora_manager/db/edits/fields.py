"""The fields that a user can edit, and what else follows from their values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lora_manager.db.natural_sort import natural_key
from lora_manager.formats.base_model import family_of
from lora_manager.formats.version_name import canonical_version

SOURCED = frozenset(
    {
        *("name", "version", "notes", "negative_text", "weight", "base_model", "archetype", "nsfw_level"),
        *("weight_min", "weight_max", "description", "favourite", "rating"),
    }
)
"""Columns that a scan fills as well: an edit of one is remembered in `user_edit`."""
COLLECTIONS = frozenset({"tags", "trigger_groups"})
"""Fields that live in tables of their own, and are set as a whole."""
OWN = frozenset({"active", "ordinal"})
"""Columns that are the user's alone: no scan writes them."""
COLUMNS = SOURCED | OWN
EDITABLE = COLUMNS | COLLECTIONS
SEARCHED = frozenset({"name", "version", "notes", "description", *COLLECTIONS})
"""Fields whose words the full text holds."""
FLAGS = frozenset({"favourite", "active"})
"""Columns that are true or false."""
USER = "user"
"""The source of a value that was set by hand."""
UNSET: dict[str, Any] = {
    "base_model": "",
    "favourite": False,
    "rating": 0,
    "active": True,
    "ordinal": 0,
    "tags": [],
    "trigger_groups": [],
}
"""What a field holds of which nothing is said, where that is not None."""


def is_same(field: str, one: Any, other: Any) -> bool:
    """Say whether two values of a field are the same. A tag has one spelling in a library, whatever was written."""
    if field == "tags":
        return [tag.casefold() for tag in one or ()] == [tag.casefold() for tag in other or ()]
    return bool(one == other)


def derived(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns that follow from the values of others."""
    found: dict[str, Any] = {}
    if "name" in columns:
        found["sort_name"] = natural_key(columns["name"])
    if "version" in columns:
        found["canonical_version_name"] = canonical_version(columns["version"])
    if "base_model" in columns:
        found["family"] = family_of(columns["base_model"])
    return found
