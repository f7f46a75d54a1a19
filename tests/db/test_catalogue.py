from __future__ import annotations

import itertools
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from sqlalchemy import text

from lora_manager.db.catalogue import Catalogue, CatalogueQuery
from lora_manager.db.columns.choices import Choice
from lora_manager.db.columns.sorting import SORTS
from lora_manager.db.edits.apply import edit_adapter
from lora_manager.db.engine import Database
from lora_manager.db.revision import touch_catalogue
from lora_manager.errors import BadInputError
from tests.db.described import described, put
from tests.db.small_library import ENTRIES, QUERIES, Entry, fill, matching
from tests.helpers.at_once import at_once


def find(database: Database, catalogue: Catalogue | None = None, **query: object) -> list[int]:
    with database.read() as connection:
        return list((catalogue or Catalogue(database)).find(connection, CatalogueQuery(**query)).ids)  # type: ignore[arg-type]


@settings(max_examples=60)
@given(ENTRIES, QUERIES)
def test_filters_and_words_find_what_they_say(
    library_database: Database, entries: list[Entry], query: CatalogueQuery
) -> None:
    library = fill(library_database, entries)
    with library_database.read() as connection:
        found = Catalogue(library_database).find(connection, query)
        by_name = Catalogue(library_database).find(connection, replace(query, sort="-name"))
    assert sorted(found.ids) == sorted(by_name.ids) == sorted(matching(library, query))


@pytest.fixture
def sorted_library(fresh_database: Database) -> Database:
    """Six adapters whose order by any column is known: 1..6, but for two without a value and two that are equal."""
    items = [
        described(f"{number}.pt", f"v{number}", file={"size": number, "mtime_ns": number},
                  published_at=f"2024-01-{number:02d}T00:00:00.000Z" if number > 1 else None)
        for number in (3, 1, 10, 2, 5, 4)
    ]  # fmt: skip
    put(fresh_database, *items)
    with fresh_database.write() as connection:
        connection.execute(text("UPDATE adapter SET uses = id / 2, rating = id % 3, added_at = '2024-03-0' || id"))
        connection.execute(text("UPDATE adapter SET ordinal = 5 - id"))
        connection.execute(text("UPDATE adapter SET last_used_at = '2024-02-0' || id WHERE id > 2"))
        connection.execute(text("UPDATE adapter SET downloads = 7 - id WHERE id < 5"))
        connection.execute(text("UPDATE network_file SET rank = 8 * adapter_id WHERE adapter_id > 1"))
        touch_catalogue(connection, None)
    return fresh_database


@pytest.mark.parametrize(
    ("sort", "column", "missing"),
    [
        ("name", "CAST(substr(name, 2) AS INTEGER)", False),
        ("added", "added_at", False),
        ("modified", "(SELECT mtime_ns FROM network_file WHERE adapter_id = adapter.id)", False),
        ("size", "(SELECT size FROM network_file WHERE adapter_id = adapter.id)", False),
        ("uses", "uses", False),
        ("last_used", "last_used_at", True),
        ("rating", "rating", False),
        ("published", "published_at", True),
        ("downloads", "downloads", True),
        ("order", "ordinal", False),
        ("rank", "(SELECT rank FROM network_file WHERE adapter_id = adapter.id)", True),
    ],
)
def test_every_sort_goes_both_ways_and_what_has_no_value_comes_last(
    sorted_library: Database, sort: str, column: str, missing: bool
) -> None:
    with sorted_library.read() as connection:
        rows = connection.execute(text(f"SELECT id, {column} FROM adapter")).all()
        values = {row[0]: row[1] for row in rows}
    for direction in (sort, f"-{sort}"):
        ids = find(sorted_library, sort=direction)
        assert len(ids) == 6
        known = [values[adapter_id] for adapter_id in ids if values[adapter_id] is not None]
        assert known == sorted(known, reverse=direction.startswith("-"))
        assert [values[adapter_id] for adapter_id in ids[: len(known)]] == known
        assert (len(known) < 6) is missing


def test_there_is_a_test_of_every_sort() -> None:
    known = {"name", "added", "modified", "size", "uses", "last_used", "rating", "published", "downloads", "rank"}
    assert set(SORTS) == known | {"order", "random"}


def test_chance_has_a_seed(sorted_library: Database) -> None:
    orders = {tuple(find(sorted_library, sort=f"random:{seed}")) for seed in range(20)}
    assert len(orders) > 10
    assert all(sorted(order) == [1, 2, 3, 4, 5, 6] for order in orders)
    assert find(sorted_library, sort="random:7") == find(sorted_library, sort="random:7")
    assert find(sorted_library, sort="random:" + "9" * 500) == find(sorted_library, sort="random:" + "9" * 500)


@pytest.mark.parametrize("sort", ["nonsense", "--name", "-", "id; DROP TABLE adapter"])
def test_an_unknown_sort_is_refused_with_the_known_ones(fresh_database: Database, sort: str) -> None:
    with pytest.raises(BadInputError, match="relevance"):
        find(fresh_database, sort=sort)


def test_equal_values_are_ordered_by_name(fresh_database: Database) -> None:
    ids = put(fresh_database, *(described(f"{name}.pt", name) for name in ("c", "a", "b")))
    expected = [ids[1], ids[2], ids[0]]
    assert find(fresh_database, sort="uses") == find(fresh_database, sort="-uses") == expected
    assert find(fresh_database) == expected
    assert find(fresh_database, sort="relevance") == expected


def test_with_words_the_best_match_comes_first(fresh_database: Database) -> None:
    ids = put(
        fresh_database,
        described("x1.pt", "zzz", description_text="lantern"),
        *(described(f"filler{number}.pt") for number in range(10)),
        described("x2.pt", "lantern"),
    )
    with fresh_database.read() as connection:
        found = Catalogue(fresh_database).find(connection, CatalogueQuery(text="lantern"))
    assert list(found.ids) == [ids[-1], ids[0]]
    assert len(found.scores) == 2
    assert found.scores[0] > found.scores[1] > 0
    assert find(fresh_database, text="lantern", sort="relevance") == list(found.ids)
    assert find(fresh_database, text="lantern", sort="-name") == [ids[0], ids[-1]]


def test_pages_hold_everything_once_in_the_same_order(fresh_database: Database) -> None:
    put(fresh_database, *(described(f"f/{number}.pt", "same name") for number in range(37)))
    in_folder = {"choices": (Choice("folder", ("f",)),)}
    for query in ({}, {"text": "same"}, {"sort": "-size"}, in_folder):
        whole = find(fresh_database, **query)
        pages = [find(fresh_database, **query)[start : start + 10] for start in range(0, 40, 10)]
        assert list(itertools.chain(*pages)) == whole
        assert len(set(whole)) == 37


def test_a_result_is_kept_until_the_catalogue_changes(fresh_database: Database) -> None:
    put(fresh_database, described("a.pt"))
    catalogue = Catalogue(fresh_database)
    with fresh_database.read() as connection:
        first = catalogue.find(connection, CatalogueQuery())
        assert catalogue.find(connection, CatalogueQuery()) is first
        for number in range(100):
            catalogue.find(connection, CatalogueQuery(text=f"w{number}"))
        assert catalogue.find(connection, CatalogueQuery()) is not first


def test_another_process_that_writes_is_seen_at_once(fresh_database: Database) -> None:
    catalogue = Catalogue(fresh_database)
    (first,) = put(fresh_database, described("a.pt", "a"))
    assert find(fresh_database, catalogue) == [first]
    other = Database(fresh_database.url)
    (second,) = put(other, described("b.pt", "b"))
    assert find(fresh_database, catalogue) == [first, second]
    with other.write() as connection:
        edit_adapter(connection, first, {"favourite": True, "name": "z"})
    assert find(fresh_database, catalogue) == [second, first]
    assert find(fresh_database, catalogue, choices=(Choice("is", ("favourite",)),)) == [first]
    other.close()


def test_what_an_older_reader_finds_is_kept_for_nobody(fresh_database: Database) -> None:
    catalogue = Catalogue(fresh_database)
    (first,) = put(fresh_database, described("a.pt", "lantern a"))
    with fresh_database.read() as old:
        assert list(catalogue.find(old, CatalogueQuery("lantern")).ids) == [first]
        (second,) = put(fresh_database, described("b.pt", "lantern b"))
        with fresh_database.read() as new:
            catalogue.columns(new)
        assert list(catalogue.find(old, CatalogueQuery("lantern", sort="name")).ids) == [first]
        assert find(fresh_database, catalogue, text="lantern", sort="name") == [first, second]
        assert list(catalogue.find(old, CatalogueQuery("lantern", sort="name")).ids) == [first]
    assert find(fresh_database, catalogue, text="lantern", sort="name") == [first, second]


def test_what_several_ask_for_at_once_is_computed_once(fresh_database: Database) -> None:
    catalogue = Catalogue(fresh_database)
    computed: list[int] = []

    def compute() -> int:
        time.sleep(0.2)
        computed.append(1)
        return len(computed)

    def ask() -> int:
        with fresh_database.read() as connection:
            return catalogue.cached(connection, ("what",), compute)

    assert at_once([ask] * 4) == [1] * 4
    assert len(computed) == 1


def test_what_fails_is_asked_for_again(fresh_database: Database) -> None:
    catalogue = Catalogue(fresh_database)

    def fail() -> int:
        raise BadInputError("no")

    with fresh_database.read() as connection:
        for _ in range(2):
            with pytest.raises(BadInputError):
                catalogue.cached(connection, ("what",), fail)
        assert catalogue.cached(connection, ("what",), lambda: 7) == 7


def test_many_threads_may_ask_at_once(fresh_database: Database) -> None:
    ids = put(fresh_database, *(described(f"{number}.pt", f"name {number}") for number in range(20)))
    catalogue = Catalogue(fresh_database)

    def ask() -> None:
        for number in range(20):
            assert find(fresh_database, catalogue, text=f"name {number} ") == [ids[number]]

    at_once([ask] * 4)
