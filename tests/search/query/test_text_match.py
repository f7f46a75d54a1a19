from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.search.query.nodes import Words
from lora_manager.search.query.text_match import COLUMNS, fts_expression


@pytest.mark.parametrize(
    ("node", "expression"),
    [
        (Words("lantern"), '"lantern"'),
        (Words("lantern", is_open=True), '"lantern"*'),
        (Words("blue-hair", is_open=True), '"blue hair"*'),
        (Words("blue hair", "trigger"), '{triggers} : "blue hair"'),
        (Words("x", "name"), '{name version} : "x"'),
        (Words('"*():^'), None),
    ],
)
def test_words_in_a_row(node: Words, expression: str | None) -> None:
    assert fts_expression(node) == expression


@given(st.text(max_size=60), st.sampled_from(["", *COLUMNS]), st.booleans())
def test_what_is_typed_never_becomes_syntax(text: str, field: str, is_open: bool) -> None:
    expression = fts_expression(Words(text, field, is_open))
    if expression is not None:
        assert '"' not in expression.replace('"', "", expression.count('"') - expression.count('"') % 2)
        assert expression.count('"') % 2 == 0
        outside = expression.split('"')[::2]
        assert all(set(part) <= set("{}:*() _ANDORabcdefghijklmnopqrstuvwxyz") for part in outside), expression
