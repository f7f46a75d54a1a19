from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lora_manager.formats.example_prompts import (
    MAX_TEXT,
    MOST_EXAMPLES,
    MOST_OWN,
    ExamplePrompt,
    choose_examples,
    pack_examples,
    unpack_examples,
)

examples = st.builds(
    ExamplePrompt,
    st.text(max_size=40),
    st.none() | st.floats(-10, 10),
    st.booleans(),
    st.integers(0, 5),
    st.lists(st.text(max_size=9), max_size=3).map(tuple),
    st.sampled_from(["page", "preview", "generation"]),
)


def texts(chosen: tuple[ExamplePrompt, ...]) -> list[str]:
    return [example.text for example in chosen]


def test_the_users_own_come_first_and_the_same_words_once() -> None:
    own = [ExamplePrompt("A lantern, <lora:amber:0.6> at dusk", 0.6, own=True, liked=2)]
    others = [
        ExamplePrompt("a lantern (at dusk:1.2)", 0.9),
        ExamplePrompt("a lantern at dawn"),
        ExamplePrompt("A lantern at DAWN <lora:amber:0.5>", 0.5),
    ]
    chosen = choose_examples(own, others)
    assert texts(chosen) == ["A lantern, <lora:amber:0.6> at dusk", "a lantern at dawn"]
    assert [(one.weight, one.own, one.liked) for one in chosen] == [(0.6, True, 2), (0.5, False, 0)]


def test_the_best_rating_of_those_with_the_same_words_counts() -> None:
    own = [ExamplePrompt("a lantern", own=True, liked=liked) for liked in (1, 5, 0)]
    assert [one.liked for one in choose_examples(own, [])] == [5]


def test_there_is_room_for_the_pages_beside_many_of_the_users_own() -> None:
    own = [ExamplePrompt(f"own {chr(97 + n // 26)}{chr(97 + n % 26)}", own=True) for n in range(200)]
    page = [ExamplePrompt(f"page {chr(97 + n // 26)}{chr(97 + n % 26)}") for n in range(200)]
    assert sum(one.own for one in choose_examples(own, page)) == MOST_OWN
    assert len(choose_examples(own, page)) == MOST_EXAMPLES
    assert sum(one.own for one in choose_examples(own, page[:5])) == MOST_EXAMPLES - 5
    assert len(choose_examples(own, [])) == MOST_EXAMPLES


def test_what_holds_no_word_is_no_example() -> None:
    assert choose_examples([ExamplePrompt("<lora:amber:1>", own=True)], [ExamplePrompt("((( 12 )))")]) == ()


@given(st.lists(examples, max_size=8))
def test_what_is_packed_comes_back(found: list[ExamplePrompt]) -> None:
    assert unpack_examples(pack_examples(found, {"family": "sdxl"})) == tuple(found)


def test_what_stands_beside_makes_another_digest() -> None:
    one = [ExamplePrompt("a lantern")]
    assert pack_examples(one, {"family": "sdxl"}) != pack_examples(one, {"family": "flux"})


@given(st.binary(max_size=60))
def test_what_was_not_packed_is_nothing(raw: bytes) -> None:
    assert unpack_examples(raw) == ()
    assert MAX_TEXT == 2_000
