from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.search.match import MAX_WORDS, all_words_match, any_word_match, word_term


@pytest.mark.parametrize(
    ("query", "expression"),
    [
        ("", None),
        (' -*"():^ ', None),
        ("lantern", '"lantern"*'),
        ("lantern ", '"lantern"'),
        ("amber lantern", '"amber" AND "lantern"*'),
        ("amber lantern,", '"amber" AND "lantern"'),
        ("東", '"東"*'),
        ("東京", '"東京"'),
        ("東京タ", '"東京 京タ"'),
        ("東京 v", '"東京" AND "v"*'),
        ("NOT a OR b", '"NOT" AND "a" AND "OR" AND "b"*'),
    ],
)
def test_every_word_must_match_and_the_last_one_may_go_on(query: str, expression: str | None) -> None:
    assert all_words_match(query) == expression


def test_any_word_may_match() -> None:
    assert any_word_match(["amber", "東京", "星"]) == '"amber" OR "東京" OR "星"*'
    assert word_term("v", prefix=True) == '"v"*'


def test_a_query_of_any_length_becomes_a_short_expression() -> None:
    expression = all_words_match("word " * 100_000)
    assert expression is not None
    assert expression.count(" AND ") == MAX_WORDS - 1


@given(st.text())
def test_what_is_typed_never_becomes_syntax(query: str) -> None:
    expression = all_words_match(query)
    if expression is not None:
        for term in expression.split(" AND "):
            assert term.count('"') == 2
            assert term.startswith('"')
            assert term.endswith(('"', '"*'))


def test_a_pasted_tag_is_the_name_in_it() -> None:
    assert all_words_match("<lora:ink_wash v2:0.8>") == all_words_match("ink_wash v2 ")
    assert all_words_match("fox <LYCO:moon fox> red") == '"fox" AND "moon" AND "fox" AND "red"*'
    assert all_words_match("<lora:") is not None
