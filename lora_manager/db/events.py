"""Rows of events: what a user did that says what they like. Everything that is learned can be made of them anew.

An event remembers in `details` what its adapter was at that moment ("of": pairs of kind and value, "adapter": its id),
so that later edits of the adapter change nothing of what was learned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select

from lora_manager.db.chunks import chunks
from lora_manager.db.tables import Event, Preference, RecommendationSession

FEEDBACK = ("accepted", "inserted", "dismissed", "not_here", "ignored")
"""What is said of a suggestion. Each can be taken back by who said it."""
HIDING = ("not_here", "dismissed")
"""What hides an adapter for the prompt of its list."""
_AT_ONCE = 1000


@dataclass(frozen=True)
class EventRow:
    """One event. `at` is ISO text in UTC; `value` a rating or a share; `id` is 0 until it is written."""

    at: str
    user_name: str
    kind: str
    adapter_id: int | None
    session_id: str | None = None
    position: int | None = None
    generation_id: int | None = None
    image_id: int | None = None
    value: float | None = None
    details: dict[str, Any] = field(default_factory=dict)
    id: int = 0


_COLUMNS = (
    Event.at,
    Event.user_name,
    Event.kind,
    Event.adapter_id,
    Event.session_id,
    Event.position,
    Event.generation_id,
    Event.image_id,
    Event.value,
    Event.details,
    Event.id,
)


def last_event_id(connection: Connection) -> int:
    """Return the last id that an event has, or had when something was forgotten up to it."""
    newest = connection.execute(select(func.max(Event.id))).scalar() or 0
    forgotten = connection.execute(select(func.max(Preference.forgotten_before))).scalar() or 0
    return max(newest, forgotten)


def add_events(connection: Connection, events: Sequence[EventRow]) -> list[EventRow]:
    """Write events and return them with their ids, which are larger than any before, also than those taken back."""
    if not events:
        return []
    first = last_event_id(connection) + 1
    written = [EventRow(**{**vars(event), "id": first + number}) for number, event in enumerate(events)]
    connection.execute(insert(Event), [vars(event) for event in written])
    return written


def read_event(connection: Connection, event_id: int) -> EventRow | None:
    """Return one event."""
    row = connection.execute(select(*_COLUMNS).where(Event.id == event_id)).first()
    return None if row is None else _event(row)


def delete_events(connection: Connection, event_ids: Sequence[int]) -> None:
    """Forget that these happened."""
    for part in chunks(event_ids):
        connection.execute(delete(Event).where(Event.id.in_(part)))


def events_of(connection: Connection, user_name: str) -> Iterator[EventRow]:
    """Return a user's events, the oldest first, without holding all of them at once."""
    last = 0
    while rows := _some(connection, Event.user_name == user_name, Event.id > last, order=Event.id.asc()):
        yield from rows
        last = rows[-1].id


def newest_events_of(connection: Connection, user_name: str) -> Iterator[EventRow]:
    """Return a user's events, the newest first."""
    last = 2**62
    while rows := _some(connection, Event.user_name == user_name, Event.id < last, order=Event.id.desc()):
        yield from rows
        last = rows[-1].id


def events_about(
    connection: Connection,
    kind: str,
    adapter_id: int,
    *,
    user_name: str | None = None,
    image_id: int | None = None,
    session_id: str | None = None,
) -> list[EventRow]:
    """Return the events of a kind about an adapter (and this image, in this list), the newest first.

    Of every user where `user_name` is None.
    """
    conditions = [Event.kind == kind, Event.adapter_id == adapter_id]
    if user_name is not None:
        conditions.append(Event.user_name == user_name)
    if image_id is not None:
        conditions.append(Event.image_id == image_id)
    if session_id is not None:
        conditions.append(Event.session_id == session_id)
    statement = select(*_COLUMNS).where(*conditions).order_by(Event.id.desc())
    return [_event(row) for row in connection.execute(statement)]


def touched_in(connection: Connection, session_id: str) -> set[int]:
    """Return the adapters of a list that something was said of."""
    found = connection.execute(select(Event.adapter_id).where(Event.session_id == session_id)).scalars()
    return {adapter_id for adapter_id in found if adapter_id is not None}


def count_events(connection: Connection) -> int:
    """Return how many events there are of all users."""
    return int(connection.execute(select(func.count()).select_from(Event)).scalar_one())


def events_before(connection: Connection, at: str, limit: int) -> list[EventRow]:
    """Return events of before a moment, the oldest first, but for those that hide something."""
    old = (Event.at < at, Event.kind.not_in(HIDING))
    statement = select(*_COLUMNS).where(*old).order_by(Event.at, Event.id).limit(limit)
    return [_event(row) for row in connection.execute(statement)]


def oldest_events(connection: Connection, limit: int) -> list[EventRow]:
    """Return the oldest events of all users."""
    statement = select(*_COLUMNS).order_by(Event.at, Event.id).limit(limit)
    return [_event(row) for row in connection.execute(statement)]


def delete_untouched_lists(connection: Connection, at: str) -> None:
    """Forget the lists of before a moment of which no event is kept."""
    lists = RecommendationSession
    is_touched = select(Event.id).where(Event.session_id == lists.id).exists()
    connection.execute(delete(lists).where(lists.created_at < at, ~is_touched))


def counted_of_day(connection: Connection, user_name: str, kind: str, adapter_ids: Sequence[int], day: str) -> Any:
    """Return how many events of a kind there are of each adapter on a day ("2026-11-21", UTC): {adapter id: count}."""
    statement = (
        select(Event.adapter_id, func.count())
        .where(Event.user_name == user_name, Event.kind == kind, Event.adapter_id.in_(adapter_ids))
        .where(Event.at >= day, Event.at < f"{day}U")  # "T" comes before "U"
        .group_by(Event.adapter_id)
    )
    return {row[0]: row[1] for row in connection.execute(statement)}


def hidden_for(connection: Connection, user_name: str, prompt: str) -> set[int]:
    """Return the adapters that a user does not want to be shown for this prompt again."""
    lists = select(RecommendationSession.id).where(RecommendationSession.prompt == prompt)
    known = connection.execute(lists).scalars().all()  # most often none, and there are many events
    found: set[int | None] = set()
    for part in chunks(known):
        mine = (Event.user_name == user_name, Event.kind.in_(HIDING), Event.session_id.in_(part))
        found |= set(connection.execute(select(Event.adapter_id).where(*mine)).scalars())
    return {adapter_id for adapter_id in found if adapter_id is not None}


def _some(connection: Connection, *conditions: ColumnElement[bool], order: ColumnElement[Any]) -> list[EventRow]:
    statement = select(*_COLUMNS).where(*conditions).order_by(order).limit(_AT_ONCE)
    return [_event(row) for row in connection.execute(statement)]


def _event(row: Row[Any]) -> EventRow:
    return EventRow(*row)
