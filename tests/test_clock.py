from __future__ import annotations

import re
from datetime import datetime, timezone

from hypothesis import given
from hypothesis import strategies as st

from lora_manager.clock import utc_from_ns, utc_now

FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
LAST_SECOND = 253402300799


def test_now_is_utc_with_milliseconds() -> None:
    before = datetime.now(timezone.utc)
    text = utc_now()
    assert FORM.fullmatch(text)
    read = datetime.fromisoformat(text.replace("Z", "+00:00"))
    assert abs((read - before).total_seconds()) < 5


def test_a_file_time_is_written_in_utc() -> None:
    assert utc_from_ns(0) == "1970-01-01T00:00:00.000Z"
    assert utc_from_ns(1_700_000_000_123_456_789) == "2023-11-14T22:13:20.123Z"


@given(st.integers(-(2**70), 2**70))
def test_any_number_of_a_broken_file_system_is_a_time(nanoseconds: int) -> None:
    assert FORM.fullmatch(utc_from_ns(nanoseconds))


@given(st.integers(0, LAST_SECOND), st.integers(0, LAST_SECOND))
def test_times_sort_as_text(first: int, second: int) -> None:
    earlier, later = sorted((first, second))
    assert utc_from_ns(earlier * 10**9) <= utc_from_ns(later * 10**9)
