from __future__ import annotations

import time

import pytest
from sqlalchemy import update

from lora_manager.db.catalogue import Catalogue, CatalogueQuery
from lora_manager.db.engine import Database
from lora_manager.db.revision import touch_catalogue
from lora_manager.db.scan_state import root_ids
from lora_manager.db.tables import NetworkFile
from lora_manager.services.completion import MOST_ITEMS, MOST_OF_A_KIND, Completer
from tests.conftest import Figure
from tests.db.described import described, put


@pytest.fixture
def library(fresh_database: Database) -> Database:
    with fresh_database.write() as connection:
        root_ids(connection, ["/lora", "/more"])
    put(
        fresh_database,
        described("people/1.pt", "Tall Ship", tags=["blue hair", "anime"], base_model="SD 1.5", author_username="tara"),
        described("people/2.pt", "Tall Ship", tags=["anime", "tool"], base_model="SDXL 1.0", triggers=[["tall mast"]]),
        described("my things/3.pt", 'A "real" one', tags=["anime"], base_model="Pony", file={"algorithm": "LoKr"}),
        described("gone/4.pt", "Tapir", tags=["tapir"], file={"state": "missing"}),
        described("other/5.pt", "Tango", tags=["tango"], root_id=2),
    )
    return fresh_database


@pytest.fixture
def completer(library: Database) -> Completer:
    return Completer(Catalogue(library), lambda: (1,))


def chosen(completer: Completer, marked: str) -> list[str]:
    """What the query reads once each item is chosen, in a text whose caret is written as "^"."""
    text = marked.replace("^", "")
    found = completer.complete(text, marked.index("^"))
    return [text[: found.start] + item.text + text[found.end :] for item in found.items]


@pytest.mark.parametrize(
    ("marked", "queries"),
    [
        ("^", []),
        ("tall ^", []),
        ("ta^", ["tag:", "base:x", "author:tara"]),
        ("tag:an^", ["tag:anime"]),
        ("tag:ha^", ['tag:"blue hair"']),
        ('tag:"blue ^', ['tag:"blue hair"']),
        ('tag:"bl^ue h" x', ['tag:"blue hair" x']),
        ("tag:^", ["tag:anime", 'tag:"blue hair"', "tag:tool"]),
        ("-tag:to^", ["-tag:tool"]),
        ("ship OR tag:to^", ["ship OR tag:tool"]),
        ("(ship OR tag:to^) x", ["(ship OR tag:tool) x"]),
        ("tag:to^ol rank:>4", ["tag:tool rank:>4"]),
        ("creator:t^", ["creator:tara"]),
        ("BASE:1^", ['BASE:"SD 1.5"', 'BASE:"SDXL 1.0"']),
        ("type:lo^", ["type:LoKr"]),
        ("folder:^", ['folder:"people"', 'folder:"my things"']),
        ("folder:things^", ['folder:"my things"']),
        ("name:tall^", ['name:"Tall Ship"']),
        ("name:a^", ['name:\u201cA "real" one\u201d']),
        ("trigger:ma^", ["trigger:mast"]),
        ("trigger:m^", []),
        ("is:fav^", ["is:favourite"]),
        ("is:no^", ["is:notriggers", "is:nopreview"]),
        ("is:new^", ["is:unused"]),
        ("miss^", ["is:missing"]),
        ("rating:>^", ["rating:>=4"]),
        ("size:^", ["size:>100mb", "size:<50mb", "size:100mb..500mb"]),
        ("note:a^", []),
        ("nofield:a^", []),
        ("tag:tap^", []),
        ("tag:tan^", []),
        ("tap^", []),
        ("tang^", []),
    ],
)
def test_what_can_be_chosen(marked: str, queries: list[str], completer: Completer) -> None:
    found = chosen(completer, marked)
    if marked == "ta^":
        assert found[0] == "tag:"
        assert "author:tara" in found
        assert '"Tall Ship"' in found
        assert found.count('"Tall Ship"') == 1
    else:
        assert found == queries


def test_every_choice_is_a_query_that_finds_something(library: Database, completer: Completer) -> None:
    catalogue = Catalogue(library)
    asked = 0
    for begun in ("a", "t", "s", "p", "tag:", "base:", "author:", "folder:", "type:", "name:a", "name:t", "trigger:ta"):
        for item in completer.complete(begun, len(begun)).items:
            if item.kind not in ("field", "flag"):
                query = begun[: completer.complete(begun, len(begun)).start] + item.text
                with library.read() as connection:
                    count = catalogue.count(connection, CatalogueQuery(text=query, roots=(1,)))
                assert count >= 1, query
                assert item.count in (None, count), query
                asked += 1
    assert asked > 20


def test_an_item_says_what_it_is(completer: Completer) -> None:
    (anime,) = completer.complete("tag:an", 6).items
    assert (anime.label, anime.kind, anime.count) == ("anime", "tag", 3)
    field = completer.complete("tag", 3).items[0]
    assert (field.label, field.kind, field.count, field.detail) == ("tag:", "field", None, "tag:anime")
    (flag,) = completer.complete("is:edi", 6).items
    assert (flag.kind, flag.detail) == ("flag", "changed by you")


def test_a_field_is_offered_for_its_own_name_before_those_with_another_name_like_that(completer: Completer) -> None:
    assert [item.text for item in completer.complete("s", 1).items][:2] == ["size:", "weight:"]


def test_values_follow_the_catalogue(library: Database, completer: Completer) -> None:
    assert chosen(completer, "tag:to^") == ["tag:tool"]
    put(library, described("6.pt", tags=["tower"]))
    assert chosen(completer, "tag:to^") == ["tag:tool", "tag:tower"]
    with library.write() as connection:
        connection.execute(update(NetworkFile).where(NetworkFile.relative_path == "6.pt").values(state="missing"))
        touch_catalogue(connection, None)
    assert chosen(completer, "tag:to^") == ["tag:tool"]


@pytest.mark.parametrize("text", ["", "a" * 2000, "\u0000", '"', ":", "tag:\ud800"])
def test_any_text_and_caret_are_answered(text: str, completer: Completer) -> None:
    for caret in (-1, 0, len(text), len(text) + 1, 10**12):
        assert len(completer.complete(text, caret).items) <= MOST_ITEMS


def test_a_large_library_is_answered_while_one_types(fresh_database: Database, figure: Figure) -> None:
    put(fresh_database, *(described(f"{n}.pt", f"Name {n}", tags=[f"tag {n}", f"x{n % 9}"]) for n in range(3000)))
    completer = Completer(Catalogue(fresh_database), tuple)
    assert len(completer.complete("tag:t", 5).items) == MOST_ITEMS
    names = [item for item in completer.complete("name", 4).items if item.kind == "name"]
    assert len(names) == MOST_OF_A_KIND
    started = time.perf_counter()
    for number in range(50):
        completer.complete(f"tag:{number}", 6)
    figure(f"{(time.perf_counter() - started) / 50 * 1000:.2f} ms a completion among 3,000 tags")
