from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.search.words import CJK_RUN, cjk_pieces, index_form, split_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" .,-_!? ", []),
        ("Amber lantern_v2-final", ["Amber", "lantern", "v2", "final"]),
        ("Café", ["Café"]),
        ("Cafe\u0301", ["Café"]),
        ("東京タワー v2", ["東京タワー", "v2"]),
        ("v2東京", ["v2", "東京"]),
        ("ﾀﾜｰ", ["タワー"]),
        ("한국어 음악", ["한국어", "음악"]),
        ("ｆｕｌｌ", ["full"]),
        ("дракон-огонь", ["дракон", "огонь"]),
    ],
)
def test_words_are_runs_of_letters_and_runs_of_cjk_signs(text: str, words: list[str]) -> None:
    assert split_words(text) == words


@pytest.mark.parametrize(
    ("run", "pieces"), [("星", ["星"]), ("東京", ["東京", "京"]), ("東京都", ["東京", "京都", "都"])]
)
def test_every_sign_of_a_run_starts_a_piece(run: str, pieces: list[str]) -> None:
    assert cjk_pieces(run) == pieces


@pytest.mark.parametrize(
    ("text", "indexed"),
    [("Plain_Name v2", "Plain_Name v2"), ("新東京 v2", "新東 東京 京 v2"), ("カフェcafe\u0301", "カフ フェ ェ café")],
)
def test_the_index_holds_pieces_and_composed_text(text: str, indexed: str) -> None:
    assert index_form(text).split() == indexed.split()


@given(st.text())
def test_words_hold_every_letter_of_the_text_in_order(text: str) -> None:
    composed = unicodedata.normalize("NFKC", text)
    letters = "".join(sign for sign in composed if sign.isalnum() or CJK_RUN.fullmatch(sign))
    assert "".join(split_words(text)) == letters
