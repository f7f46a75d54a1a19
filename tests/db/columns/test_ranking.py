from __future__ import annotations

import pytest

from lora_manager.db.catalogue import Catalogue, CatalogueQuery
from lora_manager.db.columns import ranking
from lora_manager.db.edits.apply import edit_adapter
from lora_manager.db.engine import Database
from tests.db.described import described, put


@pytest.fixture
def lanterns(fresh_database: Database) -> list[int]:
    """A lantern by its description, by its tag, by its trigger word, inside its name and at its beginning."""
    return put(
        fresh_database,
        described("a.pt", "alpha", description_text="a lantern"),
        described("b.pt", "beta", tags=["lantern"]),
        described("c.pt", "gamma", triggers=[["lantern glow"]]),
        described("d.pt", "a lantern"),
        described("e.pt", "lantern"),
        described("f.pt", "nothing"),
    )


def found(database: Database, text: str) -> list[int]:
    with database.read() as connection:
        return list(Catalogue(database).find(connection, CatalogueQuery(text)).ids)


def test_few_are_scored_one_by_one(fresh_database: Database, lanterns: list[int]) -> None:
    with fresh_database.read() as connection:
        result = Catalogue(fresh_database).find(connection, CatalogueQuery("lantern"))
    assert list(result.ids)[-1] == lanterns[0]
    assert set(result.ids) == set(lanterns[:5])
    assert list(result.scores) == sorted(result.scores, reverse=True)


def test_of_many_the_field_decides_and_then_what_is_liked(
    fresh_database: Database, lanterns: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "MOST_SCORED", 2)
    by_description, by_tag, by_trigger, inside, beginning = lanterns[:5]
    assert found(fresh_database, "lantern") == [inside, beginning, by_tag, by_trigger, by_description]
    with fresh_database.write() as connection:
        edit_adapter(connection, by_trigger, {"rating": 5})
        edit_adapter(connection, beginning, {"favourite": True})
    assert found(fresh_database, "lantern") == [beginning, inside, by_trigger, by_tag, by_description]


def test_of_very_many_the_beginning_of_the_name_decides(
    fresh_database: Database, lanterns: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "MOST_SCORED", 2)
    monkeypatch.setattr(ranking, "MOST_TIERED", 3)
    assert found(fresh_database, "lantern")[0] == lanterns[4]
    assert found(fresh_database, "LANT")[0] == lanterns[4]
    assert set(found(fresh_database, "lantern")) == set(lanterns[:5])


@pytest.mark.parametrize("most", [(2, 3), (2, 25_000), (1000, 25_000)])
@pytest.mark.parametrize("text", ["lantern -tag:lantern", "lantern OR nothing", "(lantern alpha) OR beta", "-lantern"])
def test_however_it_is_ranked_the_same_is_found(
    fresh_database: Database, lanterns: list[int], monkeypatch: pytest.MonkeyPatch, text: str, most: tuple[int, int]
) -> None:
    with fresh_database.read() as connection:
        by_name = Catalogue(fresh_database).find(connection, CatalogueQuery(text, sort="name"))
    monkeypatch.setattr(ranking, "MOST_SCORED", most[0])
    monkeypatch.setattr(ranking, "MOST_TIERED", most[1])
    assert sorted(found(fresh_database, text)) == sorted(by_name.ids)


def test_what_is_no_text_ranks_nothing(fresh_database: Database, lanterns: list[int]) -> None:
    assert found(fresh_database, "is:untagged") == found(fresh_database, "-is:favourite is:untagged")
    with fresh_database.read() as connection:
        assert not Catalogue(fresh_database).find(connection, CatalogueQuery("is:untagged")).scores
