from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings

from lora_manager.db.catalogue import Catalogue, CatalogueQuery
from lora_manager.db.columns.choices import Choice
from lora_manager.db.columns.counting import Count, FolderCount
from lora_manager.db.engine import Database
from lora_manager.db.facets import MOST_SEARCHED, MOST_VALUES, Facets
from lora_manager.errors import BadInputError
from tests.db.described import described, put
from tests.db.small_library import ENTRIES, FOLDERS, QUERIES, Entry, count_folders, fill, matching


def pairs(counts: list[Count]) -> dict[str, int]:
    assert len({count.value for count in counts}) == len(counts)
    return {count.value: count.count for count in counts}


def counted_of(database: Database, query: CatalogueQuery) -> Facets:
    with database.read() as connection:
        return Catalogue(database).facets(connection, query)


@settings(max_examples=60)
@given(ENTRIES, QUERIES)
def test_every_count_is_what_counting_one_by_one_gives(
    library_database: Database, entries: list[Entry], query: CatalogueQuery
) -> None:
    library = fill(library_database, entries)
    counted = counted_of(library_database, query)
    assert counted.total == len(matching(library, query))
    bases = Counter(library[item].base_model for item in matching(library, query, "base"))
    assert pairs(counted.base_models) == bases
    tags = Counter(tag for item in matching(library, query, "tag") for tag in library[item].tags)
    assert pairs(counted.tags) == tags
    of_flags = matching(library, query, "is")
    assert counted.flags["favourite"] == sum(library[item].favourite for item in of_flags)
    assert counted.flags["incomplete"] == sum(library[item].state == "incomplete" for item in of_flags)
    catalogue = Catalogue(library_database)
    for parent in FOLDERS:
        with library_database.read() as connection:
            folders = catalogue.folders(connection, query, parent)
        found = {folder.path: folder.count for folder in folders}
        assert found == count_folders(library, matching(library, query, "folder"), parent)


@settings(max_examples=20)
@given(ENTRIES)
def test_a_count_is_what_choosing_it_would_show(library_database: Database, entries: list[Entry]) -> None:
    fill(library_database, entries)
    catalogue = Catalogue(library_database)
    with library_database.read() as connection:
        counted = catalogue.facets(connection, CatalogueQuery())
        chosen = [(Choice("base", (c.value,)), c.count) for c in counted.base_models]
        chosen += [(Choice("tag", (c.value,)), c.count) for c in counted.tags]
        chosen += [(Choice("folder", (c.path,)), c.count) for c in counted.folders]
        chosen += [(Choice("is", (name,)), count) for name, count in counted.flags.items()]
        for choice, count in chosen:
            narrowed = replace(CatalogueQuery(), choices=(choice,))
            assert len(catalogue.find(connection, narrowed).ids) == count, narrowed


def test_the_most_frequent_come_first_and_long_lists_are_cut(fresh_database: Database) -> None:
    many = [f"tag {number:03d}" for number in range(MOST_SEARCHED + 20)]
    put(
        fresh_database,
        described("a.pt", tags=["rare", *many], base_model="B"),
        described("b.pt", tags=["often"], base_model="A"),
        described("z/c.pt", tags=["often", "Often again"], base_model="C"),
        described("z/y/d.pt", tags=["often"], base_model="C"),
    )
    counted = counted_of(fresh_database, CatalogueQuery())
    assert [(count.value, count.count) for count in counted.base_models] == [("C", 2), ("A", 1), ("B", 1)]
    assert len(counted.tags) == MOST_VALUES
    assert counted.tags[0] == Count("often", 3)
    assert counted.folders == [FolderCount("z", "z", 2, True)]
    catalogue = Catalogue(fresh_database)
    with fresh_database.read() as connection:
        searched = catalogue.facet_values(connection, CatalogueQuery(), "tag", "again")
        assert searched == [Count("Often again", 1)], "by any of its words"
        assert len(catalogue.facet_values(connection, CatalogueQuery(), "tag", "tag")) == MOST_SEARCHED
        assert catalogue.facet_values(connection, CatalogueQuery(), "base", "a") == [Count("A", 1)]
        searched = catalogue.facet_values(connection, CatalogueQuery(), "folder", "y")
        assert searched == [Count("z/y", 1)], "by any part of its path"
        assert catalogue.facet_values(connection, CatalogueQuery(), "folder", "z")[0] == Count("z", 2)
        with pytest.raises(BadInputError, match="tag, folder, base"):
            catalogue.facet_values(connection, CatalogueQuery(), "nonsense", "")


def test_an_empty_library_has_no_counts(fresh_database: Database) -> None:
    counted = counted_of(fresh_database, CatalogueQuery(text="x"))
    assert (counted.base_models, counted.tags, counted.folders, counted.total) == ([], [], [], 0)
    assert not any(counted.flags.values())
