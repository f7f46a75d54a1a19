"""Numbers out of records that anybody may have written."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

LARGEST = 1e12


def number_of(value: Any) -> float | None:
    """Return a count or a rating as a number from 0 to LARGEST; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return float(min(value, int(LARGEST))) if value >= 0 else None


def first_number(values: Mapping[str, Any], *keys: str) -> float | None:
    """Return the number under the first of the keys that has one."""
    return next((number for key in keys if (number := number_of(values.get(key))) is not None), None)
