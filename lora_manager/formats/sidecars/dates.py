"""Dates as sidecars write them, to ISO 8601 in UTC."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

_DATE = re.compile(
    r"\s*(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,12})?)?\s*(?:[Zz]|([+-])(\d\d):?(\d\d)|))?\s*",
    re.ASCII,
)


def utc_date(value: Any) -> str | None:
    """`2023-05-01T12:00:00Z` for a date with or without time, fraction and offset; None for what is no date."""
    match = _DATE.fullmatch(value) if isinstance(value, str) and len(value) <= 50 else None
    if match is None:
        return None
    year, month, day, hour, minute, second, sign, offset_hours, offset_minutes = match.groups()
    try:
        moment = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=timezone.utc
        )
        if sign:
            offset = timedelta(hours=int(offset_hours), minutes=int(offset_minutes))
            moment += offset if sign == "-" else -offset
    except (ValueError, OverflowError):
        return None
    # Not strftime: it does not pad years below 1000 on every platform.
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
