from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.formats.sidecars.writing.shown import inserted, said, shown_value
from lora_manager.formats.trigger_words import clean_trigger_words

WORD = st.text("abcdefg -_'日本", min_size=2, max_size=12).map(lambda text: " ".join(f"x{text}x".split()))


@given(st.lists(st.lists(WORD, min_size=1, max_size=4, unique_by=str.lower), max_size=4))
def test_the_first_group_is_what_a1111_puts_into_a_prompt(groups: list[list[str]]) -> None:
    assert clean_trigger_words([inserted(groups)]) == groups[:1]
    assert "||" not in inserted(groups)


@pytest.mark.parametrize(
    ("base_model", "word"),
    [("SD 1.5", "SD1"), ("SD 2.1 768", "SD2"), ("NoobAI", "SDXL"), ("Flux.1 D", "Flux"), ("Wan Video", "Unknown")],
)
def test_a1111_s_words_for_base_models(base_model: str, word: str) -> None:
    assert shown_value("base_model", base_model) == word


def test_what_says_nothing_is_nothing() -> None:
    for field, value in (("weight", None), ("notes", None), ("tags", []), ("trigger_groups", []), ("base_model", "")):
        shown = shown_value(field, value)
        assert said("sd version" if field == "base_model" else field, shown) is None
    assert said("notes", " a \r\nb ") == said("notes", "a\nb")
    assert said("preferred weight", 1) == said("preferred weight", 1.0)
    assert said("notes", "Unknown") == "Unknown"
    assert said("preferred weight", 10**400) == 10**400
