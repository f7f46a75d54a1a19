"""Finding adapters: a query becomes an ordered list of ids, kept until the catalogue changes: any page is cheap."""

from __future__ import annotations

import threading
from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, or_, select, text

from lora_manager.db.engine import Database
from lora_manager.db.full_text import FullText
from lora_manager.db.revision import catalogue_revision
from lora_manager.db.tables import Adapter, AdapterTag, NetworkFile, Tag
from lora_manager.errors import BadInputError
from lora_manager.search.match import all_words_match

T = TypeVar("T")
_KEPT_RESULTS = 32

SORTS: dict[str, ColumnElement[Any] | Any] = {
    "name": Adapter.sort_name,
    "added": Adapter.added_at,
    "modified": NetworkFile.mtime_ns,
    "size": NetworkFile.size,
    "uses": Adapter.uses,
    "last_used": Adapter.last_used_at,
    "rating": Adapter.rating,
    "published": Adapter.published_at,
}
"""Sort keys beside "relevance"; a leading "-" turns the order around."""


@dataclass(frozen=True)
class CatalogueQuery:
    """What to find. Several base models mean any of them, several tags all of them.

    `folder` is a relative path and takes its subfolders in; "" is the root's own files and everything below.
    `state` is one of network_file's states, or None for everything that is not missing.
    `roots` are the ids of the roots the host has: what lies elsewhere is not shown.
    """

    text: str = ""
    base_models: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    folder: str | None = None
    favourite: bool = False
    state: str | None = None
    sort: str = ""
    roots: tuple[int, ...] = ()


@dataclass(frozen=True)
class Found:
    """The ids that match, in order, and their scores where the order is by relevance (same length, else empty)."""

    ids: array[int]
    scores: array[float]


class Catalogue:
    """Answers queries. Thread-safe."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._cache = _RevisionCache()

    def find(self, connection: Connection, query: CatalogueQuery) -> Found:
        """Return what matches. Raises BadInputError for an unknown sort."""
        return self.cached(connection, ("find", query), lambda: self._find(connection, query))

    def _find(self, connection: Connection, query: CatalogueQuery) -> Found:
        match = all_words_match(query.text)
        sort = query.sort or ("relevance" if match else "name")
        if sort.lstrip("-") != "relevance":
            return _sorted(connection, query, sort)
        if match is None:
            return _sorted(connection, query, "name")
        # What the filters allow is the same for every text that is typed: found once.
        filters = replace(query, text="", sort="")
        key = ("allowed", filters)
        allowed = self.cached(connection, key, lambda: frozenset(_select_ids(connection, conditions(filters))))
        kept = [pair for pair in FullText.search(connection, match) if pair[0] in allowed]
        return Found(array("q", (pair[0] for pair in kept)), array("d", (pair[1] for pair in kept)))

    def cached(self, connection: Connection, key: tuple[Any, ...], compute: Callable[[], T]) -> T:
        """Return `compute()`, or what it returned for this key since the catalogue last changed."""
        return self._cache.get(catalogue_revision(connection), key, compute)


def conditions(query: CatalogueQuery, *, without: str = "") -> list[ColumnElement[bool]]:
    """Return the SQL conditions of a query's filters over adapter and primary file, but for the filter `without`."""
    found: list[ColumnElement[bool]] = []
    if without != "state":
        found.append(NetworkFile.state == query.state if query.state else NetworkFile.state != "missing")
    if query.roots:
        found.append(NetworkFile.root_id.in_(query.roots))
    if query.base_models and without != "base_models":
        found.append(Adapter.base_model.in_(query.base_models))
    if query.folder is not None and without != "folder":
        found.append(_in_folder(query.folder))
    if query.favourite and without != "favourite":
        found.append(Adapter.favourite.is_(True))
    if without != "tags":
        found.extend(_has_tag(tag) for tag in query.tags)
    return found


def text_condition(query: CatalogueQuery) -> ColumnElement[bool] | None:
    """Return the SQL condition of a query's words, or None when it has none."""
    match = all_words_match(query.text)
    if match is None:
        return None
    clause = text("adapter.id IN (SELECT rowid FROM adapter_fts WHERE adapter_fts MATCH :match)")
    return clause.bindparams(bindparam("match", match, unique=True))  # type: ignore[return-value]


def primary_file() -> ColumnElement[bool]:
    """Return the join condition between an adapter and the file that stands for it."""
    return and_(NetworkFile.adapter_id == Adapter.id, NetworkFile.is_primary)


def _sorted(connection: Connection, query: CatalogueQuery, sort: str) -> Found:
    column = SORTS.get(sort.removeprefix("-"))
    if column is None:
        raise BadInputError(f"Cannot sort by '{sort}'. Known: relevance, {', '.join(SORTS)}; a leading - reverses.")
    where = conditions(query)
    words = text_condition(query)
    if words is not None:
        where.append(words)
    descending = sort.startswith("-")
    # What has no value (never used, no date) comes last in either direction.
    order = [column.is_(None), column.desc() if descending else column.asc(), Adapter.sort_name, Adapter.id]
    return Found(array("q", _select_ids(connection, where, order)), array("d"))


def _select_ids(
    connection: Connection, where: Sequence[ColumnElement[bool]], order: Sequence[Any] = ()
) -> Sequence[int]:
    statement = select(Adapter.id).join(NetworkFile, primary_file()).where(*where).order_by(*order)
    return connection.execute(statement).scalars().all()


def _in_folder(folder: str) -> ColumnElement[bool]:
    if not folder:
        return NetworkFile.folder.is_not(None)
    # Not LIKE, which takes "a" for "A" in SQLite: everything between "folder/" and "folder" with the sign after "/".
    below = and_(NetworkFile.folder > f"{folder}/", NetworkFile.folder < f"{folder}0")
    return or_(NetworkFile.folder == folder, below)


def _has_tag(tag: str) -> ColumnElement[bool]:
    return exists(
        select(AdapterTag.adapter_id)
        .join(Tag, Tag.id == AdapterTag.tag_id)
        .where(AdapterTag.adapter_id == Adapter.id, Tag.key == tag.casefold())
    )


class _RevisionCache:
    """A small least-recently-used cache that empties itself when the catalogue's revision moves on.

    Who asks for what somebody computes already waits for that: of a large library every answer takes a second and a
    hundred megabytes, and all pages ask for the same ones at once whenever the catalogue changes.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._revision = -1
        self._values: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
        self._at_work: dict[tuple[Any, ...], threading.Lock] = {}

    def get(self, revision: int, key: tuple[Any, ...], compute: Callable[[], T]) -> T:
        with self._lock:
            if revision < self._revision:  # a reader that began before the last change: on its own
                at_work = threading.Lock()
            else:
                self._move_to(revision)
                if key in self._values:
                    return cast(T, self._kept(key))
                at_work = self._at_work.setdefault(key, threading.Lock())
        with at_work:
            with self._lock:
                if revision == self._revision and key in self._values:
                    return cast(T, self._kept(key))
            try:
                value = compute()
                with self._lock:
                    if revision == self._revision:
                        self._keep(key, value)
            finally:
                with self._lock:
                    if self._at_work.get(key) is at_work:
                        del self._at_work[key]
        return value

    def _move_to(self, revision: int) -> None:
        if revision != self._revision:
            self._values.clear()
            self._at_work.clear()
            self._revision = revision

    def _kept(self, key: tuple[Any, ...]) -> object:
        self._values.move_to_end(key)
        return self._values[key]

    def _keep(self, key: tuple[Any, ...], value: object) -> None:
        self._values[key] = value
        if len(self._values) > _KEPT_RESULTS:
            self._values.popitem(last=False)
