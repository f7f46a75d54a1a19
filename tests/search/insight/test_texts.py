from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lora_manager.search.adapter_facts import AdapterFacts, ExamplePrompt
from lora_manager.search.insight.texts import MAX_ENTRIES, key_of, prompt_phrases, texts_of, words_of


def test_words_are_folded_and_cjk_is_in_pairs() -> None:
    assert words_of("Snow_Leopard-Cat 2") == ("snow", "leopard", "cat", "2")
    assert words_of("Crème") == ("creme",)
    assert words_of("水墨画") == ("水墨", "墨画", "画")


def test_a_phrase_is_found_within_a_longer_run() -> None:
    assert key_of("水墨画") == ("水墨", "墨画")
    assert set(key_of("水墨画")) <= set(words_of("山水墨画集"))
    assert key_of("oil painting") == ("oil", "painting")


def test_a_prompt_comes_apart_at_commas_without_its_networks() -> None:
    found = prompt_phrases("<lora:harbour:0.8>, (red kite:1.2), sea BREAK dawn")
    assert found == [("red", "kite"), ("1", "2"), ("sea",), ("dawn",)]


def test_names_written_together_are_several_words() -> None:
    found = texts_of(AdapterFacts(1, name="RedKiteStyle", file_name="red_kite_v2"))
    assert found.name == [("red", "kite", "style"), ("red", "kite", "v2")]


def test_everything_has_its_place() -> None:
    facts = AdapterFacts(
        1,
        tags=("glass",),
        trigger_groups=(("blown glass", "vase"),),
        description="One line.\nAnother.",
        captions=(("a vase", 7), ("", 3)),
        examples=(ExamplePrompt("a vase, light"),),
    )
    found = texts_of(facts)
    assert (found.tags, found.triggers) == ([("glass",)], [("blown", "glass"), ("vase",)])
    assert found.description == [("one", "line"), ("another",)]
    assert (found.captions, found.counts) == ([("a", "vase")], [7])
    assert found.examples == [[("a", "vase"), ("light",)]]


def test_long_lists_are_cut() -> None:
    facts = AdapterFacts(1, tags=("word",) * 5_000, description="x y\n" * 100_000)
    assert len(texts_of(facts).tags) <= MAX_ENTRIES
    assert len(texts_of(facts).description) <= MAX_ENTRIES


@given(st.text())
def test_no_word_is_empty(text: str) -> None:
    assert all(words_of(text))
    assert all(word for phrase in prompt_phrases(text) for word in phrase)
