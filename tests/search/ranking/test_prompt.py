from __future__ import annotations

import time

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.search.ranking.prompt import MOST_WORDS, ParsedPrompt, is_telling


def test_words_terms_and_places() -> None:
    prompt = "A girl, long_hair, <lora:x:1>, (amber lantern:1.3), girl, 2 8k"
    parsed = ParsedPrompt.of(prompt)
    assert parsed.words == ("girl", "long", "hair", "amber", "lantern", "8k")
    assert [prompt[a:b] for a, b in parsed.spans] == ["girl", "long", "hair", "amber", "lantern", "8k"]
    assert parsed.emphasis.tolist() == [1, 1, 1, np.float32(1.3), np.float32(1.3), 1]
    assert parsed.sequence.tolist() == [-1, 0, 1, 2, 3, 4, 0, -1, 5]


def test_concepts() -> None:
    prompt = "A foggy pier, (boats:1.2) BREAK moody light. Two moths; boats, <lora:x:1>, 桜、木"
    concepts = ParsedPrompt.of(prompt).concepts
    assert [concept.text for concept in concepts] == ["A foggy pier", "boats", "moody light", "Two moths", "桜", "木"]
    assert all(prompt[concept.start : concept.end] == concept.text for concept in concepts)


def test_a_sentence_is_taken_apart_before_its_prepositions() -> None:
    prompt = "an oil painting of (a ship:1.2) in a storm and the of, a cat on a mat"
    concepts = ParsedPrompt.of(prompt).concepts
    assert [concept.text for concept in concepts] == ["an oil painting", "a ship", "a storm", "a cat on a mat"]
    assert all(prompt[concept.start : concept.end] == concept.text for concept in concepts)


def test_brackets_strengthen_and_weaken() -> None:
    parsed = ParsedPrompt.of("((one)) [two] (three:0.5) four) ((five")
    assert np.allclose(parsed.emphasis, [1.21, 1 / 1.1, 0.5, 1, 1])


def test_what_tells_nothing() -> None:
    assert not any(map(is_telling, ["the", "a", "x", "1", "37"]))
    assert all(map(is_telling, ["1girl", "1970", "8k", "木"]))


@given(st.text(alphabet=st.sampled_from("ab, ()[]<>:|.1木桜🦊\nBREAK"), max_size=60))
def test_any_text_is_a_prompt(text: str) -> None:
    parsed = ParsedPrompt.of(text)
    assert len(parsed.words) == len(parsed.terms) == len(parsed.spans) == len(parsed.emphasis)
    assert (parsed.phrase_starts + parsed.phrase_lengths <= len(parsed.sequence)).all()


def test_a_long_prompt_is_cut() -> None:
    started = time.perf_counter()
    parsed = ParsedPrompt.of(" ".join(f"word{n}" for n in range(5_000)))
    assert len(parsed.words) == MOST_WORDS
    assert time.perf_counter() - started < 1
    ParsedPrompt.of("(" * 20_000)
    assert time.perf_counter() - started < 2


def test_absurd_weights_stay_numbers() -> None:
    prompts = ["(" * 10 + "dragon" + ":99999999999)" * 8 + ":0)" * 2, "(" * 500 + "dragon" + ")" * 500, "(dragon:-3)"]
    assert all(np.isfinite(ParsedPrompt.of(prompt).emphasis).all() for prompt in prompts)


def test_brackets_without_end_take_no_time() -> None:
    words = " ".join(f"word{number}" for number in range(MOST_WORDS))
    began = time.perf_counter()
    for prompt in ("(" * 90_000 + words + ")" * 90_000, "dragon()" * 25_000):
        ParsedPrompt.of(prompt)
    assert time.perf_counter() - began < 3
