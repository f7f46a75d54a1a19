from __future__ import annotations

from pathlib import Path

import pytest

from lora_manager.application import Application
from lora_manager.formats.example_prompts import ExamplePrompt
from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.search.ranking.document import make_document, unpack
from lora_manager.search.ranking.prompt import ParsedPrompt
from lora_manager.services.recommending.presenting import concepts_of, shown_example, weight_for
from lora_manager.services.recommending.suggestions import ShownExample
from tests.services.recommending.library import ask, ids_by_name, read_all, write_lora

EXAMPLES = [
    ExamplePrompt("<lora:amber:1>"),
    ExamplePrompt("a lantern", own=True),
    ExamplePrompt("1, 2, the"),
    ExamplePrompt(("the " * 40) + "moth"),
]


def test_an_example_is_known_by_its_number_in_the_document() -> None:
    document = unpack(make_document(AdapterFacts(1, examples=tuple(EXAMPLES))))
    assert int((document.text_weights > 0).sum()) == len(EXAMPLES)
    assert shown_example(EXAMPLES, 1) == ShownExample("a lantern", own=True)
    assert shown_example(EXAMPLES, len(EXAMPLES)) is None
    assert shown_example(EXAMPLES, -1) is None
    assert shown_example([], 0) is None


def test_the_weight_of_one_adapter_can_be_asked(application: Application, tmp_path: Path) -> None:
    write_lora(tmp_path / "Lora", "amber", "Amber", examples=["a <lora:amber:0.6>", "b <lora:amber:0.8>"])
    read_all(application)
    with application.database.read() as connection:
        found = weight_for(connection, ids_by_name(application)["Amber"])
        assert weight_for(connection, 999).source == "default"
    assert (found.weight, found.source) == (0.7, "examples")


def test_parts_of_a_prompt_that_nothing_covers_are_told_too(application: Application, tmp_path: Path) -> None:
    write_lora(tmp_path / "Lora", "amber", "Amber")
    read_all(application)
    answer = ask(application, "amber, submarine")
    concepts = concepts_of(ParsedPrompt.of("amber, submarine"), answer.items)
    assert [(one.text, len(one.ids)) for one in concepts] == [("amber", 1), ("submarine", 0)]


@pytest.mark.parametrize("missing", [999])
def test_an_adapter_that_is_gone_meanwhile_is_left_out(application: Application, missing: int) -> None:
    with application.database.read() as connection:
        assert application.finder.found_cards(connection, [missing]) == []
