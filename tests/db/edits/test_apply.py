from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from lora_manager.db.cards import cards
from lora_manager.db.details import adapter_detail
from lora_manager.db.edits.apply import edit_adapter
from lora_manager.db.edits.card_texts import stored_card_texts
from lora_manager.db.edits.fields import EDITABLE, OWN
from lora_manager.db.engine import Database
from lora_manager.db.full_text import FullText
from lora_manager.db.revision import catalogue_revision
from lora_manager.db.tables import UserEdit
from lora_manager.errors import NotFoundError
from tests.conftest import DatabaseFactory
from tests.db.described import described, put
from tests.helpers.network_files import write_network_file
from tests.helpers.shelf import Shelf


def edit(database: Database, adapter_id: int, **values: Any) -> None:
    with database.write() as connection:
        edit_adapter(connection, adapter_id, values)


def one(database: Database) -> int:
    return put(database, described("sub/a.pt", "Theirs", tags=["t"], triggers=[["w"]], sources={"name": "a1111"}))[0]


def test_an_edit_shows_at_once_and_says_whose_it_is(fresh_database: Database) -> None:
    adapter_id = one(fresh_database)
    edit(fresh_database, adapter_id, name="Mine 10", weight=0.5, tags=["b", "a"], trigger_groups=[["x", "y"], ["z"]])
    with fresh_database.read() as connection:
        detail = adapter_detail(connection, adapter_id)
        (card,) = cards(connection, [adapter_id])
    assert (card.name, card.weight, card.trigger_groups) == ("Mine 10", 0.5, [["x", "y"], ["z"]])
    assert detail.tags == ["b", "a"]
    assert detail.edited == ["name", "tags", "trigger_groups", "weight"]
    assert {detail.fields["sources"][field] for field in detail.edited} == {"user"}
    assert detail.fields["sort_name"].startswith("mine")


def test_search_follows_an_edit(fresh_database: Database) -> None:
    adapter_id = one(fresh_database)
    edit(fresh_database, adapter_id, name="Lantern", notes="dusk", tags=["glow"], trigger_groups=[["amber"]],
         description="<p>Draws <b>moths</b></p>")  # fmt: skip
    with fresh_database.read() as connection:
        for word in ("lantern", "dusk", "glow", "amber", "moths", "sub"):
            assert [found for found, _ in FullText.search(connection, f'"{word}"')] == [adapter_id], word
        assert FullText.search(connection, '"theirs"') == []
        assert "<" not in stored_card_texts(connection, [adapter_id])[0][1].description


def test_a_base_model_brings_its_family(fresh_database: Database) -> None:
    adapter_id = one(fresh_database)
    for base_model, family in (("SD 1.5", "SD 1.5"), ("", ""), ("Something of mine", "")):
        edit(fresh_database, adapter_id, base_model=base_model)
        with fresh_database.read() as connection:
            (card,) = cards(connection, [adapter_id])
        assert (card.base_model, card.family) == (base_model, family)


def test_what_is_the_users_alone_is_not_remembered_twice(fresh_database: Database) -> None:
    adapter_id = one(fresh_database)
    edit(fresh_database, adapter_id, favourite=True, rating=5, active=False, ordinal=-3)
    with fresh_database.read() as connection:
        remembered = set(connection.execute(select(UserEdit.field)).scalars())
        assert remembered == {"favourite", "rating"}, "a sidecar may have them"
        detail = adapter_detail(connection, adapter_id)
    assert sorted(detail.edited) == ["favourite", "rating"]
    assert {key: detail.fields[key] for key in sorted(OWN)} == {"active": False, "ordinal": -3}


def test_every_edit_moves_the_revision(fresh_database: Database) -> None:
    adapter_id = one(fresh_database)
    with fresh_database.read() as connection:
        before = catalogue_revision(connection)
    edit(fresh_database, adapter_id, favourite=True)
    with fresh_database.read() as connection:
        assert catalogue_revision(connection) == before + 1


def test_an_adapter_that_is_gone_is_not_found(fresh_database: Database) -> None:
    with pytest.raises(NotFoundError, match="77"):
        edit(fresh_database, 77, name="x")


TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "name": TEXTS,
    "version": TEXTS | st.none(),
    "notes": TEXTS | st.none(),
    "negative_text": TEXTS | st.none(),
    "description": TEXTS | st.none(),
    "base_model": st.sampled_from(["SD 1.5", "Pony", ""]),
    "archetype": st.sampled_from(["style", None]),
    "weight": st.floats(-100, 100) | st.none(),
    "weight_min": st.floats(-100, 100) | st.none(),
    "weight_max": st.floats(-100, 100) | st.none(),
    "nsfw_level": st.integers(0, 63) | st.none(),
    "favourite": st.booleans(),
    "rating": st.integers(0, 5),
    "active": st.booleans(),
    "ordinal": st.integers(-(10**6), 10**6),
    "tags": st.lists(TEXTS, max_size=4, unique_by=str.casefold),
    "trigger_groups": st.lists(st.lists(TEXTS, min_size=1, max_size=3), max_size=3),
}


def test_every_field_has_values_to_try() -> None:
    assert set(VALUES) == EDITABLE


@settings(max_examples=20)
@given(st.lists(st.fixed_dictionaries({}, optional=VALUES), max_size=4))
def test_the_last_edit_of_each_field_is_what_is_read(
    database_factory: DatabaseFactory, edits: list[dict[str, Any]]
) -> None:
    with database_factory() as database:
        adapter_id = one(database)
        expected: dict[str, Any] = {}
        for values in edits:
            edit(database, adapter_id, **values)
            expected.update(values)
        with database.read() as connection:
            detail = adapter_detail(connection, adapter_id)
            (card,) = cards(connection, [adapter_id])
        found = {**detail.fields, "tags": detail.tags, "trigger_groups": card.trigger_groups}
        # A tag has one spelling in a library, that of whoever came first.
        found["tags"] = [tag.casefold() for tag in found["tags"]]
        wanted = {**expected, **({"tags": [tag.casefold() for tag in expected["tags"]]} if "tags" in expected else {})}
        assert {key: found[key] for key in expected} == wanted
        assert detail.edited == sorted(set(expected) - OWN)


def test_an_edited_version_is_compared_in_its_one_spelling(shelf: Shelf) -> None:
    write_network_file(shelf.root / "a.safetensors")
    shelf.scan()
    adapter_id = shelf.adapter_id("a.safetensors")
    with shelf.database.write() as connection:
        edit_adapter(connection, adapter_id, {"version": "Version 2.1"})
    for force in (False, True):
        shelf.scan(force=force)
        assert shelf.detail("a.safetensors").fields["canonical_version_name"] == "v2.1"
