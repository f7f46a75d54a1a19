"""The values behind `field:` that are no text: numbers, sizes, ages and dates, compared or from-to."""

from __future__ import annotations

import re
from datetime import date

from lora_manager.search.query.fields import Field, Kind
from lora_manager.search.query.nodes import Age, Hash, Number
from lora_manager.search.query.tokens import QueryError

_COMPARED = re.compile(r"(<=|>=|<|>|=|)(.*)", re.DOTALL)
_NUMBER = re.compile(r"[+-]?(?:\d{1,15}(?:\.\d{0,9})?|\.\d{1,9})", re.ASCII)
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{0,9})?)\s*(b|kb?|mb?|gb?|tb?)?", re.IGNORECASE | re.ASCII)
_AGE = re.compile(r"(\d{1,6}(?:\.\d{0,3})?)(h|d|w|m|y)", re.IGNORECASE | re.ASCII)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", re.ASCII)
_BYTES = {"b": 1, "k": 1024, "m": 1024**2, "g": 1024**3, "t": 1024**4}
_DAYS = {"h": 1 / 24, "d": 1.0, "w": 7.0, "m": 30.4375, "y": 365.25}
_NEVER_OVER = 0.005
"""How far a weight such as 0.7 may be from what is stored as a binary fraction."""

_EXPECTED = {
    Kind.NUMBER: "a number, compared or from-to: 32, >=32, 16..64",
    Kind.SIZE: "a size: >100mb, 10kb..2gb",
    Kind.TIME: "an age or a date: <30d, >6m, 2025-01-01..2025-06-30",
    Kind.COUNT: "a number of uses (0, >5), or how long ago the last one was (<7d)",
}


_HASH = re.compile(r"[0-9a-f]{6,64}", re.IGNORECASE)
_HASH_ALONE = re.compile(r"(?=.*[0-9])(?:[0-9a-f]{8}|[0-9a-f]{10}|[0-9a-f]{12}|[0-9a-f]{64})", re.IGNORECASE)
"""A word that may be a hash out of a prompt or a page: of one of the lengths in which these are written."""


def hash_node(text: str, at: int) -> Hash:
    """Return what `hash:text` means. Raises QueryError."""
    if not _HASH.fullmatch(text):
        raise QueryError("hash: takes at least six of the hash's digits, 0 to 9 and a to f: hash:ae1ed34e91.", at)
    return Hash(text.lower())


def hash_in(text: str) -> Hash | None:
    """Return the hash that a word may be."""
    return Hash(text.lower()) if _HASH_ALONE.fullmatch(text) else None


def value_node(field: Field, text: str, at: int) -> Number | Age:
    """Return what `field:text` means; `at` is where the text begins. Raises QueryError."""
    compared = _COMPARED.fullmatch(text)
    assert compared is not None  # it matches anything
    sign, rest = compared[1], compared[2].strip()
    low, dots, high = rest.partition("..")
    if dots and not sign:
        return _between(field, low, high, at)
    return _compared(field, sign, rest, at)


def _between(field: Field, low: str, high: str, at: int) -> Number | Age:
    if not low and not high:
        raise _unexpected(field, at)
    first = _compared(field, ">=", low, at) if low else None
    last = _compared(field, "<=", high, at) if high else None
    if first is None or last is None:
        return first or last or _fail(field, at)
    if isinstance(first, Age) and isinstance(last, Age) and first.is_date == last.is_date:
        return Age(field.name, _least(first.low, last.low), _most(first.high, last.high), first.is_date)
    if isinstance(first, Number) and isinstance(last, Number):
        return Number(field.name, first.low, last.high)
    raise _unexpected(field, at)


def _fail(field: Field, at: int) -> Number | Age:
    raise _unexpected(field, at)


def _least(one: float | None, other: float | None) -> float | None:
    return one if other is None else other


_most = _least


def _compared(field: Field, sign: str, text: str, at: int) -> Number | Age:
    if field.kind is Kind.TIME or (field.kind is Kind.COUNT and _AGE.fullmatch(text)):
        return _time(field, sign, text, at)
    number = _size(text) if field.kind is Kind.SIZE else _number(text)
    if number is None:
        raise _unexpected(field, at)
    near = _NEVER_OVER if field.name == "weight" else 0.0
    if sign in ("", "="):
        return Number(field.name, number - near, number + near)
    if sign in ("<", "<="):
        is_in = sign == "<="
        return Number(field.name, None, number + near * (1 if is_in else -1), has_high=is_in)
    is_in = sign == ">="
    return Number(field.name, number - near * (1 if is_in else -1), None, has_low=is_in)


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _size(text: str) -> float | None:
    found = _SIZE.fullmatch(text)
    if found is None:
        return None
    return float(found[1]) * _BYTES[(found[2] or "b")[0].lower()]


def _time(field: Field, sign: str, text: str, at: int) -> Age:
    age = _AGE.fullmatch(text)
    if age is not None:
        days = float(age[1]) * _DAYS[age[2].lower()]
        if sign in ("<", "<=", "", "="):  # "added:30d" is what people type for "in the last 30 days"
            return Age(field.name, None, days)
        return Age(field.name, days, None)
    found = _DATE.fullmatch(text)
    first, behind = _days_of(found) if found else (None, None)
    if first is None or behind is None:
        raise _unexpected(field, at)
    return {
        "": Age(field.name, first, behind, True),
        "=": Age(field.name, first, behind, True),
        "<": Age(field.name, None, first, True),
        "<=": Age(field.name, None, behind, True),
        ">": Age(field.name, behind, None, True),
        ">=": Age(field.name, first, None, True),
    }[sign]


def _days_of(found: re.Match[str]) -> tuple[float | None, float | None]:
    """The first day of a year, month or day, and the one behind its last, since 1970; (None, None) for no date."""
    year, month, day = int(found[1]), int(found[2] or 1), int(found[3] or 1)
    try:
        first = date(year, month, day)
        if found[3]:
            behind = date.fromordinal(first.toordinal() + 1)
        elif found[2]:
            behind = date(year + month // 12, month % 12 + 1, 1)
        else:
            behind = date(year + 1, 1, 1)
    except (ValueError, OverflowError):
        return None, None
    epoch = date(1970, 1, 1).toordinal()
    return float(first.toordinal() - epoch), float(behind.toordinal() - epoch)


def _unexpected(field: Field, at: int) -> QueryError:
    return QueryError(f"{field.name}: takes {_EXPECTED[field.kind]}.", at)
