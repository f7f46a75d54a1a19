from __future__ import annotations

from typing import Any

import pytest

from lora_manager.db.engine import Database
from lora_manager.errors import BadInputError, NotFoundError
from lora_manager.services.saved_filters import LONGEST_NAME, MOST_FILTERS, SavedFilters

ALL = {"q": "moth", "include": ["base:Pony"], "exclude": [], "all": [], "any": ["tag"], "sort": "-uses", "fits": True}


def test_what_is_saved_comes_back_in_its_order(fresh_database: Database) -> None:
    saved = SavedFilters(fresh_database)
    assert saved.of(None) == []
    first = saved.save("  Moths \n of mine ", ALL, None)
    second = saved.save("b", {}, None)
    assert (first.name, first.query) == ("Moths of mine", ALL)
    nothing = {"q": "", "include": [], "exclude": [], "all": [], "any": [], "sort": "", "fits": False}
    assert second.query == nothing
    assert saved.of(None) == [first, second]


def test_the_same_name_is_replaced(fresh_database: Database) -> None:
    saved = SavedFilters(fresh_database)
    saved.save("a", {"q": "one"}, None)
    saved.save("a", {"q": "two"}, None)
    assert [item.query["q"] for item in saved.of(None)] == ["two"]


def test_what_was_deleted_can_be_saved_again(fresh_database: Database) -> None:
    saved = SavedFilters(fresh_database)
    item = saved.save("a", ALL, None)
    assert saved.delete(item.id, None) == item
    assert saved.of(None) == []
    with pytest.raises(NotFoundError):
        saved.delete(item.id, None)
    assert saved.save(item.name, item.query, None).query == ALL


def test_each_user_has_their_own(fresh_database: Database) -> None:
    saved = SavedFilters(fresh_database)
    mine = saved.save("a", ALL, "ada")
    saved.save("a", {}, "bob")
    assert saved.of("ada") == [mine]
    with pytest.raises(NotFoundError):
        saved.delete(mine.id, "bob")


@pytest.mark.parametrize(
    ("name", "query"),
    [
        (" ", {}),
        ("x" * (LONGEST_NAME + 1), {}),
        ("a", {"q": 7}),
        ("a", {"q": "x" * 2000}),
        ("a", {"include": "base:Pony"}),
        ("a", {"include": [7]}),
        ("a", {"include": ["x" * 30_000]}),
        ("a", {"other": "x" * 30_000}),
    ],
)
def test_what_is_no_search_is_refused(fresh_database: Database, name: str, query: dict[str, Any]) -> None:
    with pytest.raises(BadInputError):
        SavedFilters(fresh_database).save(name, query, None)


def test_there_is_an_end_to_them(fresh_database: Database) -> None:
    saved = SavedFilters(fresh_database)
    for number in range(MOST_FILTERS):
        saved.save(str(number), {}, None)
    with pytest.raises(BadInputError, match="delete one"):
        saved.save("one more", {}, None)
    assert saved.save("7", {"q": "again"}, None).query["q"] == "again", "what is there may be replaced"
