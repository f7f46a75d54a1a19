from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.formats import infotext
from lora_manager.formats.infotext import Infotext

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "infotext"
KEYS = st.text(alphabet="abcXYZ hash_0", min_size=1, max_size=12).map(str.strip).filter(bool)
VALUES = st.text(max_size=30)
LINES = st.text(alphabet='ab ,:()<>"\\.1é', max_size=30)
PROMPTS = st.lists(LINES, max_size=3).map("\n".join).map(str.strip)


def test_it_is_written_as_automatic1111_does() -> None:
    written = infotext.write(
        Infotext(
            "a dragon, <lora:ink:0.8>",
            "blurry",
            {"Steps": "20", "Sampler": "Euler a", "Seed": "1", "Size": "512x512", "Lora hashes": "ink: 0123456789ab"},
        )
    )
    assert written == (
        "a dragon, <lora:ink:0.8>\nNegative prompt: blurry\n"
        'Steps: 20, Sampler: Euler a, Seed: 1, Size: 512x512, Lora hashes: "ink: 0123456789ab"'
    )


def test_both_prompts_can_have_several_lines() -> None:
    read = infotext.parse("one\ntwo\nNegative prompt: three\nfour\nSteps: 1, Sampler: Euler, Seed: 2")
    assert (read.prompt, read.negative_prompt) == ("one\ntwo", "three\nfour")
    assert read.params == {"Steps": "1", "Sampler": "Euler", "Seed": "2"}


@pytest.mark.parametrize("text", ["", "a cat", "a cat\nsitting: there", "style: anime, mood: calm"])
def test_a_text_without_parameters_is_all_prompt(text: str) -> None:
    assert infotext.parse(text) == Infotext(text)


def test_a_quoted_value_can_hold_anything() -> None:
    read = infotext.parse('x\nSteps: 1, Template: "a, b: \\"c\\"\\nd", Seed: 3')
    assert read.params == {"Steps": "1", "Template": 'a, b: "c"\nd', "Seed": "3"}


def test_lora_hashes_are_read_and_written() -> None:
    written = infotext.format_lora_hashes({"style, v1.0: final": "0123456789ab", "b": "ff"})
    assert written == "style v1.0 final: 0123456789ab, b: ff"
    assert infotext.lora_hashes(Infotext(params={"Lora hashes": written})) == {
        "style v1.0 final": "0123456789ab",
        "b": "ff",
    }
    assert infotext.lora_hashes(Infotext()) == {}


@given(PROMPTS, PROMPTS, st.dictionaries(KEYS, VALUES, max_size=6))
def test_what_is_written_is_read_back(prompt: str, negative: str, params: dict[str, str]) -> None:
    original = Infotext(prompt, negative, {"Steps": "20", **params})
    read = infotext.parse(infotext.write(original))
    assert read == original


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    infotext.parse(text)


@pytest.mark.parametrize("piece", ["a", "a:", ",", 'a: "', "\\", '"', " ", "Negative prompt:", "\n", "Steps: 1, "])
def test_hostile_texts_take_linear_time(piece: str) -> None:
    started = time.process_time()
    infotext.parse("Steps: 1, " + piece * (200_000 // len(piece)))
    assert time.process_time() - started < 2


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample infotexts are not on this machine")
def test_real_infotexts_are_read() -> None:
    for path in SAMPLES.glob("*.txt"):
        read = infotext.parse(path.read_text(encoding="utf-8"))
        assert read.prompt or read.params, path.name
    with_steps = [
        path.name for path in SAMPLES.glob("*.txt") if "Steps" in infotext.parse(path.read_text("utf-8")).params
    ]
    assert len(with_steps) >= 20
