from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lora_manager.clock import utc_now
from lora_manager.db.engine import Database
from lora_manager.db.events import EventRow, events_of
from lora_manager.db.preferences import preferences_of
from lora_manager.services.learning import learned
from lora_manager.services.learning.book import at_moment, counting, group_of, replay
from lora_manager.services.learning.decay import HALF_LIFE_DAYS, days
from lora_manager.services.learning.noting import note, take_out
from tests.conftest import DatabaseFactory
from tests.services.learning.conftest import School, library_of

NOW = "2026-06-01T00:00:00.000Z"
State = dict[tuple[str, str], tuple[float, float, int, int | None, int]]

AT = st.integers(1, 28).map(lambda day: f"2026-03-{day:02d}T00:00:00.000Z")
EVENTS = st.builds(
    EventRow,
    at=AT,
    user_name=st.just(""),
    kind=st.sampled_from(["inserted", "ignored", "dismissed", "not_here", "adapter_rated", "adapter_favourited"]),
    adapter_id=st.integers(1, 4),
    position=st.sampled_from([None, 0, 5]),
    value=st.sampled_from([1.0, 4.0, 5.0]),
)
STEPS = st.lists(
    st.one_of(
        EVENTS,
        st.tuples(st.just("take back"), st.integers(0, 20)),
        st.tuples(st.just("forget"), st.integers(0, 20)),
        st.tuples(st.just("reset"), st.just(0)),
        st.tuples(st.just("restore"), st.integers(0, 3)),
    ),
    max_size=14,
)


def state(database: Database) -> State:
    """Every preference with its evidence at one moment."""
    with database.read() as connection:
        rows = preferences_of(connection, "")
    found = {}
    for row in rows:
        positive, negative = at_moment(row, days(NOW))
        found[row.kind, row.key] = (positive, negative, row.evidence, row.pinned, row.forgotten_before)
    return found


def do(database: Database, step: EventRow | tuple[str, int], tokens: list[str]) -> None:
    with database.write() as connection:
        if isinstance(step, EventRow):
            note(connection, [step])
            return
        what, number = step
        events, rows = list(events_of(connection, "")), preferences_of(connection, "")
        if what == "take back" and events:
            take_out(connection, [events[number % len(events)]])
        elif what == "forget" and rows:
            tokens.append(learned.forget(connection, "", rows[number % len(rows)].id))
        elif what == "reset":
            tokens.append(learned.forget(connection, "", None))
        elif what == "restore" and tokens:
            learned.restore(connection, "", tokens.pop(number % len(tokens)))


@settings(max_examples=40)
@given(STEPS)
def test_step_by_step_is_the_same_as_anew_from_the_events(
    database_factory: DatabaseFactory, steps: list[EventRow | tuple[str, int]]
) -> None:
    with database_factory() as database:
        library_of(database)
        tokens: list[str] = []
        for step in steps:
            do(database, step, tokens)
        before = state(database)
        with database.write() as connection:
            replay(connection, "")
        after = state(database)
    assert before.keys() == after.keys()
    for key, values in before.items():
        assert values == pytest.approx(after[key], abs=1e-6), key


def test_evidence_fades_by_half(school: School) -> None:
    with school.database.write() as connection:
        note(connection, [EventRow(school.clock(), "", "adapter_favourited", school.ids["moth"], value=1.0)])
    (fresh,) = [item for key, item in school.learned().items() if key == ("tag", "Moth")]
    school.clock.on(HALF_LIFE_DAYS)
    faded = school.learned()["tag", "Moth"]
    assert faded.positive == pytest.approx(fresh.positive / 2)
    assert (faded.row.evidence, faded.mean < fresh.mean) == (1, True)


def test_events_of_the_past_count_what_is_left_of_them(school: School) -> None:
    """Whatever the order in which they are found."""
    at = school.clock()
    school.clock.on(HALF_LIFE_DAYS)
    newest, oldest = (EventRow(when, "", "inserted", school.ids["moth"]) for when in (school.clock(), at))
    with school.database.write() as connection:
        note(connection, [newest])
        note(connection, [oldest])
    assert school.learned()["tag", "Moth"].positive == pytest.approx(1.5)


def test_a_clock_that_was_ahead_stops_no_learning(school: School) -> None:
    ahead = EventRow("2096-01-01T00:00:00.000Z", "", "inserted", school.ids["moth"])
    with school.database.write() as connection:
        note(connection, [ahead])
        for _ in range(3):
            note(connection, [EventRow(utc_now(), "", "inserted", school.ids["moth"])])
    with school.database.read() as connection:
        (row,) = [row for row in preferences_of(connection, "") if (row.kind, row.label) == ("tag", "Moth")]
        positive, _ = at_moment(row, days(utc_now()))
    assert positive == pytest.approx(4.0, rel=1e-3)


def test_of_ratings_the_newest_counts(school: School) -> None:
    rows = [
        EventRow(school.clock(), "", "adapter_rated", school.ids[name], value=value, id=number)
        for number, (name, value) in enumerate([("moth", 5.0), ("cat", 4.0), ("moth", 1.0)])
    ]
    assert [event.id for event in counting(rows)] == [2, 1]


def test_sources_are_use_feedback_and_ratings() -> None:
    assert [group_of(kind) for kind in ("generated", "ignored", "image_rated")] == ["use", "feedback", "rating"]
