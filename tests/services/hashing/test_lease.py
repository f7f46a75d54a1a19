from __future__ import annotations

import subprocess
import sys

from lora_manager.db.engine import Database
from lora_manager.services.hashing.lease import Lease
from tests.helpers.at_once import at_once


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def lease(database: Database, clock: Clock, owner: str = "") -> Lease:
    found = Lease(database, "x", beat_seconds=5, patience_seconds=45, clock=clock)
    found.owner = owner or found.owner
    return found


def test_one_holds_it_until_it_is_released(fresh_database: Database) -> None:
    clock = Clock()
    one, two = lease(fresh_database, clock), lease(fresh_database, clock)
    assert one.owner != two.owner
    assert one.take()
    assert one.take()
    assert not two.take()
    two.release()
    assert not two.take()
    one.release()
    assert two.take()
    assert not one.take()


def test_a_beat_that_stands_still_is_that_of_a_process_that_ended(fresh_database: Database) -> None:
    clock = Clock()
    dead, other = lease(fresh_database, clock, "elsewhere:1:a"), lease(fresh_database, clock)
    dead.take()
    for _ in range(4):
        assert not other.take()
        clock.now += 12
    assert other.take()
    assert not dead.keep()


def test_who_beats_keeps_it(fresh_database: Database) -> None:
    clock = Clock()
    holder, other = lease(fresh_database, clock, "elsewhere:1:a"), lease(fresh_database, clock)
    holder.take()
    for _ in range(30):
        assert holder.keep()
        assert not other.take()
        clock.now += 6


def test_a_process_of_this_machine_is_known_to_have_ended(fresh_database: Database) -> None:
    clock = Clock()
    process = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    other = lease(fresh_database, clock)
    dead = lease(fresh_database, clock, other.owner.split(":")[0] + f":{int(process.stdout)}:a")
    dead.take()
    assert not other.take()
    clock.now += 11
    assert other.take() is (sys.platform != "win32")


def test_it_can_be_taken_over(fresh_database: Database) -> None:
    clock = Clock()
    one, two = lease(fresh_database, clock), lease(fresh_database, clock)
    one.take()
    assert two.take(by_force=True)
    clock.now += 6
    assert not one.keep()
    assert two.keep()


def test_of_many_at_once_one_gets_it(fresh_database: Database) -> None:
    clock = Clock()
    leases = [lease(fresh_database, clock) for _ in range(6)]
    assert sorted(at_once([one.take for one in leases])) == [False] * 5 + [True]
