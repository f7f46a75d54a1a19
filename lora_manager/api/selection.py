"""What a page has selected: some adapters by id, or all that its filters find, with exceptions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lora_manager.api.filters import MAX_VALUES, Filters
from lora_manager.api.parameters import LARGEST, LONGEST_QUERY
from lora_manager.api.refusal import Refusal
from lora_manager.application import Application
from lora_manager.db.columns.choices import FIELDS
from lora_manager.errors import BadInputError

MOST_IDS = 200_000
_FORMS = ({"ids"}, {"filters", "except"})
"""What a selection may say: a word that is none of these means more than nobody wanted."""
_FILTERS = frozenset({"q", "include", "exclude", "all", "any", "fits"})
_LISTS = ("include", "exclude", "all", "any")


def selected_ids(app: Application, selection: Any, expect: int | None = None) -> list[int]:
    """Return the ids of what is selected now, in the order of the catalogue. Those that are gone are left out.

    Raises BadInputError for what is no selection, Refusal 409 when it is not `expect` adapters any more.
    """
    if not isinstance(selection, dict) or not any(set(selection) <= known for known in _FORMS):
        raise BadInputError('selection: must be {"ids": [...]} or {"filters": {...}, "except": [...]}.')
    if "ids" in selection:
        ids = _known(app, _ids(selection["ids"], "ids"))
    else:
        left_out = set(_ids(selection.get("except", []), "except"))
        query = filters_of(selection.get("filters")).query(app)
        with app.database.read() as connection:
            found = app.catalogue.find(connection, query).ids
        ids = [adapter_id for adapter_id in found if adapter_id not in left_out]
    if expect is not None and len(ids) != expect:
        raise Refusal(409, "selection_changed", f"{len(ids)} LoRAs are selected now, not {expect}. Look again.")
    return ids


def filters_of(values: Any) -> Filters:
    """Return the Filters that a JSON object says. Raises BadInputError."""
    if not isinstance(values, dict) or not set(values) <= _FILTERS:
        raise BadInputError("filters: must be an object with q, include, exclude, all, any, fits.")
    text = values.get("q", "")
    lists = {name: values.get(name, []) for name in _LISTS}
    is_right = isinstance(text, str) and len(text) <= LONGEST_QUERY and isinstance(values.get("fits", False), bool)
    if not is_right or not all(_is_texts(items) for items in lists.values()):
        raise BadInputError("filters: q is text; include, exclude, all, any are lists of texts; fits is true or false.")
    if sum(map(len, lists.values())) > 2 * MAX_VALUES:
        raise BadInputError(f"At most {MAX_VALUES} values of filters at once.")
    unknown = [name for name in (*lists["all"], *lists["any"]) if name not in FIELDS]
    if unknown:
        raise BadInputError(f"There is no filter '{unknown[0][:40]}'. Known: {', '.join(FIELDS)}.")
    needs_all, needs_any = (tuple(sorted(set(lists[name]))) for name in ("all", "any"))
    return Filters(
        text, tuple(lists["include"]), tuple(lists["exclude"]), needs_all, needs_any, values.get("fits", False)
    )


def _is_texts(items: Any) -> bool:
    return isinstance(items, list) and all(isinstance(item, str) for item in items)


def _ids(items: Any, name: str) -> list[int]:
    if not isinstance(items, list) or len(items) > MOST_IDS:
        raise BadInputError(f"{name}: must be a list of at most {MOST_IDS} ids.")
    if any(isinstance(item, bool) or not isinstance(item, int) or not 0 <= item <= LARGEST for item in items):
        raise BadInputError(f"{name}: must be a list of ids.")
    return list(dict.fromkeys(items))


def _known(app: Application, ids: Sequence[int]) -> list[int]:
    """Those that are there, in the order given."""
    with app.database.read() as connection:
        columns = app.catalogue.columns(connection)
    there = set(columns.ids[columns.positions(ids)].tolist()) if ids else set()
    return [adapter_id for adapter_id in ids if adapter_id in there]
