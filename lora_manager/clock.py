"""Time as the catalogue writes it: ISO 8601 text in UTC with milliseconds."""

from __future__ import annotations

from datetime import datetime, timezone


def utc_now() -> str:
    """Return now as "2026-11-20T10:22:51.123Z"."""
    return utc_text(datetime.now(timezone.utc))


def utc_from_ns(nanoseconds: int) -> str:
    """Return a file time as text; times outside the calendar (broken file systems) become the nearest end of it."""
    seconds = min(max(nanoseconds / 1e9, 0.0), 253402300799.0)
    return utc_text(datetime.fromtimestamp(seconds, timezone.utc))


def utc_text(moment: datetime) -> str:
    """Return a moment in UTC as text."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
