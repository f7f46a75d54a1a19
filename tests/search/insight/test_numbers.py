from __future__ import annotations

import math

import pytest

from lora_manager.search.insight.numbers import LARGEST, first_number, number_of


@pytest.mark.parametrize("value", [None, True, "7", math.nan, math.inf, -math.inf, -1, -(10**400), [], {}])
def test_what_is_no_count_is_none(value: object) -> None:
    assert number_of(value) is None


def test_numbers_are_bounded() -> None:
    assert number_of(7) == 7.0
    assert number_of(4.5) == 4.5
    assert number_of(10**400) == number_of(1e300) == LARGEST


def test_the_first_that_has_a_number_counts() -> None:
    assert first_number({"a": "x", "b": 3, "c": 4}, "a", "b", "c") == 3.0
    assert first_number({}, "a") is None
