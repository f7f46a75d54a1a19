from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lora_manager.search.adapter_facts import AdapterFacts, ExamplePrompt
from lora_manager.search.vectors.texts import (
    LONGEST_TEXT,
    artistic_text,
    plain_prompt,
    semantic_text,
    text_hash,
)


def example(text: str) -> ExamplePrompt:
    return ExamplePrompt(text=text, weight=None, own=False, liked=0, others=(), source="civitai_version")


FOX = AdapterFacts(
    id=1,
    name="Amber Fox",
    tags=("animal", "watercolor"),
    trigger_groups=(("ambrfx", "fox girl"), ("ambrfx", "red scarf")),
    description="A fox\n  in many poses.",
    captions=(("snow", 40), ("flat color", 12)),
    archetype="creature",
    examples=(
        example("(ambrfx:1.2) in the snow, loose brush strokes, <lora:amber_fox:0.8>, watercolor"),
        example("ambrfx BREAK night, watercolor, Watercolor"),
    ),
)


def test_a_prompt_is_read_without_its_syntax() -> None:
    prompt = r"(a red fox:1.2), [snow|rain] BREAK <lora:fox:0.8:1> ((soft)) \(1990\)"
    assert plain_prompt(prompt) == "a red fox , snow rain soft 1990"
    assert plain_prompt("at 10:30 pm") == "at 10:30 pm"


def test_the_semantic_text_is_the_card_then_examples_and_captions() -> None:
    text = semantic_text(FOX)
    assert text.startswith("Amber Fox. ambrfx, fox girl, red scarf. creature. animal, watercolor. ambrfx in the snow")
    assert text.endswith("snow, flat color. A fox in many poses.")
    assert "lora" not in text


def test_an_adapter_of_which_nothing_is_known_has_its_file_name() -> None:
    assert semantic_text(AdapterFacts(id=2, file_name="thing_v2")) == "thing_v2"
    assert semantic_text(AdapterFacts(id=2)) == ""
    assert artistic_text(AdapterFacts(id=2)) == ""


def test_the_artistic_text_holds_what_says_how_most_frequent_first() -> None:
    assert artistic_text(FOX) == "watercolor, flat color, loose brush strokes"
    assert artistic_text(AdapterFacts(id=2, tags=("anime", "Anime", "fox"))) == "", "one word says next to nothing"


def test_hashes_tell_texts_apart_whatever_they_hold() -> None:
    assert len(text_hash("a")) == 32
    assert text_hash("a") == text_hash("a") != text_hash("b")
    assert text_hash("\ud800")


@given(st.text(max_size=3000))
def test_no_text_is_too_long_and_none_fails(text: str) -> None:
    facts = AdapterFacts(
        id=1, name=text, tags=(text,), description=text, examples=(example(text),), trigger_groups=((text,),)
    )
    assert len(semantic_text(facts)) <= LONGEST_TEXT
    assert len(artistic_text(facts)) <= LONGEST_TEXT
    assert text_hash(semantic_text(facts))
