from __future__ import annotations

import pytest

from lora_manager.db.engine import Database
from lora_manager.db.terms import folded, terms_among, terms_beginning
from tests.db.described import described, put


@pytest.mark.parametrize(
    ("word", "in_the_index"),
    [("Dragon", "dragon"), ("ÉTÉ", "ete"), ("\uff21bc", "abc"), ("Straße", "straße"), ("東京", "東京")],
)
def test_a_word_is_folded_as_the_index_folds_it(word: str, in_the_index: str, fresh_database: Database) -> None:
    assert folded(word) == in_the_index
    put(fresh_database, described("a.pt", word))
    with fresh_database.read() as connection:
        assert terms_among(connection, [in_the_index], ("name",))[in_the_index] == 1


def test_words_that_begin_so_with_how_many_adapters_have_them(fresh_database: Database) -> None:
    put(
        fresh_database,
        described("a.pt", "Dragon dragon", triggers=[["dragon scale"]]),
        described("b.pt", "Dragon", tags=["drawing"]),
        described("c.pt", "Amber", notes="a draft"),
    )
    with fresh_database.read() as connection:
        assert terms_beginning(connection, "dra") == {"dragon": 2, "drawing": 1, "draft": 1}
        assert terms_beginning(connection, "dra", ("triggers", "tags")) == {"dragon": 1, "drawing": 1}
        assert terms_beginning(connection, "dragons") == {}


def test_which_of_many_words_there_are(fresh_database: Database) -> None:
    put(fresh_database, described("a.pt", "Dragon 12"))
    with fresh_database.read() as connection:
        assert terms_among(connection, ["dragon", "dragno", "12", "x" * 100, '"']) == {"dragon": 1, "12": 1}
        assert terms_among(connection, []) == {}
        assert terms_among(connection, ["dragon"], ("tags",)) == {}


def test_words_follow_the_catalogue(fresh_database: Database) -> None:
    for number, name in enumerate(("Dragon", "Drawing")):
        put(fresh_database, described(f"{number}.pt", name))
        with fresh_database.read() as connection:
            assert name.lower() in terms_beginning(connection, "dra")
