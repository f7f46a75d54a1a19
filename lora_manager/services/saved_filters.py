"""Saved filters: a search with its chips and its order, kept under a name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lora_manager.clock import utc_now
from lora_manager.db import saved_filters
from lora_manager.db.engine import Database
from lora_manager.db.saved_filters import SavedFilterRow
from lora_manager.errors import BadInputError, NotFoundError
from lora_manager.formats.whole_text import one_line
from lora_manager.search.query.tokens import LONGEST

MOST_FILTERS = 200
LONGEST_NAME = 100
LONGEST_QUERY = 20_000
"""Characters of a whole search as JSON."""
_TEXTS = ("q", "sort")
_LISTS = ("include", "exclude", "all", "any")


class SavedFilters:
    """A user's saved filters; "" is everybody where there are no logins."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, user_name: str | None) -> list[SavedFilterRow]:
        """Return a user's filters in the order in which they were saved."""
        with self._database.read() as connection:
            return saved_filters.saved_filters(connection, user_name or "")

    def save(self, name: str, query: Mapping[str, Any], user_name: str | None) -> SavedFilterRow:
        """Save a search; one of the same name is replaced. Raises BadInputError."""
        shown = " ".join(one_line(name).split())
        if not shown or len(shown) > LONGEST_NAME:
            raise BadInputError(f"name: say what is found, in {LONGEST_NAME} characters at most.")
        checked = _checked(query)
        user = user_name or ""
        with self._database.write() as connection:
            saved = saved_filters.save_filter(connection, user, shown, checked, utc_now())
            if saved_filters.count_saved_filters(connection, user) > MOST_FILTERS:
                raise BadInputError(f"There are {MOST_FILTERS} saved filters already: delete one that you do not need.")
            return saved

    def delete(self, filter_id: int, user_name: str | None) -> SavedFilterRow:
        """Forget a search and return what it was, so that it can be saved again. Raises NotFoundError."""
        with self._database.write() as connection:
            deleted = saved_filters.delete_filter(connection, user_name or "", filter_id)
        if deleted is None:
            raise NotFoundError(f"There is no saved filter {filter_id} (any more). Reload the page.")
        return deleted


def _checked(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts of a search that are known, each of its kind. Raises BadInputError."""
    if len(json.dumps(query, default=str)) > LONGEST_QUERY:
        raise BadInputError(f"query: may have {LONGEST_QUERY} characters at most.")
    found: dict[str, Any] = {"fits": query.get("fits") is True}
    for key in _TEXTS:
        value = query.get(key, "")
        if not isinstance(value, str) or len(value) > LONGEST:
            raise BadInputError(f"query.{key}: must be text of {LONGEST} characters at most.")
        found[key] = value
    for key in _LISTS:
        values = query.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise BadInputError(f"query.{key}: must be a list of texts.")
        found[key] = values
    return found
