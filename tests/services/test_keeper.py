from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from lora_manager.db.engine import Database
from lora_manager.errors import LoraManagerError
from lora_manager.services.backups.service import Backups
from lora_manager.services.hashing.lease import Lease
from lora_manager.services.keeper import LEASE, Keeper, KeeperTimes
from tests.helpers.backups import add_adapter

BEGIN = datetime(2026, 5, 1, 9, tzinfo=timezone.utc)


class Days:
    """A keeper whose clock is turned by hand."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.backups = Backups(database, folder, now=lambda: self.now)
        self.now = BEGIN
        self.is_daily = True
        self.is_busy = False
        self.purged = 0
        self.keeper = Keeper(
            database,
            self.backups,
            lambda: self.is_daily,
            self._purge,
            lambda: self.is_busy,
            times=KeeperTimes(first_wait=0.0, look=0.01),
            now=lambda: self.now,
        )

    def _purge(self) -> None:
        self.purged += 1

    def pass_by(self, hours: float) -> None:
        """Some hours go by, something is edited, and it looks."""
        self.now += timedelta(hours=hours)
        add_adapter(self.database, "Amber")
        self.keeper.look()

    def made(self) -> int:
        """How many daily backups there are."""
        return [backup.reason for backup in self.backups.listed().items].count("daily")


@pytest.fixture
def days(fresh_database: Database, tmp_path: Path) -> Days:
    return Days(fresh_database, tmp_path / "state")


def test_once_a_day_and_at_once_where_there_was_none(days: Days) -> None:
    for hours, made in ((0.0, 1), (1.0, 1), (22.9, 1), (0.2, 2), (12.0, 2), (30.0, 3)):
        days.pass_by(hours)
        assert days.made() == made, hours


def test_by_a_clock_that_goes_on_the_first_one_is_made(fresh_database: Database, tmp_path: Path) -> None:
    backups = Backups(fresh_database, tmp_path / "state")
    add_adapter(fresh_database, "Amber")
    Keeper(fresh_database, backups, lambda: True).look()
    assert [backup.reason for backup in backups.listed().items] == ["daily"]


def test_it_says_when_the_next_is_due(days: Days) -> None:
    assert days.keeper.next_backup_at() == "2026-05-01T09:00:00.000Z"
    days.pass_by(0)
    assert days.keeper.next_backup_at() == "2026-05-02T09:00:00.000Z"
    days.now += timedelta(days=3)
    assert days.keeper.next_backup_at() == "2026-05-04T09:00:00.000Z"  # late: now
    days.is_daily = False
    assert days.keeper.next_backup_at() is None


def test_nothing_new_is_looked_at_once_a_day_too(days: Days) -> None:
    days.pass_by(0)
    days.now += timedelta(days=1)
    days.keeper.look()
    assert (days.made(), days.keeper.next_backup_at()) == (1, "2026-05-03T09:00:00.000Z")


def test_a_setting_turns_it_off(days: Days) -> None:
    days.is_daily = False
    days.pass_by(100)
    assert (days.made(), days.purged) == (0, 1)


def test_it_waits_for_a_generation_but_not_for_ever(days: Days) -> None:
    days.pass_by(0)
    days.is_busy = True
    days.pass_by(25)
    assert days.made() == 1
    days.pass_by(4.9)
    assert days.made() == 1
    days.pass_by(0.2)
    assert days.made() == 2


def test_the_trash_is_looked_at_four_times_a_day(days: Days) -> None:
    for _ in range(25):
        days.pass_by(1)
    assert days.purged == 5


def test_a_clock_that_was_turned_back_holds_nothing_up(days: Days) -> None:
    days.pass_by(0)
    days.now -= timedelta(days=400)
    days.pass_by(0)
    assert days.made() == 2


def test_of_two_processes_one_does_it(days: Days) -> None:
    other = Lease(days.database, LEASE)
    assert other.take()
    days.pass_by(48)
    assert (days.made(), days.purged) == (0, 0)
    other.release()
    days.pass_by(0)
    assert (days.made(), days.purged) == (1, 1)


def test_what_fails_is_told_and_tried_again_an_hour_later(days: Days, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder", encoding="utf-8")
    with pytest.raises(LoraManagerError):
        days.pass_by(0)
    assert "cannot be used" in (days.backups.last_error or "")
    assert days.keeper.next_backup_at() == "2026-05-01T10:00:00.000Z"
    days.pass_by(0.5)
    (tmp_path / "state").unlink()
    days.pass_by(0.2)
    assert days.made() == 0
    days.pass_by(0.5)
    assert (days.made(), days.backups.last_error) == (1, None)


def test_a_trash_that_cannot_be_emptied_holds_no_backup_up(days: Days) -> None:
    def fail() -> None:
        raise LoraManagerError("the folder is away")

    days.keeper._purge_trash = fail
    days.pass_by(0)
    assert days.made() == 1


def test_it_runs_by_itself_and_ends_when_told(days: Days) -> None:
    days.keeper.start()
    until = time.monotonic() + 20
    while days.made() == 0 and time.monotonic() < until:
        time.sleep(0.01)
    days.keeper.stop()
    assert (days.made(), days.purged) == (1, 1)
