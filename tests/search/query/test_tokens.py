from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.search.query.tokens import LONGEST, MOST_TOKENS, QueryError, TokenKind, tokenize

SIGNS = st.text(st.sampled_from('ab "-():<>|.OR \u201c\u201dtag'), max_size=40)


@given(SIGNS)
def test_every_piece_stands_where_it_says(text: str) -> None:
    tokens = tokenize(text)
    assert [token.at for token in tokens] == sorted(token.at for token in tokens)
    assert tokens[-1].kind is TokenKind.END
    for token in tokens:
        begin = token.at + (1 if token.kind is TokenKind.PHRASE else 0)
        if not text.startswith("<", token.at):
            assert text.startswith(token.text, begin)


def test_a_pasted_tag_is_the_name_in_it() -> None:
    tokens = tokenize("fox <lora:ink_wash v2:0.8> <LYCO:moon>")
    assert [token.text for token in tokens[:-1]] == ["fox", "ink_wash v2", "moon"]
    assert [token.text for token in tokenize("<lora:half")][:1] == ["<lora:half"]


@pytest.mark.parametrize(("text", "at"), [("x" * (LONGEST + 1), LONGEST), ("a " * (MOST_TOKENS + 1), 2 * MOST_TOKENS)])
def test_there_is_an_end_to_a_query(text: str, at: int) -> None:
    with pytest.raises(QueryError) as caught:
        tokenize(text)
    assert caught.value.at == at
