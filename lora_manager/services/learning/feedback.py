"""What somebody says of a suggestion, or does with it."""

from __future__ import annotations

from sqlalchemy import Connection

from lora_manager.db.event_sources import names_of
from lora_manager.db.events import FEEDBACK, EventRow, events_about, read_event, touched_in
from lora_manager.db.recommendation_sessions import KeptSession, keep_session, kept_session
from lora_manager.errors import BadInputError, NotFoundError
from lora_manager.services.learning.noting import note, take_out
from lora_manager.services.recommending.sessions import Sessions

MOST_POSITION = 1000
LONGEST_SESSION = 32
GONE = "There is no such list of suggestions (any more). Ask for suggestions again."
_TAKEN = ("accepted", "inserted")


def check_feedback(session_id: str | None, kind: str, position: int | None) -> None:
    """Raise BadInputError for what is no feedback."""
    if kind not in FEEDBACK:
        raise BadInputError(f"kind: must be one of {', '.join(FEEDBACK)}.")
    if session_id is not None and not 0 < len(session_id) <= LONGEST_SESSION:
        raise BadInputError("session: must be the id of a list of suggestions, or null.")
    if position is not None and not 0 <= position <= MOST_POSITION:
        raise BadInputError(f"position: must be from 0 (the top) to {MOST_POSITION}.")
    if session_id is None and kind != "inserted":
        raise BadInputError(f"session: say in which list of suggestions it was {kind.replace('_', ' ')}.")


def find_list(connection: Connection, lists: Sessions, session_id: str | None, user_name: str) -> KeptSession | None:
    """Return the list of this id, None where it is not known any more. Raises NotFoundError for somebody else's."""
    if session_id is None:
        return None
    shown = lists.get(session_id)
    found = kept_session(connection, session_id) if shown is None else KeptSession(**vars(shown))
    if found is not None and found.user_name != user_name:
        raise NotFoundError(GONE)
    return found


def note_feedback(
    connection: Connection,
    at: str,
    user_name: str,
    shown: KeptSession | None,
    adapter_id: int,
    kind: str,
    position: int | None,
) -> EventRow | None:
    """Write feedback down with the list it is of, and where that showed the adapter.

    What was said already is not said twice, what was taken was not passed over, nor what no list is known to have
    shown. Raises NotFoundError.
    """
    if adapter_id not in names_of(connection, [adapter_id]):
        raise NotFoundError(f"There is no adapter {adapter_id} (any more). Reload the page.")
    if kind == "ignored" and (shown is None or shown.position_of(adapter_id) is None):
        return None
    if shown is None:
        if kind == "not_here":  # it is about the prompt of that list alone, which nobody knows any more
            raise NotFoundError(GONE)
        event = EventRow(at, user_name, kind, adapter_id, position=position)
        return note(connection, [event])[0]
    keep_session(connection, shown)
    known = events_about(connection, kind, adapter_id, user_name=user_name, session_id=shown.id)
    if known:
        return known[0]
    if kind == "ignored" and adapter_id in touched_in(connection, shown.id):
        return None
    if kind in _TAKEN:
        passed = events_about(connection, "ignored", adapter_id, user_name=user_name, session_id=shown.id)
        take_out(connection, passed)
    stood = shown.position_of(adapter_id)
    event = EventRow(at, user_name, kind, adapter_id, shown.id, position if stood is None else stood)
    return note(connection, [event])[0]


def note_passed(connection: Connection, at: str, user_name: str, shown: KeptSession, until: int) -> list[EventRow]:
    """Note that everything down to a position was passed over, but for what something was said of."""
    keep_session(connection, shown)
    seen = [(position, one) for position, (one, _) in enumerate(shown.shown[: until + 1]) if one is not None]
    known = set(names_of(connection, [one for _, one in seen])) - touched_in(connection, shown.id)
    events = [
        EventRow(at, user_name, "ignored", adapter_id, shown.id, position)
        for position, adapter_id in seen
        if adapter_id in known
    ]
    return note(connection, events)


def take_back(connection: Connection, user_name: str, event_id: int) -> EventRow:
    """Forget feedback of this user. Raises NotFoundError."""
    event = read_event(connection, event_id)
    if event is None or event.user_name != user_name or event.kind not in FEEDBACK:
        raise NotFoundError(f"There is no feedback {event_id} of yours (any more).")
    take_out(connection, [event])
    return event
