from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lora_manager.db.columns.load import load_columns
from lora_manager.db.columns.sorting import SORTS, by_popularity, order, ordered
from lora_manager.db.engine import Database
from lora_manager.db.natural_sort import natural_key
from lora_manager.errors import BadInputError
from tests.db.columns.random_library import LIBRARIES, fill
from tests.db.described import described, put
from tests.search.query.reference import Known

VALUES: dict[str, Any] = {
    "name": lambda known: natural_key(known.name),
    "modified": lambda known: 10**18,
    "added": lambda known: known.added,
    "published": lambda known: known.published,
    "size": lambda known: known.size,
    "uses": lambda known: known.used,
    "last_used": lambda known: known.last_used,
    "rating": lambda known: known.rating,
    "downloads": lambda known: known.downloads,
    "rank": lambda known: known.rank,
    "order": lambda known: known.ordinal,
}


def slowly(library: dict[int, Known], sort: str) -> list[int]:
    """The ids in an order, by Python's own sort: what has no value last, of equals the name decides, then the id."""
    value, is_reversed = VALUES[sort.removeprefix("-")], sort.startswith("-")
    by_name = sorted(library, key=lambda key: (natural_key(library[key].name), key))
    if sort == "-name":
        return by_name[::-1]
    known = [key for key in by_name if value(library[key]) is not None]
    lacking = [key for key in by_name if value(library[key]) is None]
    return (
        sorted(known, key=lambda key: value(library[key]), reverse=False) + lacking
        if not is_reversed
        else (sorted(known, key=lambda key: -value(library[key])) + lacking)
    )


@settings(max_examples=50)
@given(LIBRARIES, st.integers(0, 2**40), st.randoms())
def test_every_order_is_the_one_of_a_plain_sort(
    library_database: Database, library: list[tuple[Known, str | None]], seed: int, chance: Any
) -> None:
    by_id = fill(library_database, library)
    with library_database.read() as connection:
        columns = load_columns(connection, 1)
    part = [key for key in by_id if chance.random() < 0.5]
    mask = columns.mask_of_ids(part)
    for sort in [*VALUES, *(f"-{name}" for name in VALUES)]:
        expected = slowly(by_id, sort)
        assert columns.ids[order(columns, sort)].tolist() == expected
        assert columns.ids[ordered(columns, mask, sort)].tolist() == [key for key in expected if key in part]
    shuffled = columns.ids[ordered(columns, mask, f"random:{seed}")].tolist()
    assert sorted(shuffled) == sorted(part)
    liked = columns.ids[by_popularity(columns)].tolist()
    assert liked == sorted(
        sorted(by_id, key=lambda key: (natural_key(by_id[key].name), key)),
        key=lambda key: _likes(by_id[key]),
        reverse=True,
    )


def _likes(known: Known) -> tuple[int, int, bool, int]:
    return known.used, known.rating, "favourite" in known.flags, -1 if known.downloads is None else known.downloads


def test_there_is_a_plain_sort_of_each() -> None:
    assert set(SORTS) == {*VALUES, "random"}


def test_chance_is_the_same_for_the_same_seed_whatever_else_there_is(fresh_database: Database) -> None:
    fill(fresh_database, [(Known(name=f"n {number}"), None) for number in range(30)])
    with fresh_database.read() as connection:
        columns, again = load_columns(connection, 1), load_columns(connection, 1)
    one = columns.ids[order(columns, "random:1")].tolist()
    assert one == again.ids[order(again, "random:1")].tolist()
    assert one != columns.ids[order(columns, "random:2")].tolist()
    mask = columns.mask_of_ids(one[::2])
    assert columns.ids[ordered(columns, mask, "random:1")].tolist() == one[::2]


@pytest.mark.parametrize("sort", ["", "nonsense", "--name", "random2", "Name", "popularity "])
def test_an_unknown_order_is_refused_with_the_known_ones(sort: str, fresh_database: Database) -> None:
    with fresh_database.read() as connection:
        columns = load_columns(connection, 1)
    with pytest.raises(BadInputError, match="published"):
        order(columns, sort)


def test_neighbouring_seeds_shuffle_in_ways_of_their_own_and_none_is_kept(fresh_database: Database) -> None:
    put(fresh_database, *(described(f"{number}.pt") for number in range(200)))
    with fresh_database.read() as connection:
        columns = load_columns(connection, 1)
    first, second = (columns.ids[order(columns, f"random:{seed}")] for seed in (1, 2))
    assert (abs(first - second) <= 1).mean() < 0.2
    assert "random:1" not in columns.orders
