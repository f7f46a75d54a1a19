from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from lora_manager.db.events import EventRow, events_of
from lora_manager.db.recommendation_sessions import kept_session
from lora_manager.db.revision import touch_catalogue
from lora_manager.db.tables import Adapter, NetworkFile, RecommendationSession
from lora_manager.errors import BadInputError, NotFoundError
from lora_manager.services.learning.feedback import MOST_POSITION, check_feedback
from tests.services.learning.conftest import School

ALL = ("moth", "cat", "fog", "sea")


def events(school: School, user_name: str = "") -> list[EventRow]:
    with school.database.read() as connection:
        return list(events_of(connection, user_name))


def test_feedback_is_written_with_its_list_and_where_it_stood(school: School) -> None:
    session = school.shown(*ALL)
    school.shown(*ALL, prompt="nobody did anything with this one")
    event = school.learning.feedback("", session.id, school.ids["fog"], "accepted", 0)
    assert event is not None
    assert (event.session_id, event.position, event.kind) == (session.id, 2, "accepted")
    with school.database.read() as connection:
        kept = kept_session(connection, session.id)
        assert connection.execute(select(RecommendationSession.prompt)).scalars().all() == ["a lantern"]
    assert kept is not None
    assert kept.shown == session.shown
    assert school.learned()["author", "Bob"].positive > 1.0  # it stood third


def test_what_was_said_already_is_not_said_twice(school: School) -> None:
    session = school.shown(*ALL)
    first = school.learning.feedback("", session.id, school.ids["fog"], "dismissed", None)
    assert school.learning.feedback("", session.id, school.ids["fog"], "dismissed", None) == first
    again = school.learning.feedback("", school.shown(*ALL).id, school.ids["fog"], "dismissed", None)
    assert again != first
    assert len(events(school)) == 2


def test_what_was_taken_was_not_passed_over(school: School) -> None:
    session = school.shown(*ALL)
    moth, cat = school.ids["moth"], school.ids["cat"]
    school.learning.feedback("", session.id, moth, "ignored", 0)
    school.learning.feedback("", session.id, moth, "inserted", 0)
    assert school.learning.feedback("", session.id, moth, "ignored", 0) is None
    school.learning.feedback("", session.id, cat, "not_here", 1)
    assert [event.kind for event in events(school)] == ["inserted", "not_here"]
    assert school.learning.passed_over("", session.id, 2) == 1
    assert school.learning.passed_over("", session.id, None) == 1
    assert school.learning.passed_over("", session.id, None) == 0
    passed = [event for event in events(school) if event.kind == "ignored"]
    assert [(event.adapter_id, event.position) for event in passed] == [(school.ids["fog"], 2), (school.ids["sea"], 3)]


def test_a_list_of_before_a_restart_is_known_from_its_row(school: School) -> None:
    session = school.shown(*ALL)
    school.learning.feedback("", session.id, school.ids["moth"], "accepted", 0)
    for number in range(600):
        school.sessions.add("prompt", str(number), [])
    assert school.sessions.get(session.id) is None
    event = school.learning.feedback("", session.id, school.ids["sea"], "accepted", 0)
    assert event is not None
    assert event.position == 3


def test_a_list_that_nobody_knows_any_more_is_left_out(school: School) -> None:
    event = school.learning.feedback("", "gone", school.ids["sea"], "dismissed", 4)
    assert event is not None
    assert (event.session_id, event.position) == (None, 4)
    assert school.learning.passed_over("", "gone", 3) == 0
    with pytest.raises(NotFoundError, match="Ask for suggestions again"):  # it could not be hidden
        school.learning.feedback("", "gone", school.ids["sea"], "not_here", 4)
    assert len(events(school)) == 1


def test_only_what_was_shown_was_passed_over_and_that_says_little(school: School) -> None:
    session = school.shown("moth", "fog")
    assert school.learning.feedback("", session.id, school.ids["sea"], "ignored", 1) is None
    assert school.learning.feedback("", "gone", school.ids["sea"], "ignored", 1) is None
    event = school.learning.feedback("", session.id, school.ids["fog"], "ignored", 40)
    assert event is not None
    assert event.position == 1  # where it stood, whatever is told
    assert 0.44 < school.preference(["fog"])[0] < 0.5
    assert school.preference(["sea"])[0] > 0.49


def test_feedback_on_what_is_gone_meanwhile(school: School) -> None:
    """Its adapter, and its list: both leave what was learned of the rest, and can be taken back."""
    session = school.shown(*ALL)
    event = school.learning.feedback("", session.id, school.ids["fog"], "inserted", 2)
    assert event is not None
    before = school.learned()["author", "Bob"]
    with school.database.write() as connection:
        connection.execute(delete(NetworkFile).where(NetworkFile.adapter_id == school.ids["fog"]))
        connection.execute(delete(Adapter).where(Adapter.id == school.ids["fog"]))
        connection.execute(delete(RecommendationSession))
        touch_catalogue(connection, None)
    assert school.learned()["author", "Bob"] == before
    assert school.preference(["sea"])[0] > 0.5
    (evidence,) = school.learning.evidence("", before.row.id, 5)
    assert evidence.adapter is None
    with pytest.raises(NotFoundError):
        school.learning.feedback("", session.id, school.ids["fog"], "inserted", 2)
    school.learning.restore("", school.learning.forget(""))
    assert school.learned()["author", "Bob"].positive == pytest.approx(before.positive)
    school.learning.take_back("", event.id)
    assert school.learned() == {}


def test_what_is_taken_back_leaves_nothing(school: School) -> None:
    session = school.shown(*ALL)
    first = school.learning.feedback("", session.id, school.ids["moth"], "accepted", 0)
    untouched, learned = school.preference(ALL), school.learned()
    for kind in ("inserted", "dismissed", "not_here", "ignored"):
        again = school.shown(*ALL, prompt="a moth")
        event = school.learning.feedback("", again.id, school.ids["fog"], kind, 2)
        assert event is not None
        assert school.learning.feedback("", again.id, school.ids["fog"], kind, 2) == event
        school.learning.take_back("", event.id)
        assert school.preference(ALL) == untouched
        assert school.learned().keys() == learned.keys()
        with school.database.read() as connection:
            assert school.learning.hidden(connection, "", "a moth") == set()
    assert [event.id for event in events(school)] == [first.id] if first else False


def test_hidden_for_this_prompt_only(school: School) -> None:
    session = school.shown(*ALL, user_name="ada")
    school.learning.feedback("ada", session.id, school.ids["fog"], "not_here", None)
    school.learning.feedback("ada", session.id, school.ids["sea"], "dismissed", None)
    with school.database.read() as connection:
        hidden = school.learning.hidden
        assert hidden(connection, "ada", "a lantern") == {school.ids["fog"], school.ids["sea"]}
        assert hidden(connection, "ada", "a lamp") == hidden(connection, "", "a lantern") == set()


def test_feedback_is_taken_back_by_who_gave_it(school: School) -> None:
    session = school.shown(*ALL, user_name="ada")
    event = school.learning.feedback("ada", session.id, school.ids["fog"], "dismissed", None)
    assert event is not None
    with pytest.raises(NotFoundError):
        school.learning.take_back("ben", event.id)
    school.learning.take_back("ada", event.id)
    assert events(school, "ada") == []
    assert school.learned("ada") == {}
    with pytest.raises(NotFoundError):
        school.learning.take_back("ada", event.id)


def test_a_number_is_never_given_twice(school: School) -> None:
    """What is forgotten up to an event would swallow one that got its number."""
    first = school.learning.feedback("", None, school.ids["moth"], "inserted", None)
    assert first is not None
    school.learning.forget("")
    school.learning.take_back("", first.id)
    second = school.learning.feedback("", None, school.ids["moth"], "inserted", None)
    assert second is not None
    assert second.id > first.id
    assert ("adapter", "Moth") in school.learned()


def test_anothers_list_and_unknown_adapters_are_refused(school: School) -> None:
    session = school.shown(*ALL, user_name="ada")
    with pytest.raises(NotFoundError):
        school.learning.feedback("ben", session.id, school.ids["fog"], "accepted", 0)
    with pytest.raises(NotFoundError):
        school.learning.feedback("ada", session.id, 999, "accepted", 0)
    assert events(school, "ada") == []


@pytest.mark.parametrize(
    ("session", "kind", "position"),
    [
        ("x", "liked", 0),
        ("", "accepted", 0),
        ("x" * 33, "accepted", 0),
        ("x", "accepted", -1),
        ("x", "accepted", MOST_POSITION + 1),
        (None, "accepted", 0),
        (None, "ignored", None),
    ],
)
def test_what_is_no_feedback_is_refused(session: str | None, kind: str, position: int | None) -> None:
    with pytest.raises(BadInputError):
        check_feedback(session, kind, position)


def test_while_learning_is_off_nothing_is_noted(school: School) -> None:
    session = school.shown(*ALL)
    school.settings.change({"learning": False})
    assert school.learning.feedback("", session.id, school.ids["fog"], "accepted", 0) is None
    assert school.learning.passed_over("", session.id, None) == 0
    assert events(school) == []
