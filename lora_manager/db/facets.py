"""Counts for the filters: how many of the present result each value would keep."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select

from lora_manager.db.catalogue import CatalogueQuery, conditions, primary_file, text_condition
from lora_manager.db.pairs import pairs
from lora_manager.db.tables import Adapter, AdapterTag, NetworkFile, Tag

MOST_TAGS = 60


@dataclass(frozen=True)
class Count:
    """A filter's value and how many adapters have it."""

    value: str
    count: int


@dataclass(frozen=True)
class Facets:
    """The counts of every filter, each over the result without that filter's own choice."""

    base_models: list[Count]
    tags: list[Count]
    folders: list[Count]
    favourites: int
    missing: int
    incomplete: int


def facets(connection: Connection, query: CatalogueQuery) -> Facets:
    """Count. Folders include their subfolders; tags are the MOST_TAGS most frequent."""
    states = _states(connection, query)
    return Facets(
        base_models=_base_models(connection, query),
        tags=_tags(connection, query),
        folders=_folders(connection, query),
        favourites=_favourites(connection, query),
        missing=states.get("missing", 0),
        incomplete=states.get("incomplete", 0),
    )


def _where(query: CatalogueQuery, without: str) -> list[ColumnElement[bool]]:
    where = conditions(query, without=without)
    words = text_condition(query)
    return where if words is None else [*where, words]


def _base_models(connection: Connection, query: CatalogueQuery) -> list[Count]:
    statement = (
        select(Adapter.base_model, func.count())
        .join(NetworkFile, primary_file())
        .where(*_where(query, "base_models"))
        .group_by(Adapter.base_model)
    )
    rows = connection.execute(statement).all()
    return [Count(value, count) for value, count in sorted(rows, key=lambda row: (-row[1], row[0]))]


def _tags(connection: Connection, query: CatalogueQuery) -> list[Count]:
    # A chosen tag narrows the others: several tags mean all of them, so its own filter stays on.
    statement = (
        select(Tag.name, func.count().label("n"))
        .join(AdapterTag, AdapterTag.tag_id == Tag.id)
        .join(Adapter, Adapter.id == AdapterTag.adapter_id)
        .join(NetworkFile, primary_file())
        .where(*_where(query, ""))
        .group_by(Tag.id)
        .order_by(func.count().desc(), Tag.key)
        .limit(MOST_TAGS)
    )
    return [Count(value, count) for value, count in connection.execute(statement)]


def _folders(connection: Connection, query: CatalogueQuery) -> list[Count]:
    statement = (
        select(NetworkFile.folder, func.count())
        .join(Adapter, primary_file())
        .where(*_where(query, "folder"))
        .group_by(NetworkFile.folder)
    )
    totals: Counter[str] = Counter()
    for folder, count in connection.execute(statement):
        parts = folder.split("/") if folder else []
        totals.update({"/".join(parts[:depth]): count for depth in range(len(parts) + 1)})
    return [Count(folder, count) for folder, count in sorted(totals.items())]


def _favourites(connection: Connection, query: CatalogueQuery) -> int:
    where = [*_where(query, "favourite"), Adapter.favourite.is_(True)]
    statement = select(func.count()).select_from(Adapter).join(NetworkFile, primary_file()).where(*where)
    return connection.execute(statement).scalar_one()


def _states(connection: Connection, query: CatalogueQuery) -> dict[str, int]:
    where = _where(query, "state")
    statement = (
        select(NetworkFile.state, func.count()).join(Adapter, primary_file()).where(*where).group_by(NetworkFile.state)
    )
    return pairs(connection, statement)
