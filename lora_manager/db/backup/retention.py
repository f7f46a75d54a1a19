"""Which backups are kept.

Of all that were made by themselves: the newest of each of the last 7 days, 4 weeks and 6 months that have one (not of
the last days of the calendar: who comes back after a year finds what was there). Beside those the newest 10 of what was
made before something was changed, of which the newest 3 from before an update and the newest 3 from before a restore
are among the kept in any case. One made by hand is never removed: whoever made it knows what it is for, and how many
there are is their choice. The newest of all is never removed either.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

DAYS, WEEKS, MONTHS = 7, 4, 6
BEFORE = 10
SURE = {"before_migration": 3, "before_restore": 3}
BY_HAND = "manual"


class Kept(Protocol):
    """What is asked of a backup here."""

    @property
    def created_at(self) -> str:
        """Return when it was made, ISO text in UTC."""

    @property
    def reason(self) -> str:
        """Return what for."""

    @property
    def problem(self) -> str:
        """Return what is wrong with it, "" for nothing."""


K = TypeVar("K", bound=Kept)


def to_remove(backups: Sequence[K]) -> list[K]:
    """Return the backups that need not be kept any longer. One that is damaged stands for no day."""
    newest_first = sorted(backups, key=lambda backup: backup.created_at, reverse=True)
    whole = [backup for backup in newest_first if not backup.problem]
    kept = {id(backup) for backup in newest_first[:1] + whole[:1]}
    for period, most in ((_day, DAYS), (_week, WEEKS), (_month, MONTHS)):
        kept.update(id(backup) for backup in _newest_of_each(whole, period, most))
    before = [backup for backup in newest_first if backup.reason.startswith("before_")]
    kept.update(id(backup) for backup in before[:BEFORE])
    for reason, most in SURE.items():
        kept.update(id(backup) for backup in [one for one in before if one.reason == reason][:most])
    return [backup for backup in newest_first if id(backup) not in kept and backup.reason != BY_HAND]


def _newest_of_each(newest_first: Sequence[K], period: Callable[[datetime], Hashable], most: int) -> list[K]:
    found: dict[Hashable, K] = {}
    for backup in newest_first:
        found.setdefault(period(_moment(backup.created_at)), backup)
    return list(found.values())[:most]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _day(moment: datetime) -> Hashable:
    return moment.date()


def _week(moment: datetime) -> Hashable:
    return moment.isocalendar()[:2]


def _month(moment: datetime) -> Hashable:
    return moment.year, moment.month
