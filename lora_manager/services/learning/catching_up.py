"""Making events of what was recorded since the last look: generations, and ratings and favourites in the history.

Both are read by a mark that moves in the same transaction: whatever process recorded something, and whatever was killed
in between, each becomes an event once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection

from lora_manager.db.event_sources import (
    Liking,
    Marks,
    RunUses,
    last_marks,
    likings_since,
    marks,
    runs_since,
    set_marks,
)
from lora_manager.db.events import EventRow, counted_of_day, events_about
from lora_manager.services.learning.noting import note, take_out

RUNS_AT_ONCE = 200
LIKINGS_AT_ONCE = 50
MOST_AT_ONCE = 200
"""Ratings of one set of changes count together at most as so many: whoever marks a thousand LoRAs at once looked at
none of them that closely. Each counts its share."""
_DAY = len("2026-11-21")


def is_behind(connection: Connection) -> bool:
    """Return whether something was recorded since the last look."""
    return marks(connection) != last_marks(connection)


def skip_all(connection: Connection) -> None:
    """Learn nothing of what was recorded until now."""
    set_marks(connection, last_marks(connection))


def catch_up_some(connection: Connection) -> None:
    """Make events of the next things that were recorded. To be called until `is_behind` says no."""
    at, end = marks(connection), last_marks(connection)
    runs = runs_since(connection, at.generation, RUNS_AT_ONCE)
    note(connection, _events_of_runs(connection, runs))
    likings = likings_since(connection, at.change, LIKINGS_AT_ONCE)
    for liking in likings:
        _note_liking(connection, liking)
    generation = runs[-1].id if len(runs) == RUNS_AT_ONCE else end.generation
    change = likings[-1].change_id if len(likings) == LIKINGS_AT_ONCE else end.change
    set_marks(connection, Marks(generation, change))


def _events_of_runs(connection: Connection, runs: Sequence[RunUses]) -> list[EventRow]:
    """An event for each adapter of each run: its share of the run, less for each run more of the same day."""
    events: list[EventRow] = []
    counts: Counter[tuple[str, str, int]] = Counter()
    for user_name, day in {(run.user_name, run.at[:_DAY]) for run in runs}:
        ids = {one for run in runs if (run.user_name, run.at[:_DAY]) == (user_name, day) for one in run.adapter_ids}
        for adapter_id, count in counted_of_day(connection, user_name, "generated", sorted(ids), day).items():
            counts[user_name, day, adapter_id] = count
    for run in runs:
        for adapter_id in run.adapter_ids:
            before = counts[run.user_name, run.at[:_DAY], adapter_id]
            counts[run.user_name, run.at[:_DAY], adapter_id] += 1
            value = 1.0 / len(run.adapter_ids) / (1 + before)
            events.append(EventRow(run.at, run.user_name, "generated", adapter_id, generation_id=run.id, value=value))
    return events


def _note_liking(connection: Connection, liking: Liking) -> None:
    """Note a rating or a favourite; one that was taken back counts no more, and the one before it counts again."""
    kind = "adapter_rated" if liking.field == "rating" else "adapter_favourited"
    old, new = _number(liking.old), _number(liking.new) if liking.is_own else 0.0
    whose = None if liking.is_undo else liking.user_name
    known = events_about(connection, kind, liking.adapter_id, user_name=whose)
    before = known[1].value if len(known) > 1 else 0.0
    if liking.is_undo and known and (known[0].value, before) == (old, new):
        take_out(connection, known[:1])
    elif not new:
        take_out(connection, known)
    elif not known or known[0].value != new:
        details = {"share": MOST_AT_ONCE / liking.set_size} if liking.set_size > MOST_AT_ONCE else {}
        note(connection, [EventRow(liking.at, liking.user_name, kind, liking.adapter_id, value=new, details=details)])


def _number(value: object) -> float:
    return float(value) if isinstance(value, (bool, int, float)) else 0.0
