from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lora_manager.db.engine import Database
from lora_manager.db.events import (
    EventRow,
    add_events,
    counted_of_day,
    delete_events,
    events_about,
    events_of,
    hidden_for,
    last_event_id,
    newest_events_of,
    read_event,
    touched_in,
)
from lora_manager.db.preferences import PreferenceRow, write_preferences
from lora_manager.db.recommendation_sessions import KeptSession, keep_session
from tests.db.described import described, put

AT = "2026-03-01T12:00:00.000Z"


@pytest.fixture
def two(fresh_database: Database) -> list[int]:
    """Two adapters."""
    return put(fresh_database, described("a.pt"), described("b.pt"))


def add(database: Database, *events: EventRow) -> list[EventRow]:
    with database.write() as connection:
        return add_events(connection, events)


def event(adapter_id: int, kind: str = "inserted", **values: Any) -> EventRow:
    return replace(EventRow(AT, "", kind, adapter_id), **values)


def test_what_is_written_comes_back_in_order(fresh_database: Database, two: list[int]) -> None:
    first = event(two[0], position=3, value=0.5, details={"of": [["tag", "été"]]})
    added = add(fresh_database, first, event(two[1]), event(two[0], user_name="ada"))
    assert [one.id for one in added] == [1, 2, 3]
    with fresh_database.read() as connection:
        assert list(events_of(connection, "")) == added[:2]
        assert list(newest_events_of(connection, "")) == added[1::-1]
        assert read_event(connection, 1) == replace(first, id=1)
        assert read_event(connection, 9) is None


def test_more_than_are_read_at_once(fresh_database: Database, two: list[int]) -> None:
    added = add(fresh_database, *[event(two[0])] * 2500)
    with fresh_database.read() as connection:
        assert list(events_of(connection, "")) == added
        assert list(newest_events_of(connection, "")) == added[::-1]


def test_a_number_is_never_given_again(fresh_database: Database, two: list[int]) -> None:
    add(fresh_database, event(two[0]), event(two[0]))
    with fresh_database.write() as connection:
        row = PreferenceRow("", "tag", "x", "x", 0.0, 0.0, 0, AT, "", forgotten_before=2)
        write_preferences(connection, [row])
        delete_events(connection, [1, 2])
        assert last_event_id(connection) == 2
    assert [one.id for one in add(fresh_database, event(two[0]))] == [3]
    assert add(fresh_database) == []


def test_events_of_one_thing(fresh_database: Database, two: list[int]) -> None:
    add(fresh_database, event(two[0]), event(two[0], user_name="ada"), event(two[1]), event(two[0], "ignored"))
    with fresh_database.read() as connection:
        assert [one.id for one in events_about(connection, "inserted", two[0])] == [2, 1]
        assert [one.id for one in events_about(connection, "inserted", two[0], user_name="ada")] == [2]
        assert events_about(connection, "inserted", two[0], image_id=1) == []


def test_events_are_counted_by_day(fresh_database: Database, two: list[int]) -> None:
    days = ("2026-02-28T23:59:59.999Z", "2026-03-01T00:00:00.000Z", AT, "2026-03-02T00:00:00.000Z")
    add(fresh_database, *(event(two[0], "generated", at=at) for at in days), event(two[1], "generated"))
    with fresh_database.read() as connection:
        assert counted_of_day(connection, "", "generated", two, "2026-03-01") == {two[0]: 2, two[1]: 1}
        assert counted_of_day(connection, "ada", "generated", two, "2026-03-01") == {}


def test_what_was_touched_in_a_list_and_what_is_hidden_for_its_prompt(fresh_database: Database, two: list[int]) -> None:
    with fresh_database.write() as connection:
        keep_session(connection, KeptSession("s", AT, "", "prompt", "moth", "", "", ((two[0], 1.0),)))
    add(fresh_database, event(two[0], "not_here", session_id="s"), event(two[1], "accepted", session_id="s"))
    with fresh_database.read() as connection:
        assert touched_in(connection, "s") == set(two)
        assert hidden_for(connection, "", "moth") == {two[0]}
        assert hidden_for(connection, "", "cat") == hidden_for(connection, "ada", "moth") == set()
