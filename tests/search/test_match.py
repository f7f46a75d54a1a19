from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lora_manager.search.match import any_word_match, word_term
from lora_manager.search.words import split_words


def test_any_word_may_match() -> None:
    assert any_word_match(["amber", "東京", "星"]) == '"amber" OR "東京" OR "星"*'
    assert word_term("v", prefix=True) == '"v"*'


@given(st.text())
def test_what_is_typed_never_becomes_syntax(text: str) -> None:
    for word in split_words(text):
        term = word_term(word)
        assert term.count('"') == 2
        assert term.startswith('"')
        assert term.endswith(('"', '"*'))
