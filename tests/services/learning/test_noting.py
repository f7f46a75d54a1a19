from __future__ import annotations

import pytest
from sqlalchemy import delete, update

from lora_manager.db.events import EventRow, events_of
from lora_manager.db.preferences import preferences_revision
from lora_manager.db.tables import Adapter, AdapterTag
from lora_manager.services.learning.noting import note, take_out
from tests.services.learning.conftest import School


def event(school: School, kind: str, name: str = "moth", value: float | None = None) -> EventRow:
    return EventRow(school.clock(), "", kind, school.ids[name], value=value)


def test_an_event_remembers_what_its_adapter_was(school: School) -> None:
    with school.database.write() as connection:
        (noted,) = note(connection, [event(school, "inserted")])
        connection.execute(update(Adapter).where(Adapter.id == noted.adapter_id).values(author_username="Eve"))
        connection.execute(delete(AdapterTag))
        assert list(events_of(connection, "")) == [noted]
        take_out(connection, [noted])
    assert ["author", "Ann"] in noted.details["of"]
    assert ["tag", "Moth"] in noted.details["of"]
    assert school.learned() == {}


def test_a_rating_takes_the_place_of_the_one_before_and_gives_it_back(school: School) -> None:
    with school.database.write() as connection:
        note(connection, [event(school, "adapter_rated", value=5.0)])
        second, third = note(connection, [event(school, "adapter_rated", value=value) for value in (1.0, 4.0)])
        take_out(connection, [second])  # it did not count any more
        take_out(connection, [third])
    item = school.learned()["adapter", "Moth"]
    assert item.row.evidence == 1
    assert item.positive == pytest.approx(3.0)


def test_whoever_keeps_preferences_is_told_also_of_what_is_only_hidden(school: School) -> None:
    with school.database.write() as connection:
        before = preferences_revision(connection)
        assert note(connection, []) == []
        assert preferences_revision(connection) == before
        note(connection, [event(school, "not_here")])
        assert preferences_revision(connection) > before
    assert school.learned() == {}
