"""Forgetting events that are worth nothing any more, so that their table does not grow for ever.

What is deleted is taken out of what was learned of it as well: the number of signs that the page shows is always the
number of events that are kept and can be looked at.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from lora_manager.clock import utc_text
from lora_manager.db.engine import Database
from lora_manager.db.events import (
    EventRow,
    count_events,
    delete_events,
    delete_untouched_lists,
    events_before,
    oldest_events,
)
from lora_manager.services.learning.book import Entry, by_user, enter
from lora_manager.services.learning.decay import HALF_LIFE_DAYS, moment_of
from lora_manager.services.learning.evidence import state_of
from lora_manager.services.learning.noting import take_out

WORTHLESS_DAYS = 200
"""After so long less than 1 % of an event is left: 0.5 ** (200 / 30) = 0.0098."""
KEPT_EVENTS = 20_000
"""So many are kept however old they are: they take little room, and a clock that is wrong once loses nothing."""
MOST_EVENTS = 200_000
AT_ONCE = 200
"""Events of one transaction: others write in between."""
assert 0.5 ** (WORTHLESS_DAYS / HALF_LIFE_DAYS) < 0.01


def prune(database: Database, now: float, stopped: Callable[[], bool] = lambda: False) -> int:
    """Forget of many what is worthless at `now` (days since 1970), and the oldest of too many; returns how many events.

    What hides a suggestion for a prompt does so however old it is: only too many of all are a reason to forget it.
    """
    before = utc_text(moment_of(now - WORTHLESS_DAYS))
    forgotten = 0
    while not stopped():
        with database.write() as connection:
            count = count_events(connection)
            events = events_before(connection, before, min(max(count - KEPT_EVENTS, 0), AT_ONCE))
            if not events and count > MOST_EVENTS:
                events = oldest_events(connection, min(count - MOST_EVENTS, AT_ONCE))
            if not events:
                delete_untouched_lists(connection, before)
                return forgotten
            _forget(connection, events)
        forgotten += len(events)
    return forgotten


def _forget(connection: Connection, events: list[EventRow]) -> None:
    plain = [event for event in events if state_of(event) is None]
    for user_name, entries in by_user(Entry(event, is_in=False) for event in plain).items():
        enter(connection, user_name, entries)
    delete_events(connection, [event.id for event in plain])
    # One by one: of those that take each other's place only the newest counts, and the older ones go first.
    take_out(connection, [event for event in events if state_of(event) is not None])
