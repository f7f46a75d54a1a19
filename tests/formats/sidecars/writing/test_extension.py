from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from lora_manager.formats.sidecars.writing.extension import NOTHING, extension_of, own_values, without_ours
from tests.formats.sidecars.writing.test_json_text import VALUES


def ours(**parts: Any) -> dict[str, Any]:
    """A record with our part in it."""
    return {"notes": "n", "extensions": {"lora_manager": parts, "other": 1}}


@pytest.mark.parametrize("extensions", [None, [], "x", {}, {"lora_manager": None}, {"lora_manager": []}])
def test_a_record_without_our_part_is_as_it_is(extensions: Any) -> None:
    document = {"extensions": extensions, "notes": "n"}
    assert extension_of(document) is NOTHING
    assert without_ours(document) is document
    assert own_values(document) == {}


def test_our_part_is_taken_apart() -> None:
    document = ours(values={"notes": "n", "rating": 9, "weight": 1}, added=["notes", "modelVersions", 7], later=True)
    extension = extension_of(document)
    assert extension.added == {"notes"}, "only what could be ours"
    assert extension.other == {"later": True}
    assert extension.document()["later"] is True
    assert own_values(document) == {"notes": "n", "rating": 9}, "the weight is not shown any more"
    assert without_ours(document) == {"extensions": {"other": 1}}


def test_what_others_wrote_is_never_taken_for_ours() -> None:
    document = ours(values={"notes": "mine"}, replaced={"notes": "old", "modelVersions": []})
    assert without_ours(document) == {"notes": "n", "extensions": {"other": 1}}
    assert own_values(document) == {}


@given(VALUES, VALUES, VALUES, VALUES)
def test_whatever_is_in_it_does_no_harm(values: Any, sourced: Any, added: Any, replaced: Any) -> None:
    document = ours(values=values, sourced=sourced, added=added, replaced=replaced)
    own_values(document)
    without_ours(document)
    named = {"weight": values, "tags": sourced, "trigger_groups": added, "base_model": replaced, "description": values}
    hostile = {**ours(values=named, added=["tags"], replaced={"description": added}), "preferred weight": added}
    own_values(hostile)
    without_ours(hostile)
