from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from lora_manager.db.catalogue import Catalogue
from lora_manager.db.engine import Database
from lora_manager.db.scan_state import root_ids
from lora_manager.services.known_values import KnownValues, known_values, shown_mask
from tests.db.described import described, put

TEXTS = st.text(st.sampled_from("aAbB _-/1é"), max_size=6)


def test_the_beginning_of_a_value_goes_before_that_of_a_word_in_it_and_the_frequent_before_the_rare() -> None:
    known = KnownValues(Counter({"Style": 2, "stilts": 5, "90s-style": 99, "Film still": 7, "fast": 50}))
    assert known.beginning("st", 10) == [("stilts", 5), ("Style", 2), ("90s-style", 99), ("Film still", 7)]
    assert known.beginning("st", 2) == [("stilts", 5), ("Style", 2)]
    assert known.beginning("", 2) == [("90s-style", 99), ("fast", 50)]
    assert known.beginning("x", 2) == []


@given(st.dictionaries(TEXTS, st.integers(1, 3), max_size=8), TEXTS.map(str.lstrip))
def test_every_value_that_begins_so_is_found(counts: dict[str, int], begun: str) -> None:
    found = dict(KnownValues(Counter(counts)).beginning(begun, 100))
    begin = {value for value in counts if value.casefold().startswith(begun.casefold())}
    assert begin <= set(found)
    assert all(counts[value] == count for value, count in found.items())
    assert all(begun.casefold() in value.casefold() for value in found)


def test_what_adapters_that_are_shown_have(fresh_database: Database) -> None:
    with fresh_database.write() as connection:
        root_ids(connection, ["/lora", "/more"])
    put(
        fresh_database,
        described("a/b/1.pt", tags=["Glow", "style"], base_model="Pony", author_username="ada", archetype="style"),
        described("a/2.pt", tags=["glow"], base_model="Pony", file={"algorithm": "LoKr"}),
        described("a/3.pt", tags=["gone"], base_model="SDXL 1.0", file={"state": "missing"}),
        described("4.pt", tags=["far"], base_model="", root_id=2),
    )
    catalogue = Catalogue(fresh_database)
    with fresh_database.read() as connection:
        columns = catalogue.columns(connection)
    shown = shown_mask(columns, (1,))

    def of(field: str) -> list[tuple[str, int]]:
        return known_values(columns, shown, field).beginning("", 10)

    assert of("tag") == [("Glow", 2), ("style", 1)]
    assert of("base") == [("Pony", 2)]
    assert of("author") == [("ada", 1)]
    assert of("type") == [("LoKr", 1), ("style", 1)]
    assert of("folder") == [("a", 2), ("a/b", 1)]
    assert known_values(columns, shown_mask(columns, ()), "tag").beginning("f", 10) == [("far", 1)]
