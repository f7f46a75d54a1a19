"""Reading what another program hands over: its objects may hold anything, and one odd field must not cost the rest.

Every number comes out finite and within 64 bits, as JSON and the database take it.
"""

from __future__ import annotations

import math
from typing import Any

_LARGEST = 2**63 - 1
_UNREADABLE = (TypeError, ValueError, OverflowError, RuntimeError)
"""What a value says that is no number; RuntimeError is a tensor's word of several."""


def whole_number(value: Any, otherwise: int = 0) -> int:
    """A whole number: of a number or of the text of one."""
    try:
        found = int(value)
    except _UNREADABLE:
        return otherwise
    return found if -_LARGEST <= found <= _LARGEST else otherwise


def finite_number(value: Any, otherwise: float = 0.0) -> float:
    """A finite number: of a number or of the text of one."""
    try:
        found = float(value)
    except _UNREADABLE:
        return otherwise
    return found if math.isfinite(found) else otherwise


def text_of(value: Any, otherwise: str = "") -> str:
    """What the value says of itself; None says nothing."""
    return otherwise if value is None else str(value)


def items_of(value: Any) -> list[Any]:
    """What a list, tuple or array holds; a single value is a list of one, None an empty one."""
    if value is None:
        return []
    try:
        return [value] if isinstance(value, (str, bytes, dict)) else list(value)
    except TypeError:
        return [value]
