from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.formats.sidecars.dates import utc_date


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2023-05-01T12:00:00.123Z", "2023-05-01T12:00:00Z"),
        ("2023-05-01T12:00:00.1234567+02:00", "2023-05-01T10:00:00Z"),
        ("2023-05-01T00:30:00-0100", "2023-05-01T01:30:00Z"),
        ("2023-05-01 12:00", "2023-05-01T12:00:00Z"),
        ("2023-05-01", "2023-05-01T00:00:00Z"),
        ("2023-02-30", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("9999-12-31T23:59:59-23:59", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        (1683000000, None),
        ("2023-05-01" + " " * 100, None),
    ],
)
def test_dates_become_utc(written: Any, date: str | None) -> None:
    assert utc_date(written) == date


@given(st.datetimes(timezones=st.timezones()))
def test_every_date_is_kept_to_the_second(moment: Any) -> None:
    date = utc_date(moment.isoformat())
    if date is not None:  # offsets with seconds are of before 1930
        assert utc_date(date) == date
        assert date.endswith("Z")
