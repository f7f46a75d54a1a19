from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.hosts.tolerant import finite_number, items_of, text_of, whole_number


class Tensor:
    """As one of several elements."""

    def __int__(self) -> int:
        raise RuntimeError("a tensor with 4 elements cannot be converted to a scalar")

    __float__ = __int__  # type: ignore[assignment]


ODD = (None, "x", "", [], [1], {}, object(), Tensor(), math.nan, math.inf, -math.inf, "nan", "1e999", 10**400)


@pytest.mark.parametrize("value", ODD)
def test_what_is_no_number(value: Any) -> None:
    assert whole_number(value, -1) == -1
    assert finite_number(value, 7.5) == 7.5
    assert (whole_number(value), finite_number(value)) == (0, 0.0)


@pytest.mark.parametrize("value", [20, "20", " 20 ", 20.0, np.int64(20), np.float32(20)])
def test_numbers_of_all_kinds(value: Any) -> None:
    assert (whole_number(value), finite_number(value)) == (20, 20.0)
    assert type(whole_number(value)) is int
    assert type(finite_number(value)) is float


def test_whole_numbers_have_64_bits() -> None:
    assert whole_number(2**63 - 1) == 2**63 - 1
    assert whole_number(-(2**63) + 1) == -(2**63) + 1
    assert (whole_number(2**63, -1), whole_number(2**64 - 1, -1), whole_number(10**30, -1)) == (-1, -1, -1)


def test_text() -> None:
    assert (text_of(None), text_of(None, "Default"), text_of(""), text_of(3), text_of("a")) == (
        "",
        "Default",
        "",
        "3",
        "a",
    )


def test_items() -> None:
    assert items_of(None) == []
    assert items_of("a cat") == ["a cat"]
    assert items_of(["a", None]) == ["a", None]
    assert items_of(("a",)) == ["a"]
    assert items_of(np.array([3, 4])) == [3, 4]
    assert items_of(np.array(3)) == [3]
    assert items_of(7) == [7]


@given(st.one_of(st.integers(), st.floats(), st.text(), st.none(), st.binary(), st.complex_numbers()))
def test_numbers_can_always_be_written_down(value: Any) -> None:
    json.dumps([whole_number(value), finite_number(value)], allow_nan=False)
    assert whole_number(value).bit_length() < 64
