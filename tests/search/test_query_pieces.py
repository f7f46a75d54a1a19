from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.search.query.tokens import QueryError
from lora_manager.search.query_pieces import query_pieces, written


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("", []),
        ("drag", ["drag"]),
        ("big dragon", ["big ", "dragon"]),
        ("big -dragon", ["big "]),
        ("-tag:x ship", ["ship"]),
        ("-(a b) c", ["c"]),
        ("--a -name:b c", ["c"]),
        ("-((a) b) -(c", []),
        ('"blue hair" x', ["blue ", "hair ", "x"]),
        ('"blue hair"', ["blue ", "hair "]),
        ('"blue hair', ["blue ", "hair"]),
        ("well-known ", ["well ", "known "]),
        ("tag:anime x", ["tag:anime ", "x"]),
        ('TAGS:"blue hair" x', ['tag:"blue hair" ', "x"]),
        ('tag:"blue hair"', ['tag:"blue hair"']),
        ('tag:"blue ha', ['tag:"blue ha']),
        ('name:"tall ship" x', ["name:tall ", "name:ship ", "x"]),
        ("rank:>4 is:favourite size:>1mb a", ["a"]),
        ("a OR b", ["a ", "b"]),
        ("nofield:b", []),
        ("<lora:dragon:1> x", ["dragon ", "x"]),
    ],
)
def test_pieces_of_a_query(text: str, alone: list[str]) -> None:
    assert [piece.alone for piece in query_pieces(text)] == alone


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("big dragon", "1 2"),
        ("tag:an (x OR -y)", "tag:1 (2 OR -y)"),
        ('tag:"a b" "c d" e', 'tag:1 "2 3" 4'),
        ("<lora:a:1> b", "<lora:1:1> 2"),
    ],
)
def test_pieces_are_written_otherwise_in_their_place(text: str, changed: str) -> None:
    pieces = list(query_pieces(text))
    assert written(text, [(piece, str(number)) for number, piece in enumerate(pieces, 1)]) == changed


def test_a_value_of_two_words_gets_quotes() -> None:
    (piece,) = query_pieces("tag:bluehair")
    assert written("tag:bluehair", [(piece, "blue hair")]) == 'tag:"blue hair"'


@given(st.text(st.sampled_from('ab :"()-tag\u201c\u201d<lora:>'), max_size=20))
def test_a_piece_stands_where_it_says(text: str) -> None:
    with suppress(QueryError):
        pieces = list(query_pieces(text))
        assert written(text, [(piece, piece.text) for piece in pieces if not piece.is_value]) == text
        for piece in pieces:
            assert 0 <= piece.start <= piece.end <= len(text)
            assert piece.text in text[piece.start : piece.end]
