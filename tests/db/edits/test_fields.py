from __future__ import annotations

from lora_manager.db.edits.fields import COLUMNS, EDITABLE, FLAGS, OWN, SEARCHED, SOURCED, UNSET, derived, is_same


def test_each_field_is_of_one_kind() -> None:
    assert not SOURCED & OWN
    assert SEARCHED < EDITABLE
    assert set(UNSET) < EDITABLE
    assert FLAGS < COLUMNS


def test_what_follows_from_a_value() -> None:
    assert derived({"name": "Ink 2"})["sort_name"] < derived({"name": "Ink 10"})["sort_name"]
    assert derived({"base_model": "Illustrious"}) == {"family": "Illustrious"}
    assert derived({"version": "Version 1.0"}) != {}
    assert derived({"rating": 3}) == {}


def test_a_tag_has_one_spelling() -> None:
    assert is_same("tags", ["Anime", "b"], ["anime", "B"])
    assert not is_same("tags", ["a", "b"], ["b", "a"])
    assert is_same("tags", None, [])
    assert not is_same("name", "A", "a")
