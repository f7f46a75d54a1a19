"""Writing events down and entering them into the preferences, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from lora_manager.db.event_sources import attributes_of
from lora_manager.db.events import EventRow, add_events, delete_events
from lora_manager.db.preferences import touch_preferences
from lora_manager.services.learning.book import Entry, by_user, enter, with_former, without
from lora_manager.services.learning.evidence import STATES


def note(connection: Connection, events: Sequence[EventRow]) -> list[EventRow]:
    """Write events down with what their adapters are now, and learn of them; returns them with their ids."""
    if not events:
        return []
    known = attributes_of(connection, [event.adapter_id for event in events if event.adapter_id is not None])
    described = [replace(event, details=_details(event, known)) for event in events]
    plain = [event for event in described if event.kind not in STATES]
    written = add_events(connection, plain)
    entries = [Entry(event) for event in written]
    for event in described:
        if event.kind in STATES:  # one by one: each takes the place of the one before
            (one,) = add_events(connection, [event])
            written.append(one)
            entries += with_former(connection, [one])
    _enter(connection, entries)
    return written


def take_out(connection: Connection, events: Sequence[EventRow]) -> None:
    """Forget that these happened, and what was learned of them."""
    for event in events:
        _enter(connection, without(connection, event))
        delete_events(connection, [event.id])


def _enter(connection: Connection, entries: Sequence[Entry]) -> None:
    for user_name, of_user in by_user(entries).items():
        enter(connection, user_name, of_user)
    touch_preferences(connection)  # also for what is only hidden: whoever keeps something looks again


def _details(event: EventRow, known: Mapping[int, list[list[str]]]) -> dict[str, Any]:
    found = {**event.details, "of": known.get(event.adapter_id or 0, [])}
    if event.adapter_id is not None:
        found["adapter"] = event.adapter_id
    if event.image_id is not None:
        found["image"] = event.image_id
    return found
