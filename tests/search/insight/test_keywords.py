from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.search.adapter_facts import AdapterFacts, ExamplePrompt
from lora_manager.search.insight.keywords import (
    MOST,
    SHIPPED,
    candidates,
    keywords_of,
    phrase_hash,
    rarity,
    shipped_common,
)

FACTS = AdapterFacts(
    1,
    name="Amber Lighthouse (Old Harbour) LoRA v2.1",
    tags=("anime", "lighthouse"),
    trigger_groups=(("ambrlh",),),
    examples=(
        ExamplePrompt("masterpiece, best quality, 1girl, ambrlh, harbour at dusk <lora:amber:0.8>"),
        ExamplePrompt("(best quality:1.2), ambrlh, harbour at dusk"),
        ExamplePrompt("ambrlh, harbour at dusk, sea \\(calm\\)"),
    ),
)


def test_what_tells_apart_comes_first_and_boilerplate_not_at_all() -> None:
    found = keywords_of(FACTS)
    words = [keyword.word for keyword in found]
    assert words[0] == "ambrlh"
    assert found[0].score == 1.0
    assert {"amber lighthouse", "old harbour", "harbour at dusk", "lighthouse"} <= set(words)
    assert not {"masterpiece", "best quality", "1girl", "anime", "lora"} & set(words)
    assert [keyword.score for keyword in found] == sorted((keyword.score for keyword in found), reverse=True)


def test_names_come_apart_without_their_version() -> None:
    assert set(candidates(AdapterFacts(1, name="Amber Fox (Old Harbour) LoRA v2.1 SDXL"))) == {
        "amber fox",
        "old harbour",
    }


def test_one_example_alone_says_little() -> None:
    one = candidates(replace(FACTS, examples=FACTS.examples[:1]))
    assert one["harbour at dusk"] < candidates(FACTS)["harbour at dusk"] == pytest.approx(1.5)


def test_captions_count_by_how_often_they_were_there() -> None:
    found = candidates(AdapterFacts(1, captions=(("old pier", 10), ("gull", 5), ("mast", -4))))
    assert found == {"old pier": 1.5, "gull": 0.75, "mast": 0.0}
    assert candidates(AdapterFacts(1, captions=(("gull", 0),))) == {"gull": 0.0}


def test_a_phrase_is_as_rare_as_its_words() -> None:
    common = {phrase_hash("red"): 0.2, phrase_hash("red fox"): 0.9}
    assert rarity("red", common) == 0.2
    assert rarity("red fox", common) == 0.9
    assert rarity("red kite", common) == pytest.approx(0.6)
    assert rarity("kite", common) == 1.0


def test_what_is_shipped_knows_what_every_adapter_says() -> None:
    assert SHIPPED.stat().st_size < 100_000
    assert rarity("woman", shipped_common()) < 0.5 < rarity("ambrlh", shipped_common())


def test_of_nothing_there_are_none() -> None:
    assert keywords_of(AdapterFacts(1)) == ()
    assert keywords_of(AdapterFacts(1, name="v2.0", tags=("masterpiece", "1", "!"))) == ()


@given(st.text(), st.lists(st.text()), st.text())
def test_there_are_never_many_nor_empty_ones(name: str, tags: list[str], prompt: str) -> None:
    facts = AdapterFacts(1, name=name, tags=tuple(tags), examples=(ExamplePrompt(prompt),))
    found = keywords_of(facts)
    assert len(found) <= MOST
    assert all(keyword.word.strip() and 0 < keyword.score <= 1 for keyword in found)
