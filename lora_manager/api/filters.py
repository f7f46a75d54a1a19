"""The filters of a request: what the page's search box and chips say, as a query of the catalogue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fastapi import Depends

from lora_manager.api.parameters import search_text, several
from lora_manager.application import Application
from lora_manager.db.catalogue import CatalogueQuery
from lora_manager.db.columns.choices import FIELDS, FIELDS_OF_ALL, Choice
from lora_manager.errors import BadInputError
from lora_manager.formats.family_fit import fitting_families

MAX_VALUES = 50
"""Values of filters at once."""
LONGEST_VALUE = 4096
"""Characters of one: a folder's path may be long."""
_STATES = {"missing": ("include", "is:missing"), "incomplete": ("include", "is:incomplete")}
_STATES["present"] = ("exclude", "is:incomplete")


@dataclass(frozen=True)
class Filters:
    """What a request says: `include`, `exclude` are "field:value", `needs_all` and `needs_any` are fields."""

    text: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    needs_all: tuple[str, ...] = ()
    needs_any: tuple[str, ...] = ()
    fits: bool = False

    def query(self, app: Application, sort: str = "") -> CatalogueQuery:
        """Return the catalogue's query. Raises BadInputError for a field that there is not."""
        families = loaded_families(app) if self.fits else None
        return CatalogueQuery(self.text, self._choices(), families, sort, app.roots())

    def _choices(self) -> tuple[Choice, ...]:
        include, exclude = _by_field(self.include), _by_field(self.exclude)
        fields = sorted({*include, *exclude})
        return tuple(Choice(field, include[field], exclude[field], self._needs_all(field)) for field in fields)

    def _needs_all(self, field: str) -> bool:
        return field in self.needs_all or (field in FIELDS_OF_ALL and field not in self.needs_any)


def loaded_family(app: Application) -> str | None:
    """Return the family of the loaded model; None when nothing is loaded or nobody knows what it is."""
    model = app.host.loaded_model()
    return model.family or None if model is not None else None


def loaded_families(app: Application) -> tuple[str, ...] | None:
    """Return the families that fit the loaded model; None when nobody knows what it is."""
    return fitting_families(loaded_family(app) or "") or None


def filters() -> Any:
    """Return the Filters of a request."""
    return Depends(_filters)


def _filters(
    q: str = search_text(),
    include: list[str] = several(),
    exclude: list[str] = several(),
    needs_all: list[str] = several("all"),
    needs_any: list[str] = several("any"),
    base: list[str] = several(),
    tag: list[str] = several(),
    folder: str | None = None,
    favourite: bool = False,
    state: str | None = None,
    fits: bool = False,
) -> Filters:
    wanted = [*include, *(f"base:{value}" for value in base), *(f"tag:{value}" for value in tag)]
    if folder is not None:
        wanted.append(f"folder:{folder}")
    if favourite:
        wanted.append("is:favourite")
    unwanted = list(exclude)
    if state is not None:
        if state not in _STATES:
            raise BadInputError(f"state is one of {', '.join(sorted(_STATES))}.")
        kind, value = _STATES[state]
        (wanted if kind == "include" else unwanted).append(value)
    if len(wanted) + len(unwanted) > MAX_VALUES:
        raise BadInputError(f"At most {MAX_VALUES} values of filters at once.")
    return Filters(q, tuple(wanted), tuple(unwanted), _fields(needs_all), _fields(needs_any), fits)


def _fields(names: list[str]) -> tuple[str, ...]:
    unknown = [name for name in names if name not in FIELDS]
    if unknown:
        raise BadInputError(f"There is no filter '{unknown[0][:40]}'. Known: {', '.join(FIELDS)}.")
    return tuple(sorted(set(names)))


def _by_field(values: Iterable[str]) -> defaultdict[str, tuple[str, ...]]:
    found: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for value in values:
        field, colon, rest = value.partition(":")
        if not colon or field not in FIELDS or len(rest) > LONGEST_VALUE:
            raise BadInputError(f"A filter is one of {', '.join(FIELDS)}, a colon and a value, not '{value[:40]}'.")
        if rest not in found[field]:
            found[field] = (*found[field], rest)
    return found
