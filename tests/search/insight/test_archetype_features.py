from __future__ import annotations

import zlib
from dataclasses import replace

from lora_manager.search.adapter_facts import AdapterFacts, ExamplePrompt
from lora_manager.search.insight.archetype_features import archetype_features
from lora_manager.search.insight.texts import texts_of

FACTS = AdapterFacts(1, name="Amber Fox", tags=("red fox",), trigger_groups=(("amberfox",),), description="A fox.")


def features(facts: AdapterFacts) -> dict[int, float]:
    return archetype_features(facts, texts_of(facts))


def of(feature: str) -> int:
    return zlib.crc32(feature.encode())


def test_words_are_hashed_with_their_place() -> None:
    found = features(FACTS)
    assert found[of("n:fox")] == found[of("t:fox")] == found[of("p:red fox")] == 1.0
    assert {of("a:amberfox"), of("g:amberfox"), of("d:fox"), of("l:fox"), of("q:amber fox")} <= found.keys()
    assert of("e:fox") not in found


def test_examples_and_captions_count_by_their_share() -> None:
    examples = (ExamplePrompt("fox, snow"), ExamplePrompt("fox, sea"))
    found = features(replace(FACTS, examples=examples, captions=(("sea", 9), ("hill", 3))))
    assert found[of("e:fox")] == 0.5
    assert found[of("e:snow")] == 0.25
    assert found[of("e:sea")] == 0.5
    assert round(found[of("e:hill")], 3) == 0.167


def test_no_value_is_out_of_bounds() -> None:
    found = features(replace(FACTS, name="style " * 90, tags=("style",) * 90, captions=(("x", -3),)))
    assert all(0 < value <= 1.5 for value in found.values())
