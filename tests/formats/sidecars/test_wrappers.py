"""Records that lie inside something else: each wrapper that is known, and what none of them is."""

from __future__ import annotations

from typing import Any

import pytest

from lora_manager.formats.sidecars.wrappers import unwrap
from tests.formats.sidecars.documents import local, model, version


def named(name: str, file_name: str) -> dict[str, Any]:
    files = [{"name": file_name, "type": "Model"}]
    return model([version(1, files)], name=name)


@pytest.mark.parametrize(
    "wrapped",
    [
        model(),
        {"items": [model()], "metadata": {}},
        {"success": True, "data": {"items": [model()]}},
        {"257749": model()},
        {"257749": model(), "3": None},
    ],
)
def test_what_a_tool_wraps_is_taken_without_a_word(wrapped: dict[str, Any]) -> None:
    found = unwrap(wrapped, local())
    assert found.document == model()
    assert (found.reason, found.kind) == ("", "")


def test_a_list_of_one_is_taken_and_said() -> None:
    found = unwrap([model()], local())
    assert found.document == model()
    assert found.kind == "json_list"
    assert "its only entry" in found.reason


def test_of_several_the_one_that_lists_the_local_file_is_taken() -> None:
    mine, other = named("mine", f"{local().stem.upper()}.safetensors"), named("other", "other.safetensors")
    assert unwrap([other, mine], local()).document == mine
    assert "entry of this file" in unwrap([other, mine], local()).reason
    assert unwrap({"items": [other, mine]}, local()).document == mine


def test_several_of_which_none_or_more_than_one_is_the_local_file_are_not_guessed_at() -> None:
    mine = named("mine", f"{local().stem}.safetensors")
    others = [named("a", "a.safetensors"), named("b", "b.safetensors")]
    assert unwrap(others, local()).document is None
    assert "none of them" in unwrap(others, local()).reason
    assert "several of them" in unwrap([mine, mine], local()).reason


def test_without_a_local_file_the_first_will_do_for_telling_the_format() -> None:
    first = named("a", "a.safetensors")
    assert unwrap([first, named("b", "b.safetensors")], None).document == first


@pytest.mark.parametrize("document", [[], [1, "x", None], [{"no": "model"}]])
def test_a_list_without_a_model_says_so(document: list[Any]) -> None:
    found = unwrap(document, local())
    assert (found.document, found.kind) == (None, "json_list")
    assert "none of its entries" in found.reason


@pytest.mark.parametrize("document", ["text", 1, None, True])
def test_what_is_neither_object_nor_list_holds_nothing(document: Any) -> None:
    assert unwrap(document, local()).document is None


def test_a_models_own_items_are_not_taken_for_a_reply() -> None:
    document = model(items=[named("other", "other.safetensors")])
    assert unwrap(document, local()).document == document
