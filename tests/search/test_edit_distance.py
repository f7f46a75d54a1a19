from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.search.edit_distance import distance, one_slip_away

WORDS = st.text(st.sampled_from("abcé"), max_size=5)


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("dragon", "dragon", 0),
        ("dargon", "dragon", 1),
        ("dragn", "dragon", 1),
        ("draggon", "dragon", 1),
        ("dregon", "dragon", 1),
        ("drgn", "dragon", 2),
        ("radgon", "dragon", 2),
        ("", "ab", 2),
        ("wagon", "dragon", 2),
    ],
)
def test_slips_between_two_words(one: str, other: str, slips: int) -> None:
    assert distance(one, other, 3) == slips
    assert distance(other, one, 3) == slips


@given(WORDS, WORDS, st.integers(0, 3))
def test_more_slips_than_asked_for_are_one_more(one: str, other: str, most: int) -> None:
    assert distance(one, other, most) == min(distance(one, other, 99), most + 1)


@given(WORDS, WORDS)
def test_a_slip_is_told_by_both_alike(one: str, other: str) -> None:
    assert (distance(one, other, 9) == 0) == (one == other)
    if set(other) <= {*"abc", *one}:
        assert (other in one_slip_away(one)) == (distance(one, other, 9) == 1)
