"""Long lists in parts: a statement takes only so many values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
MOST_VALUES = 500


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Return the items in order, in parts of MOST_VALUES at most; none of nothing."""
    for start in range(0, len(items), MOST_VALUES):
        yield items[start : start + MOST_VALUES]
