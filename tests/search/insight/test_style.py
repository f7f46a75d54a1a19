from __future__ import annotations

import pytest

from lora_manager.search.adapter_facts import AdapterFacts, ExamplePrompt
from lora_manager.search.insight.archetype import Guess
from lora_manager.search.insight.style import LEAST_CONFIDENCE, STYLES, evidence_in, style_of
from lora_manager.search.insight.texts import texts_of, words_of


def style(facts: AdapterFacts) -> Guess | None:
    return style_of(facts, texts_of(facts))


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (("photography", "realistic"), "photographic"),
        (("anime", "girl"), "anime"),
        (("cartoon",), "cartoon"),
        (("comic book",), "comic"),
        (("oil painting",), "painting"),
        (("watercolor",), "watercolour"),
        (("ink wash",), "ink"),
        (("line art",), "sketch"),
        (("3d render",), "3d render"),
        (("pixel art",), "pixel art"),
        (("chibi",), "chibi"),
        (("flat design",), "flat"),
        (("水墨画",), "ink"),
    ],
)
def test_tags_say_a_style(tags: tuple[str, ...], expected: str) -> None:
    found = style(AdapterFacts(1, tags=tags))
    assert found is not None
    assert found.value == expected
    assert LEAST_CONFIDENCE <= found.confidence < 1


def test_the_longer_words_count_where_several_overlap() -> None:
    assert evidence_in([words_of("a watercolor painting")]) == {"watercolour": 1.6}
    assert evidence_in([words_of("painting")]) == {"painting": 1.0}


def test_more_that_agrees_is_surer_and_what_disagrees_is_not() -> None:
    one = style(AdapterFacts(1, tags=("anime",)))
    two = style(AdapterFacts(1, tags=("anime",), name="Anime screencap"))
    against = style(AdapterFacts(1, tags=("anime", "photography"), name="Anime screencap"))
    assert one
    assert two
    assert against
    assert against.confidence < two.confidence
    assert one.confidence < two.confidence


def test_examples_and_captions_speak_by_their_share() -> None:
    painted, plain = ExamplePrompt("a hill, oil painting, impasto"), ExamplePrompt("a hill")
    assert style(AdapterFacts(1, examples=(painted,) * 4)) == Guess("painting", 0.556)
    assert style(AdapterFacts(1, examples=(painted, *(plain,) * 9))) is None
    assert style(AdapterFacts(1, captions=(("pixel art", 40), ("hill", 3)))) == Guess("pixel art", 0.667)


def test_a_family_made_for_anime_is_some_evidence() -> None:
    assert style(AdapterFacts(1, family="Illustrious", name="x")) == Guess("anime", 0.4)
    assert style(AdapterFacts(1, family="SDXL", name="x")) is None
    assert style(AdapterFacts(1, family="Illustrious", tags=("oil painting",))).value == "painting"  # type: ignore[union-attr]


def test_the_checkpoint_that_it_was_trained_on_is_some_evidence() -> None:
    assert style(AdapterFacts(1, header={"base_checkpoint": "animefull-latest.ckpt"})) == Guess("anime", 0.4)
    assert style(AdapterFacts(1, header={"base_checkpoint": "sd_v1-5.safetensors"})) is None
    assert style(AdapterFacts(1, header={"base_checkpoint": ["x"] * 1000})) is None


def test_names_of_styles_are_shown_as_they_are() -> None:
    assert len(set(STYLES)) == len(STYLES)
    assert all(one == one.lower() and len(one) <= 32 for one in STYLES)
