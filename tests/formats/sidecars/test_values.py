from __future__ import annotations

import math
from typing import Any

import pytest

from lora_manager.formats.sidecars import values


@pytest.mark.parametrize(
    ("value", "number"),
    [(1, 1.0), (0.5, 0.5), ("0.5", 0.5), ("0,5", 0.5), (" -2 ", -2.0), (".5", 0.5), ("1.", 1.0)]
    + [(odd, None) for odd in (True, "x", "", "1e3", math.inf, math.nan, 10**400, None, [], {}, "9" * 99, "٣")],
)
def test_numbers(value: Any, number: float | None) -> None:
    assert values.number_of(value) == number


@pytest.mark.parametrize(
    ("value", "number"),
    [(7, 7), ("7", 7), (7.0, 7), (-1, -1), ("+3", 3)]
    + [(odd, None) for odd in (7.5, True, "7.5", 2**63, 1e300, "9" * 30, "", None, [])],
)
def test_integers(value: Any, number: int | None) -> None:
    assert values.integer_of(value) == number


@pytest.mark.parametrize(
    ("value", "truth"),
    [(True, True), (False, False), ("True", True), ("no", False), (1, True), (0, False), (None, None), ("", None)],
)
def test_truth(value: Any, truth: bool | None) -> None:
    problems: list[str] = []
    assert values.read_truth({"k": value}, "k", problems) is truth
    assert problems == []


@pytest.mark.parametrize(
    ("read", "value", "problem"),
    [
        (values.read_line, [], "k: expected text, found a list"),
        (values.read_text, 3, "k: expected text, found a number"),
        (values.read_url, "file:///etc/passwd", "k: not a web address"),
        (values.read_integer, "many", "k: 'many' is not a number"),
        (values.read_integer, {}, "k: an object is not a number"),
        (values.read_number, True, "k: true/false is not a number"),
        (values.read_truth, "maybe", "k: 'maybe' is neither true nor false"),
        (values.read_object, "x", "k: expected an object, found text"),
        (values.read_objects, {}, "k: expected a list, found an object"),
        (values.read_objects, [{}, 1], "k: 1 of 2 entries left out, not objects or too many"),
        (values.read_counters, {"a": "x"}, "k.a: 'x' is not a number"),
    ],
)
def test_what_cannot_be_used_is_named(read: Any, value: Any, problem: str) -> None:
    problems: list[str] = []
    assert not read({"k": value}, "k", problems) or read is values.read_objects
    assert problems == [problem]


@pytest.mark.parametrize("read", [values.read_line, values.read_text, values.read_url, values.read_integer])
def test_null_and_absent_are_no_problem(read: Any) -> None:
    problems: list[str] = []
    assert read({"k": None}, "k", problems) is None
    assert read({}, "k", problems) is None
    assert problems == []


def test_one_line_is_one_line() -> None:
    assert values.one_line("  a\u00a0\n b\u200b\x1b[31m ") == "a b[31m"
    assert values.one_line("x" * 900, 5) == "xxxxx"


@pytest.mark.parametrize(
    ("written", "weight", "reason"),
    [(0, None, ""), (0.7, 0.7, ""), ("-0,5", -0.5, ""), (11, None, "out of range"), ("x", None, "not a number")],
)
def test_a_weight_is_a_multiplier_that_somebody_set(written: Any, weight: float | None, reason: str) -> None:
    problems: list[str] = []
    assert values.read_weight({"weight": written}, "weight", problems) == weight
    assert reason in "".join(problems)
    assert bool(problems) == bool(reason)
