"""Finding adapters: a query becomes an ordered list of ids, kept until the catalogue changes: any page is cheap."""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from sqlalchemy import Connection

from lora_manager.db.columns.choices import Choice, choice_mask
from lora_manager.db.columns.counting import Count, FolderCount, count_folders
from lora_manager.db.columns.matching import Moment, flag_mask, in_state, matches
from lora_manager.db.columns.ranking import ranked
from lora_manager.db.columns.sorting import ordered
from lora_manager.db.columns.store import ColumnStore
from lora_manager.db.columns.table import Columns, Ints, Mask
from lora_manager.db.engine import Database
from lora_manager.db.facets import Facets, facet_values, facets
from lora_manager.db.revision import catalogue_revision
from lora_manager.db.revision_cache import RevisionCache
from lora_manager.search.query.fields import HIDDEN_FLAGS
from lora_manager.search.query.nodes import Node, mentions_flag
from lora_manager.search.query.parser import parse_query

T = TypeVar("T")
RELEVANCE = "relevance"
_DAY_S = 86_400.0
_MOMENT_S = 600.0
"""How long "in the last hour" may mean the same hour: what was found is kept as long."""


@dataclass(frozen=True)
class CatalogueQuery:
    """What to find.

    `text` is in the language of lora_manager.search.query. `choices` are the filters' chips. `fits` are the families
    that are shown (with those whose family nobody knows), None for all. `roots` are the ids of the roots the host has:
    what lies elsewhere is not shown. What is missing or inactive is shown only where text or choices ask for it, what
    lies in the trash never.
    """

    text: str = ""
    choices: tuple[Choice, ...] = ()
    fits: tuple[str, ...] | None = None
    sort: str = ""
    roots: tuple[int, ...] = ()


@dataclass(frozen=True)
class Found:
    """The ids that match, in order, and their scores where the order is by relevance (same length, else empty)."""

    ids: array[int]
    scores: Sequence[float] = ()


class Catalogue:
    """Answers queries. Thread-safe."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._store = ColumnStore()
        self._cache = RevisionCache()

    def columns(self, connection: Connection) -> Columns:
        """Return the catalogue's columns as they are now."""
        return self._store.current(connection)

    def find(self, connection: Connection, query: CatalogueQuery) -> Found:
        """Return what matches. Raises QueryError for text that means nothing, BadInputError for an unknown sort."""
        return self._cached(connection, "find", query, lambda moment: self._find(moment, query))

    def count(self, connection: Connection, query: CatalogueQuery) -> int:
        """Return how many match."""
        parts = self._parts
        return self._cached(connection, "count", query, lambda moment: int(parts(moment, query).everything().sum()))

    def hidden_by_fit(self, connection: Connection, query: CatalogueQuery) -> int:
        """Return how many more would be found if the family of the loaded model made no difference."""
        if query.fits is None:
            return 0
        return self.count(connection, replace(query, fits=None)) - self.count(connection, query)

    def facets(self, connection: Connection, query: CatalogueQuery) -> Facets:
        """Return the counts for every filter."""
        return self._cached(
            connection, "facets", query, lambda moment: facets(moment.columns, self._parts(moment, query))
        )

    def facet_values(self, connection: Connection, query: CatalogueQuery, field: str, begins: str) -> list[Count]:
        """Return the counts of one filter's values that begin so, or have a word that does. Raises BadInputError."""
        return self._cached(
            connection,
            f"values {field} {begins}",
            query,
            lambda moment: facet_values(moment.columns, self._parts(moment, query), field, begins),
        )

    def folders(self, connection: Connection, query: CatalogueQuery, parent: str) -> list[FolderCount]:
        """Return the folders right below one, with the counts of a query without its own choice of folders."""
        return self._cached(
            connection,
            f"folders {parent}",
            query,
            lambda moment: count_folders(moment.columns, self._parts(moment, query).without("folder"), parent),
        )

    def cached(self, connection: Connection, key: tuple[Any, ...], compute: Callable[[], T]) -> T:
        """Return `compute()`, or what it returned for this key since the catalogue last changed."""
        return self._cache.get(catalogue_revision(connection), key, compute)

    def _cached(self, connection: Connection, what: str, query: CatalogueQuery, compute: Callable[[Moment], T]) -> T:
        columns = self.columns(connection)
        now = time.time()
        # A reader from before the last change may be given columns from behind it: what it finds is kept for itself.
        key = (what, query, columns.revision, int(now / _MOMENT_S))
        return self.cached(connection, key, lambda: compute(Moment(connection, columns, now / _DAY_S)))

    def _find(self, moment: Moment, query: CatalogueQuery) -> Found:
        columns, sort = moment.columns, query.sort or RELEVANCE
        mask = self._parts(moment, query).everything()
        if sort.removeprefix("-") != RELEVANCE:
            return Found(_plain(columns.ids[ordered(columns, mask, sort)]))
        positions, scores = ranked(moment, parse_query(query.text).node, mask)
        if sort.startswith("-"):
            positions, scores = positions[::-1], scores[::-1]
        return Found(_plain(columns.ids[positions]), scores)

    def _parts(self, moment: Moment, query: CatalogueQuery) -> Parts:
        columns = moment.columns
        node = parse_query(query.text).node
        # The text is what takes time, and the list, the counts and the folders all ask for the same one.
        key = ("text", query.text, columns.revision, int(moment.today * _DAY_S / _MOMENT_S))
        base = self.cached(moment.connection, key, lambda: matches(node, moment))
        if query.roots:
            base = base & np.isin(columns["root_id"], query.roots)
        if query.fits is not None:
            base = base & columns.mask_of_codes("family", columns.vocabularies["family"].find("", *query.fits))
        base = base & ~in_state(columns, "trashed")
        hidden = {name: flag_mask(name, columns) for name in HIDDEN_FLAGS if not _asks_for(name, node, query.choices)}
        return Parts(base, tuple((choice, choice_mask(columns, choice)) for choice in query.choices), hidden)


@dataclass(frozen=True)
class Parts:
    """The masks whose common part is the result: `base` (text, roots, family) and one for each choice.

    `hidden` are the masks that are taken away, by their flag.
    """

    base: Mask
    choices: tuple[tuple[Choice, Mask], ...]
    hidden: Mapping[str, Mask]

    def everything(self) -> Mask:
        """Return what holds all of them."""
        return self.without("")

    def without(self, field: str, *, shown: str = "") -> Mask:
        """Return the result as if nothing of this field had been chosen; what has to hold with others stays.

        `shown` is a flag whose adapters are not hidden.
        """
        mask = self.base
        for choice, chosen in self.choices:
            if choice.field != field or choice.needs_all:
                mask = mask & chosen
        for flag, hidden in self.hidden.items():
            if flag != shown:
                mask = mask & ~hidden
        return mask


def _plain(ids: Ints) -> array[int]:
    """Ids as Python's numbers: a database takes numpy's for bytes."""
    plain = array("q")
    plain.frombytes(ids.tobytes())
    return plain


def _asks_for(flag: str, node: Node, choices: Sequence[Choice]) -> bool:
    if mentions_flag(node, flag):
        return True
    return any(choice.field == "is" and flag in choice.include for choice in choices)
