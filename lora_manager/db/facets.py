"""Counts for the filters: how many of the present result each value would keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from lora_manager.db.columns.choices import CODED
from lora_manager.db.columns.counting import Count, FolderCount, count_folders, count_paths, count_tags, count_values
from lora_manager.db.columns.matching import flag_mask
from lora_manager.db.columns.table import Columns, Mask
from lora_manager.errors import BadInputError
from lora_manager.search.query.fields import FLAGS, HIDDEN_FLAGS

MOST_VALUES = 60
MOST_SEARCHED = 100


class Result(Protocol):
    """The present result, and what it would be without the choices of one field."""

    def everything(self) -> Mask: ...  # noqa: D102

    def without(self, field: str, *, shown: str = "") -> Mask: ...  # noqa: D102


@dataclass(frozen=True)
class Facets:
    """The counts of every filter, each over the result without that filter's own choice. At most MOST_VALUES each."""

    total: int
    base_models: list[Count]
    types: list[Count]
    archetypes: list[Count]
    authors: list[Count]
    tags: list[Count]
    folders: list[FolderCount]
    flags: dict[str, int]


def facets(columns: Columns, result: Result) -> Facets:
    """Count."""
    values = {field: count_values(columns, name, result.without(field)) for field, name in CODED.items()}
    of_flags = dict.fromkeys(FLAGS, result.without("is"))
    # What is missing is left out of the result until it is asked for; its chip says how many there are.
    of_flags.update({name: result.without("is", shown=name) for name in HIDDEN_FLAGS})
    return Facets(
        total=int(result.everything().sum()),
        base_models=values["base"],
        types=values["type"],
        archetypes=values["archetype"],
        authors=values["author"][:MOST_VALUES],
        tags=count_tags(columns, result.without("tag"), MOST_VALUES),
        folders=count_folders(columns, result.without("folder"), ""),
        flags={name: int((mask & flag_mask(name, columns)).sum()) for name, mask in of_flags.items()},
    )


def facet_values(columns: Columns, result: Result, field: str, begins: str) -> list[Count]:
    """Return the most frequent values of one filter that begin so, or have a word that does. Raises BadInputError."""
    holds = _begins(begins.casefold().strip())
    if field == "tag":
        return count_tags(columns, result.without(field), MOST_SEARCHED, holds)
    if field != "folder" and field not in CODED:
        raise BadInputError(f"of is one of tag, folder, {', '.join(CODED)}.")
    mask = result.without(field)
    found = count_paths(columns, mask) if field == "folder" else count_values(columns, CODED[field], mask)
    return [count for count in found if holds(count.value.casefold())][:MOST_SEARCHED]


def _begins(wanted: str) -> Callable[[str], bool]:
    return lambda value: value.startswith(wanted) or f" {wanted}" in value or f"/{wanted}" in value
