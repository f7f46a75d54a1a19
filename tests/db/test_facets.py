from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings

from lora_manager.db.catalogue import Catalogue, CatalogueQuery
from lora_manager.db.engine import Database
from lora_manager.db.facets import MOST_TAGS, Count, facets
from tests.db.described import described, put
from tests.db.small_library import ENTRIES, QUERIES, Entry, count_folders, fill, matching


def pairs(counts: list[Count]) -> dict[str, int]:
    assert len({count.value for count in counts}) == len(counts)
    return {count.value: count.count for count in counts}


@settings(max_examples=60)
@given(ENTRIES, QUERIES)
def test_every_count_is_what_counting_one_by_one_gives(
    library_database: Database, entries: list[Entry], query: CatalogueQuery
) -> None:
    library = fill(library_database, entries)
    with library_database.read() as connection:
        counted = facets(connection, query)
    result = matching(library, query)
    bases = Counter(library[item].base_model for item in matching(library, query, "base_models"))
    assert pairs(counted.base_models) == bases
    assert pairs(counted.tags) == Counter(tag for item in result for tag in library[item].tags)
    assert pairs(counted.folders) == count_folders(library, matching(library, query, "folder"))
    assert counted.favourites == sum(library[item].favourite for item in matching(library, query, "favourite"))
    states = Counter(library[item].state for item in matching(library, query, "state"))
    assert (counted.missing, counted.incomplete) == (states["missing"], states["incomplete"])


@settings(max_examples=20)
@given(ENTRIES)
def test_a_count_is_what_choosing_it_would_show(library_database: Database, entries: list[Entry]) -> None:
    fill(library_database, entries)
    catalogue = Catalogue(library_database)
    with library_database.read() as connection:
        query = CatalogueQuery()
        counted = facets(connection, query)
        chosen = [(replace(query, base_models=(c.value,)), c.count) for c in counted.base_models]
        chosen += [(replace(query, tags=(c.value,)), c.count) for c in counted.tags]
        chosen += [(replace(query, folder=c.value), c.count) for c in counted.folders]
        chosen += [(replace(query, favourite=True), counted.favourites)]
        chosen += [(replace(query, state="missing"), counted.missing)]
        for narrowed, count in chosen:
            assert len(catalogue.find(connection, narrowed).ids) == count, narrowed


def test_the_most_frequent_come_first_and_tags_are_capped(fresh_database: Database) -> None:
    many = [f"tag {number:03d}" for number in range(MOST_TAGS + 20)]
    put(
        fresh_database,
        described("a.pt", tags=["rare", *many], base_model="B"),
        described("b.pt", tags=["often"], base_model="A"),
        described("z/c.pt", tags=["often", "Often again"], base_model="C"),
        described("z/d.pt", tags=["often"], base_model="C"),
    )
    with fresh_database.read() as connection:
        counted = facets(connection, CatalogueQuery())
    assert [(count.value, count.count) for count in counted.base_models] == [("C", 2), ("A", 1), ("B", 1)]
    assert len(counted.tags) == MOST_TAGS
    assert counted.tags[0] == Count("often", 3)
    assert [(count.value, count.count) for count in counted.folders] == [("", 4), ("z", 2)]


def test_an_empty_library_has_no_counts(fresh_database: Database) -> None:
    with fresh_database.read() as connection:
        counted = facets(connection, CatalogueQuery(text="x"))
    assert (counted.base_models, counted.tags, counted.folders) == ([], [], [])
    assert (counted.favourites, counted.missing, counted.incomplete) == (0, 0, 0)
