from __future__ import annotations

from collections.abc import Iterator

import pytest

from lora_manager.db.columns.load import load_columns
from lora_manager.db.columns.table import Columns
from lora_manager.db.columns.vocabulary import NO_VALUE
from lora_manager.db.engine import Database
from tests.conftest import DatabaseFactory
from tests.db.columns.random_library import HASHES, fill, remove
from tests.search.query.reference import Known

OFFLINE = frozenset({"offline"})
LIBRARY = [
    (Known(name="1", base="Pony", tags=("a", "b")), HASHES[1]),
    (Known(name="2", base="Pony", tags=("b",)), HASHES[1]),
    (Known(name="3"), HASHES[2]),
    (Known(name="4", tags=("c",), state="missing"), HASHES[3]),
    (Known(name="5", base="SD 1.5", flags=OFFLINE), HASHES[3]),
    (Known(name="6"), None),
]


@pytest.fixture(scope="module")
def columns(database_factory: DatabaseFactory) -> Iterator[Columns]:
    """Ids 1 to 6, without the third."""
    with database_factory() as database:
        fill(database, LIBRARY)
        remove(database, 3)
        with database.read() as connection:
            yield load_columns(connection, 1)


def ids(columns: Columns, mask: object) -> list[int]:
    found: list[int] = columns.ids[mask].tolist()  # type: ignore[index]
    return found


def test_ids_and_positions(columns: Columns) -> None:
    assert columns.ids.tolist() == [1, 2, 4, 5, 6]
    assert columns.positions([6, 1, 3, 0, -1, 7, 10**15]).tolist() == [4, 0]
    assert columns.positions_or_none([6, 3, -1, 7, 1]).tolist() == [4, NO_VALUE, NO_VALUE, NO_VALUE, 0]
    assert columns.positions([]).tolist() == []
    assert ids(columns, columns.mask_of_ids([5, 3, 5])) == [5]
    assert ids(columns, columns.all()) == [1, 2, 4, 5, 6]
    assert ids(columns, columns.none()) == []


def test_masks_of_values_and_tags(columns: Columns) -> None:
    bases = columns.vocabularies["base_model"]
    assert ids(columns, columns.mask_of_codes("base_model", bases.find("Pony"))) == [1, 2]
    assert ids(columns, columns.mask_of_codes("base_model", bases.find("Pony", "SD 1.5"))) == [1, 2, 5]
    assert ids(columns, columns.mask_of_codes("base_model", [])) == []
    assert ids(columns, columns.mask_of_codes("author", [])) == [], "nobody wrote them: that is no value"
    assert ids(columns, columns.mask_of_tags(columns.tags.find("b"))) == [1, 2]
    assert ids(columns, columns.mask_of_tags(columns.tags.find("a", "c"))) == [1, 4]
    assert ids(columns, columns.mask_of_tags([])) == []
    assert ids(columns, columns.has_tags) == [1, 2, 4]


def test_what_is_there_twice_and_what_is_out_of_reach(columns: Columns) -> None:
    assert ids(columns, columns.is_duplicate) == [1, 2], "of the other two one is missing"
    assert ids(columns, columns.is_offline) == [5]


def test_no_adapter_at_all(fresh_database: Database) -> None:
    with fresh_database.read() as connection:
        nothing = load_columns(connection, 1)
    assert (len(nothing), nothing.positions([1, 2]).tolist()) == (0, [])
    assert nothing.positions_or_none([1]).tolist() == [NO_VALUE]
    assert ids(nothing, nothing.mask_of_tags([])) == []
    assert (
        ids(nothing, nothing.is_duplicate) == ids(nothing, nothing.is_offline) == ids(nothing, nothing.has_tags) == []
    )
