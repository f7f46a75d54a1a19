from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from lora_manager.db.catalogue import Catalogue, CatalogueQuery
from lora_manager.db.columns.choices import Choice
from lora_manager.db.engine import Database
from lora_manager.db.rows import DescribedFile
from lora_manager.services.known_values import values_of
from lora_manager.services.spelling import nearest_query
from tests.conftest import DatabaseFactory, Figure
from tests.db.described import described, put


def items() -> list[DescribedFile]:
    return [
        described(
            "people/1.pt", "Dragon Style", tags=["blue hair", "anime"], base_model="SD 1.5", author_username="tara_san"
        ),
        described("people/2.pt", "Dragoon", tags=["anime"], base_model="SDXL 1.0", triggers=[["golden lantern"]]),
        described("landscape/3.pt", "Été à Paris", base_model="Illustrious", file={"algorithm": "LoKr"}),
        described("4.pt", "Red dress", base_model="Pony", notes="watercolour"),
        described("5.pt", "Dragon", base_model="Pony"),
        described("6.pt", "東京 v12", base_model="Pony"),
    ]


@pytest.fixture(scope="module")
def catalogue(database_factory: DatabaseFactory) -> Iterator[Catalogue]:
    """Read by all tests here but one, which brings its own."""
    with database_factory() as database:
        put(database, *items())
        yield Catalogue(database)


EVERYTHING = CatalogueQuery()


def suggested(catalogue: Catalogue, text: str, query: CatalogueQuery = EVERYTHING) -> str | None:
    """What is suggested for a text; checks that it finds something."""
    with catalogue.database.read() as connection:

        def count(asked: CatalogueQuery) -> int:
            return catalogue.count(connection, asked)

        found = nearest_query(
            connection,
            text,
            is_there=lambda text: count(CatalogueQuery(text=text)),
            finds=lambda text: count(replace(query, text=text)),
            values=lambda field: values_of(catalogue, connection, (), field).counts,
        )
        assert found is None or count(replace(query, text=found)) > 0
    return found


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("dargon", "dragon"),
        ("dragn", "dragon"),
        ("xragon", "dragon"),
        ("drgn", None),
        ("stlye dargon", "style dragon"),
        ("Dargon -x", "dragon -x"),
        ("dragon -stlye zzz", None),
        ("style lantren", None),
        ("anmie", "anime"),
        ("golen lantren", "golden lantern"),
        ('"golden lantren"', '"golden lantern"'),
        ("lanntern OR (nothing at all)", None),
        ("reddress", "red dress"),
        ("tag:anmie", "tag:anime"),
        ("tag:bluehair", 'tag:"blue hair"'),
        ('tag:"blue hiar" dragon', 'tag:"blue hair" dragon'),
        ("base:ilustrious", "base:Illustrious"),
        ("base:sdlx", "base:SDXL"),
        ("author:tarra_san", "author:tara_san"),
        ("type:lokrr", "type:LoKr"),
        ("folder:pepole", "folder:people"),
        ("trigger:lantren", "trigger:lantern"),
        ("name:lantren", None),
        ("note:watercolur", "note:watercolour"),
        ("watercolur", None),
        ("ete a pari", None),
        ("etee paris", "ete paris"),
        ("東今", None),
        ("v13", "v12"),
        ("zz", None),
        ("qqqqqqqqq", None),
        ("dragon style", None),
        ("rank:>4000", None),
        ("is:missing", None),
        ("rank:x dargon", None),
        ("", None),
        ("-", None),
        ("<lora:dargon:1>", "<lora:dragon:1>"),
    ],
)
def test_what_is_meant(text: str, meant: str | None, catalogue: Catalogue) -> None:
    assert suggested(catalogue, text) == meant


def test_the_frequent_word_is_meant_of_two_that_are_as_near(catalogue: Catalogue) -> None:
    assert suggested(catalogue, "dragoo ") == "dragon "


def test_a_suggestion_finds_something_under_the_filters_that_are_chosen(catalogue: Catalogue) -> None:
    assert suggested(catalogue, "lantren", CatalogueQuery(choices=(Choice("base", ("SDXL 1.0",)),))) == "lantern"
    assert suggested(catalogue, "lantren", CatalogueQuery(choices=(Choice("base", ("Pony",)),))) is None


def test_a_word_that_only_the_filters_hide_is_not_wrong(catalogue: Catalogue) -> None:
    assert suggested(catalogue, "dragoon", CatalogueQuery(choices=(Choice("base", ("Pony",)),))) is None


def test_words_are_those_of_now(fresh_database: Database) -> None:
    catalogue = Catalogue(fresh_database)
    assert suggested(catalogue, "zeppelni") is None
    put(catalogue.database, described("7.pt", "Zeppelin"))
    assert suggested(catalogue, "zeppelni") == "zeppelin"


def test_many_wrong_words_take_no_longer_than_a_moment(catalogue: Catalogue, figure: Figure) -> None:
    started = time.perf_counter()
    assert suggested(catalogue, " ".join(f"dragonstyl{number}x" for number in range(60))) is None
    seconds = time.perf_counter() - started
    figure(f"{seconds * 1000:.0f} ms for a query of 60 wrong words")
    assert seconds < 5
