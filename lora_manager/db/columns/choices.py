"""The filters' chips: values of a field that are wanted or unwanted, each exactly as it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

from lora_manager.db.columns.matching import flag_mask
from lora_manager.db.columns.table import Columns, Mask
from lora_manager.errors import BadInputError
from lora_manager.search.query.fields import FLAGS

CODED = {"base": "base_model", "type": "algorithm", "archetype": "archetype", "author": "author"}
"""The coded column of each field that has one."""
FIELDS = (*CODED, "tag", "folder", "is")
FIELDS_OF_ALL = frozenset({"tag"})
"""Fields whose values must all hold unless it is said otherwise: of the others an adapter has only one."""


@dataclass(frozen=True)
class Choice:
    """What was chosen of one field. `needs_all`: everything in `include` must hold, else any of it.

    A folder takes its subfolders in; "" is everything.
    """

    field: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    needs_all: bool = False


def choice_mask(columns: Columns, choice: Choice) -> Mask:
    """Return which adapters hold a choice. Raises BadInputError for a field or a flag that there is not."""
    mask = columns.all()
    if choice.include:
        found = [_value_mask(columns, choice.field, value) for value in choice.include]
        mask = reduce(and_ if choice.needs_all else or_, found)
    for value in choice.exclude:
        mask = mask & ~_value_mask(columns, choice.field, value)
    return mask


def _value_mask(columns: Columns, field: str, value: str) -> Mask:
    if field in CODED:
        name = CODED[field]
        return columns.mask_of_codes(name, columns.vocabularies[name].find(value))
    if field not in _BY_FIELD:
        raise BadInputError(f"There is no filter '{field[:40]}'. Known: {', '.join(FIELDS)}.")
    return _BY_FIELD[field](columns, value)


def _tag(columns: Columns, value: str) -> Mask:
    return columns.mask_of_tags(columns.tags.find(value.casefold()))


def _folder(columns: Columns, value: str) -> Mask:
    if not value:
        return columns.all()
    below = f"{value}/"
    holds = columns.vocabularies["folder"].where(lambda folder: folder == value or folder.startswith(below))
    return columns.mask_of_codes("folder", holds)


def _flag(columns: Columns, value: str) -> Mask:
    if value not in FLAGS:
        raise BadInputError(f"is: takes one of {', '.join(FLAGS)}.")
    return flag_mask(value, columns)


_BY_FIELD: dict[str, Callable[[Columns, str], Mask]] = {"tag": _tag, "folder": _folder, "is": _flag}
