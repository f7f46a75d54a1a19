"""The book of preferences: events are entered, taken out, and everything can be entered anew.

Entering an event changes a handful of rows; the sum is the same as if all events were entered from the beginning, for
evidence fades linearly (decay.py). `STATES` are kept to their newest event by who enters (see `with_former`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from lora_manager.clock import utc_now
from lora_manager.db.events import EventRow, events_about, events_of
from lora_manager.db.preferences import (
    Key,
    PreferenceRow,
    preferences_for,
    preferences_of,
    touch_preferences,
    write_preferences,
)
from lora_manager.services.learning.decay import days, faded
from lora_manager.services.learning.evidence import StateKey, effect_of, state_of, subjects_of

_NOTHING = 1e-9
_GROUPS = {
    "generated": "use",
    "inserted": "use",
    "accepted": "feedback",
    "dismissed": "feedback",
    "ignored": "feedback",
}
RATING = "rating"


class Entry(NamedTuple):
    """An event to enter, or to take out."""

    event: EventRow
    is_in: bool = True


def with_former(connection: Connection, events: Sequence[EventRow]) -> list[Entry]:
    """Return entries for events just written: one that is the newest word on something takes the one before out."""
    entries = []
    for event in events:
        former = _others(connection, event)
        if former is not None and former.id < event.id:
            entries.append(Entry(former, is_in=False))
        entries.append(Entry(event))
    return entries


def without(connection: Connection, event: EventRow) -> list[Entry]:
    """Return entries for an event about to be deleted: what it took the place of counts again."""
    if state_of(event) is None:
        return [Entry(event, is_in=False)]
    newest = _newest(connection, event)
    if newest is not None and newest.id != event.id:
        return []  # it did not count any more
    before = _others(connection, event)
    return [Entry(event, is_in=False), *([] if before is None else [Entry(before)])]


def enter(connection: Connection, user_name: str, entries: Iterable[Entry]) -> None:
    """Enter events of a user into their preferences, and take others out."""
    by_key: dict[Key, list[tuple[Entry, str]]] = defaultdict(list)
    for entry in entries:
        if effect_of(entry.event):
            for subject in subjects_of(entry.event):
                by_key[subject.kind, subject.key].append((entry, subject.label))
    if not by_key:
        return
    known = preferences_for(connection, user_name, by_key)
    now = utc_now()
    changed = []
    for key, of_key in by_key.items():
        row = known.get(key) or _blank(user_name, key, of_key[0][1])
        touched = [_entered(row, entry, label, now) for entry, label in of_key if entry.event.id > row.forgotten_before]
        if touched:
            changed.append(row)
    if changed:
        write_preferences(connection, changed)


def replay(connection: Connection, user_name: str, only: Collection[Key] | None = None) -> None:
    """Make a user's preferences anew of all their events; `only` some of them. Pins and what is forgotten stay."""
    known = {(row.kind, row.key): row for row in preferences_of(connection, user_name)}
    wanted = None if only is None else set(only)
    fresh: dict[Key, PreferenceRow] = {}
    now = utc_now()
    for key, row in known.items():
        if wanted is None or key in wanted:
            fresh[key] = replace(row, positive=0.0, negative=0.0, evidence=0, source="", tally="")
    for event in counting(events_of(connection, user_name)):
        if not effect_of(event):
            continue
        for subject in subjects_of(event):
            key = (subject.kind, subject.key)
            if wanted is not None and key not in wanted:
                continue
            row = fresh.get(key) or fresh.setdefault(key, _blank(user_name, key, subject.label))
            if event.id > row.forgotten_before:
                _entered(row, Entry(event), subject.label, now)
    if fresh:
        write_preferences(connection, list(fresh.values()))
    touch_preferences(connection)


def counting(events: Iterable[EventRow]) -> Iterator[EventRow]:
    """Return the events that count, of all of a user's in any order: of states the newest only, and those last."""
    newest: dict[StateKey, EventRow] = {}
    for event in events:
        state = state_of(event)
        if state is None:
            yield event
        elif state not in newest or newest[state].id < event.id:
            newest[state] = event
    yield from newest.values()


def group_of(kind: str) -> str:
    """Return which kind of source an event is of: "use", "feedback" or "rating"."""
    return _GROUPS.get(kind, RATING)


def at_moment(row: PreferenceRow, now: float) -> tuple[float, float]:
    """Return a preference's evidence for and against as it counts at `now` (days)."""
    left = faded(days(row.updated_at), now)
    return row.positive * left, row.negative * left


def at_moments(rows: Sequence[PreferenceRow], now: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what `at_moment` does, of many."""
    left = {at: faded(days(at), now) for at in {row.updated_at for row in rows}}
    weights = np.array([left[row.updated_at] for row in rows])
    return np.array([row.positive for row in rows]) * weights, np.array([row.negative for row in rows]) * weights


def _entered(row: PreferenceRow, entry: Entry, label: str, now: str) -> bool:
    """Enter an event into a row, in place.

    What is of the future, because the clock was ahead when it was noted, is of now: else nothing of today would count
    beside it for years.
    """
    event, sign = entry.event, 1 if entry.is_in else -1
    row.updated_at, noted_at = min(row.updated_at, now), min(event.at, now)
    at, known = days(noted_at), days(row.updated_at)
    if at > known:
        left = faded(known, at)
        row.positive, row.negative, row.updated_at = row.positive * left, row.negative * left, noted_at
        known = at
    effect = effect_of(event) * faded(at, known)
    row.positive = _plus(row.positive, sign * max(effect, 0.0))
    row.negative = _plus(row.negative, sign * max(-effect, 0.0))
    row.evidence = max(row.evidence + sign, 0)
    row.count(event.kind, sign, event.value or 0.0)
    if not row.evidence:
        row.positive, row.negative, row.tally = 0.0, 0.0, ""
    if entry.is_in:
        row.label, row.source = label, group_of(event.kind)
    return True


def _plus(value: float, more: float) -> float:
    found = value + more
    return found if found > _NOTHING else 0.0


def _blank(user_name: str, key: Key, label: str) -> PreferenceRow:
    return PreferenceRow(user_name, *key, label, 0.0, 0.0, 0, "1970-01-01T00:00:00.000Z", "")


def _same(connection: Connection, event: EventRow) -> list[EventRow]:
    state = state_of(event)
    if state is None:
        return []
    return events_about(connection, event.kind, state.adapter_id, user_name=event.user_name, image_id=event.image_id)


def _newest(connection: Connection, event: EventRow) -> EventRow | None:
    return next(iter(_same(connection, event)), None)


def _others(connection: Connection, event: EventRow) -> EventRow | None:
    """The newest other event of the same state, of those before it or after."""
    return next((one for one in _same(connection, event) if one.id != event.id), None)


def by_user(entries: Iterable[Entry]) -> Mapping[str, list[Entry]]:
    """Return entries by whose they are."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry.event.user_name].append(entry)
    return found
