from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.db.backup.retention import BEFORE, DAYS, MONTHS, SURE, WEEKS, to_remove

BEGIN = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
REASONS = ["daily", "manual", "before_migration", "before_restore", "before_delete", "before_move"]


@dataclass(frozen=True)
class One:
    hours: float
    reason: str = "daily"
    problem: str = ""

    @property
    def moment(self) -> datetime:
        return BEGIN + timedelta(hours=self.hours)

    @property
    def created_at(self) -> str:
        return self.moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


backups = st.lists(
    st.builds(One, st.integers(0, 400 * 24), st.sampled_from(REASONS), st.sampled_from(["", "", "", "it is cut off"])),
    max_size=60,
    unique_by=lambda one: one.hours,
)


def kept_of(found: list[One]) -> list[One]:
    gone = {id(one) for one in to_remove(found)}
    return sorted((one for one in found if id(one) not in gone), key=lambda one: -one.hours)


def periods(found: list[One]) -> list[tuple[list[object], int]]:
    """The days, weeks and months of backups from new to old, and of how many each one is kept."""
    whole = sorted((one.moment for one in found if not one.problem), reverse=True)
    return [
        (list(dict.fromkeys(moment.date() for moment in whole)), DAYS),
        (list(dict.fromkeys(moment.isocalendar()[:2] for moment in whole)), WEEKS),
        (list(dict.fromkeys((moment.year, moment.month) for moment in whole)), MONTHS),
    ]


@given(backups)
def test_each_period_keeps_one_and_there_are_not_too_many(found: list[One]) -> None:
    kept = kept_of(found)
    for (before, most), (after, _) in zip(periods(found), periods(kept), strict=True):
        assert after[:most] == before[:most]
    by_hand = [one for one in found if one.reason == "manual"]
    assert {*by_hand} <= {*kept}
    most = DAYS + WEEKS + MONTHS + BEFORE + sum(SURE.values()) + 1
    assert len(kept) - len(by_hand) <= most


@given(backups)
def test_the_newest_stays_and_once_is_enough(found: list[One]) -> None:
    kept = kept_of(found)
    assert to_remove(kept) == []
    if found:
        assert max(found, key=lambda one: one.hours) in kept
    whole = [one for one in found if not one.problem]
    if whole:
        assert max(whole, key=lambda one: one.hours) in kept


@given(backups)
def test_the_newest_from_before_something_stay(found: list[One]) -> None:
    kept = kept_of(found)
    newest = sorted(found, key=lambda one: -one.hours)
    before = [one for one in newest if one.reason.startswith("before_")]
    assert {*before[:BEFORE]} <= {*kept}
    for reason, most in SURE.items():
        assert {*[one for one in before if one.reason == reason][:most]} <= {*kept}


@given(st.lists(st.integers(1, 60), min_size=1, max_size=150))
def test_day_after_day_old_ones_live_long_enough_to_stand_for_their_month(gaps: list[int]) -> None:
    """Cleaned after each: what goes today would not be wanted later."""
    kept: list[One] = []
    made: list[One] = []
    hours = 0
    for gap in gaps:
        hours += gap
        made.append(One(hours))
        kept = kept_of([*kept, made[-1]])
    for (before, most), (after, _) in zip(periods(made), periods(kept), strict=True):
        assert after[:most] == before[:most]
    assert len(kept) <= DAYS + WEEKS + MONTHS


def test_a_year_of_days_leaves_about_fifteen() -> None:
    kept: list[One] = []
    for day in range(365):
        kept = kept_of([*kept, One(day * 24)])
    assert 13 <= len(kept) <= DAYS + WEEKS + MONTHS
    assert (kept[0].moment - kept[-1].moment).days > 140


@pytest.mark.parametrize("count", [0, 1])
def test_one_alone_stays(count: int) -> None:
    assert to_remove([One(0.0)] * count) == []
