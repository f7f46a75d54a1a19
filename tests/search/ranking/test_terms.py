from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.search.ranking.terms import (
    folded,
    phrase_id,
    phrases_in,
    placed_words,
    term_id,
    term_ids,
    without_syntax,
    words_of,
)


def test_words_are_folded() -> None:
    assert words_of("Café, ＦＵＬＬ long_hair STRASSE straße") == ["cafe", "full", "long", "hair", "strasse", "strasse"]
    assert folded("が") == "が"


def test_cjk_goes_in_pairs() -> None:
    assert words_of("桜の木") == ["桜の", "の木"]
    assert words_of("木") == ["木"]


def test_syntax_leaves_blanks_of_the_same_length() -> None:
    prompt = "(amber:1.2), <lora:x:0.8> BREAK moth [a|b]"
    plain = without_syntax(prompt)
    assert len(plain) == len(prompt)
    assert words_of(plain) == ["amber", "moth", "a", "b"]


@given(st.text(max_size=80))
def test_places_are_places_of_the_text(text: str) -> None:
    plain = without_syntax(text)
    assert len(plain) == len(text)
    for _, start, end in placed_words(plain):
        assert 0 <= start < end <= len(text)


@given(st.lists(st.sampled_from(["a", "bo", "cat", "桜の"]), max_size=12))
def test_every_run_is_a_phrase(words: list[str]) -> None:
    numbers, starts, lengths = phrases_in(words)
    assert len(numbers) == len(starts) == len(lengths)
    runs = {phrase_id(words[i : i + n]) for n in range(1, 9) for i in range(len(words) - n + 1)}
    assert runs <= set(numbers.tolist())
    for number, start, length in zip(numbers.tolist(), starts, lengths, strict=True):
        run = words[start : start + length]
        assert number in (phrase_id(run), term_id("".join(run)))


def test_a_phrase_of_one_word_is_the_word() -> None:
    assert phrase_id(["moth"]) == term_id("moth") == term_ids(["moth"]).tolist()[0]
    assert term_ids([]).dtype == np.uint32
