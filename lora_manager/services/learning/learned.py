"""What was learned, for its user to see and to correct: a list with its evidence, pins, and forgetting."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import Connection

from lora_manager.db.event_sources import names_of
from lora_manager.db.events import EventRow, last_event_id, newest_events_of
from lora_manager.db.preferences import (
    KINDS,
    Forgotten,
    PreferenceRow,
    keep_forgotten,
    pin_preference,
    preferences_for,
    preferences_of,
    read_preference,
    take_forgotten,
    write_preferences,
)
from lora_manager.errors import BadInputError, NotFoundError
from lora_manager.services.learning.book import at_moment, replay
from lora_manager.services.learning.decay import days, faded
from lora_manager.services.learning.evidence import StateKey, adapter_of, effect_of, keys_of, state_of
from lora_manager.services.learning.posterior import beside, interval, is_unsure, mean
from lora_manager.services.learning.taste import beliefs, overall


class Learned(NamedTuple):
    """A preference as it stands now: mean and interval of its posterior, evidence as it still counts.

    The mean and its bounds are beside the user's overall rate: .5 is as good as any. `unsure`: too early to tell.
    """

    row: PreferenceRow
    label: str
    mean: float
    low: float
    high: float
    positive: float
    negative: float
    unsure: bool


class Evidence(NamedTuple):
    """One event that a preference was learned of, and what it still counts, below 0 against it."""

    event: EventRow
    adapter: dict[str, Any] | None
    effect: float


def page(
    connection: Connection, user_name: str, now: str, kind: str, limit: int, offset: int
) -> tuple[int, list[Learned]]:
    """Return how much was learned of a kind ("" = all), and a part of it: pinned first, then what says most."""
    if kind and kind not in KINDS:
        raise BadInputError(f"kind: must be one of {', '.join(KINDS)}, or nothing for all.")
    rows, moment = preferences_of(connection, user_name), days(now)
    said = {belief.row.id: belief for belief in beliefs(rows, moment)}
    shown = [row for row in rows if row.id in said and kind in ("", row.kind)]
    shown.sort(key=lambda row: (row.pinned is None, -abs(said[row.id].odds * said[row.id].sureness), row.id))
    part = shown[offset : offset + limit]
    rate = overall(rows, moment)
    return len(shown), [_learned(row, moment, rate, _names(connection, part)) for row in part]


def one(connection: Connection, user_name: str, now: str, preference_id: int) -> Learned:
    """Return one preference of a user. Raises NotFoundError."""
    row = require(connection, user_name, preference_id)
    rate = overall(preferences_of(connection, user_name), days(now))
    return _learned(row, days(now), rate, _names(connection, [row]))


def evidence_of(connection: Connection, user_name: str, now: str, preference_id: int, limit: int) -> list[Evidence]:
    """Return the newest events that a preference was learned of. Raises NotFoundError."""
    row = require(connection, user_name, preference_id)
    found = _newest_about(connection, row, min(limit, row.evidence))
    names = names_of(connection, [adapter for event in found if (adapter := adapter_of(event)) is not None])
    return [_evidence(event, names, days(now)) for event in found]


def pin(connection: Connection, user_name: str, preference_id: int, pinned: Any) -> None:
    """Set what the user says themself, None takes it back. Raises NotFoundError, BadInputError."""
    if pinned is not None and (isinstance(pinned, bool) or pinned not in (1, -1)):
        raise BadInputError("pinned: must be 1 (liked), -1 (not liked) or null.")
    require(connection, user_name, preference_id)
    pin_preference(connection, preference_id, pinned)


def forget(connection: Connection, user_name: str, preference_id: int | None) -> str:
    """Have what was learned until now count no more, of one preference or of all; returns how to take that back.

    Raises NotFoundError.
    """
    if preference_id is None:
        rows = preferences_of(connection, user_name)
    else:
        rows = [require(connection, user_name, preference_id)]
    last = last_event_id(connection)
    before = [Forgotten(row.kind, row.key, row.forgotten_before, row.pinned) for row in rows]
    write_preferences(connection, [_emptied(row, last) for row in rows])
    token = uuid.uuid4().hex
    keep_forgotten(connection, token, user_name, before)
    return token


def restore(connection: Connection, user_name: str, token: str) -> None:
    """Take a forgetting back: the evidence from before it counts again. Raises NotFoundError."""
    forgotten = take_forgotten(connection, token, user_name)
    if forgotten is None:
        raise NotFoundError("This cannot be taken back any more.")
    keys = [(entry.kind, entry.key) for entry in forgotten]
    rows = preferences_for(connection, user_name, keys)
    found = []
    for entry in forgotten:
        row = rows.get((entry.kind, entry.key))
        if row is not None:
            pinned = entry.pinned if row.pinned is None else row.pinned
            # Of two that were forgotten one after the other the first may be restored first: nothing is forgotten here.
            before = min(entry.forgotten_before, row.forgotten_before)
            found.append(replace(row, forgotten_before=before, pinned=pinned))
    write_preferences(connection, found)
    replay(connection, user_name, keys)


def require(connection: Connection, user_name: str, preference_id: int) -> PreferenceRow:
    """Return a preference of this user. Raises NotFoundError."""
    row = read_preference(connection, user_name, preference_id)
    if row is None:
        raise NotFoundError(f"There is no preference {preference_id} of yours (any more). Reload the page.")
    return row


def _newest_about(connection: Connection, row: PreferenceRow, limit: int) -> list[EventRow]:
    """Return the newest events that count for a preference. Of states the first that is met is the newest."""
    found: list[EventRow] = []
    states: set[StateKey] = set()
    for event in newest_events_of(connection, row.user_name):
        if event.id <= row.forgotten_before or len(found) >= limit:
            break
        state = state_of(event)
        counts = state is None or state not in states
        if state is not None:
            states.add(state)
        if counts and effect_of(event) and (row.kind, row.key) in keys_of(event):
            found.append(event)
    return found


def _emptied(row: PreferenceRow, last: int) -> PreferenceRow:
    return replace(row, positive=0.0, negative=0.0, evidence=0, source="", tally="", pinned=None, forgotten_before=last)


def _learned(row: PreferenceRow, now: float, rate: float, names: dict[int, str]) -> Learned:
    positive, negative = at_moment(row, now)
    label = names.get(int(row.key), row.label) if row.kind == "adapter" and row.key.isdecimal() else row.label
    middle = beside(float(mean(positive, negative, rate)), rate)
    low, high = interval(positive, negative, rate)
    unsure = row.pinned is None and is_unsure(low, high)
    return Learned(row, label, middle, low, high, positive, negative, unsure)


def _names(connection: Connection, rows: Sequence[PreferenceRow]) -> dict[int, str]:
    ids = [int(row.key) for row in rows if row.kind == "adapter" and row.key.isdecimal()]
    return names_of(connection, ids)


def _evidence(event: EventRow, names: dict[int, str], now: float) -> Evidence:
    adapter_id = adapter_of(event)
    known = adapter_id is not None and adapter_id in names
    adapter = {"id": adapter_id, "name": names[adapter_id]} if known and adapter_id is not None else None
    return Evidence(event, adapter, effect_of(event) * faded(days(event.at), now))
