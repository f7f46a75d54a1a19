"""Finding for people and programs: pages of cards with the tag names of this host."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection

from lora_manager.db.cards import Card, cards
from lora_manager.db.catalogue import Catalogue, CatalogueQuery
from lora_manager.db.columns.counting import Count, FolderCount
from lora_manager.db.facets import Facets
from lora_manager.db.revision import catalogue_revision
from lora_manager.errors import BadInputError
from lora_manager.search.query.parser import Hint, parse_query
from lora_manager.services.known_values import values_of
from lora_manager.services.spelling import nearest_query
from lora_manager.services.tag_names import TagNames

MOST_ITEMS = 200
DEFAULT_WEIGHT = 1.0


@dataclass(frozen=True)
class FoundCard:
    """A card with its tag name on this host, its score where one was computed, and the weight to insert it with.

    `hidden_by` is the file that this host loads for that tag name instead, None when it is the card's own.
    """

    card: Card
    tag_name: str
    score: float | None = None
    hidden_by: Path | None = None

    @property
    def weight(self) -> float:
        """The recommended weight, 1.0 where nobody says one."""
        return self.card.weight if self.card.weight is not None else DEFAULT_WEIGHT


@dataclass(frozen=True)
class Page:
    """A part of a result: how many match, how many there are at all, at which revision of the catalogue.

    `hidden_by_fit`: how many more would match if the loaded model made no difference. `suggestion`: where nothing
    matches, the nearest query that finds something.
    """

    total: int
    library_total: int
    revision: int
    items: list[FoundCard]
    hints: tuple[Hint, ...] = ()
    hidden_by_fit: int = 0
    suggestion: str | None = None


class Finder:
    """Searches the catalogue."""

    def __init__(self, catalogue: Catalogue, tag_names: TagNames) -> None:
        self._catalogue = catalogue
        self._tag_names = tag_names

    def page(self, query: CatalogueQuery, limit: int, offset: int) -> Page:
        """Return one page. Raises BadInputError for limits that are too large or negative, QueryError."""
        if not 0 <= limit <= MOST_ITEMS or offset < 0:
            raise BadInputError(f"limit must be 0 to {MOST_ITEMS} and offset not negative.")
        with self._catalogue.database.read() as connection:
            found = self._catalogue.find(connection, query)
            ids = found.ids[offset : offset + limit]
            scores = dict(zip(ids, found.scores[offset : offset + limit], strict=False))
            return Page(
                total=len(found.ids),
                library_total=self._catalogue.count(connection, CatalogueQuery(roots=query.roots)),
                revision=catalogue_revision(connection),
                items=self.found_cards(connection, ids, scores),
                hints=parse_query(query.text).hints,
                hidden_by_fit=self._catalogue.hidden_by_fit(connection, query),
                suggestion=None if len(found.ids) else self._suggestion(connection, query),
            )

    def _suggestion(self, connection: Connection, query: CatalogueQuery) -> str | None:
        """The nearest query that finds something: words that the whole library lacks are spelt as it has them."""
        catalogue, everything = self._catalogue, CatalogueQuery(roots=query.roots)
        return nearest_query(
            connection,
            query.text,
            is_there=lambda text: catalogue.count(connection, replace(everything, text=text)),
            finds=lambda text: catalogue.count(connection, replace(query, text=text)),
            values=lambda field: values_of(catalogue, connection, query.roots, field).counts,
        )

    def found_cards(
        self, connection: Connection, ids: Sequence[int], scores: dict[int, float] | None = None
    ) -> list[FoundCard]:
        """Return the cards of these adapters in order, with tag names."""
        scores = scores or {}
        found = cards(connection, ids)
        names = self._tag_names.of_cards(connection, found)
        return [
            FoundCard(card, name, scores.get(card.id), self._tag_names.hiding(card, name))
            for card, name in zip(found, names, strict=True)
        ]

    def facets(self, query: CatalogueQuery) -> tuple[int, Facets]:
        """Return the catalogue's revision and the counts for the filters."""
        with self._catalogue.database.read() as connection:
            return catalogue_revision(connection), self._catalogue.facets(connection, query)

    def facet_values(self, query: CatalogueQuery, field: str, begins: str) -> list[Count]:
        """Return the values of one filter that begin so, with their counts. Raises BadInputError."""
        with self._catalogue.database.read() as connection:
            return self._catalogue.facet_values(connection, query, field, begins)

    def folders(self, query: CatalogueQuery, parent: str) -> list[FolderCount]:
        """Return the folders right below one that hold something of a result."""
        with self._catalogue.database.read() as connection:
            return self._catalogue.folders(connection, query, parent)
