from __future__ import annotations

import pytest
from sqlalchemy import select

from lora_manager.db.events import EventRow, events_of
from lora_manager.db.tables import RecommendationSession
from lora_manager.services.learning import pruning
from lora_manager.services.learning.decay import days
from lora_manager.services.learning.noting import note
from lora_manager.services.learning.pruning import WORTHLESS_DAYS, prune
from tests.services.learning.conftest import School


def use(school: School, name: str, kind: str = "inserted", value: float | None = None) -> None:
    with school.database.write() as connection:
        note(connection, [EventRow(school.clock(), "", kind, school.ids[name], value=value)])


def kinds(school: School) -> list[str]:
    with school.database.read() as connection:
        return [event.kind for event in events_of(connection, "")]


def pruned(school: School) -> int:
    return prune(school.database, days(school.clock()))


@pytest.fixture(autouse=True)
def keep_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "KEPT_EVENTS", 0)


def test_of_few_none_goes_however_old_they_are(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "KEPT_EVENTS", 2)
    for name in ("moth", "cat", "fog"):
        use(school, name)
        school.clock.on(0.01)
    school.clock.on(10 * WORTHLESS_DAYS)
    assert pruned(school) == 1
    assert school.learned()["adapter", "Fog"].row.evidence == 1


def test_what_is_worthless_goes_and_counts_no_more(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "AT_ONCE", 2)
    for name in ("moth", "moth", "fog"):
        use(school, name)
    use(school, "moth", "adapter_rated", 2.0)
    use(school, "moth", "adapter_rated", 5.0)
    school.clock.on(WORTHLESS_DAYS - 1)
    use(school, "cat")
    assert pruned(school) == 0
    school.clock.on(2)
    assert pruned(school) == 5
    assert kinds(school) == ["inserted"]
    learned = school.learned()
    assert ("adapter", "Moth") not in learned
    ann = learned["author", "Ann"]
    assert (ann.row.evidence, ann.row.counts) == (1, {"inserted": (1, 0.0)})
    assert ann.positive == pytest.approx(0.5 ** (2 / 30))
    assert len(school.learning.evidence("", ann.row.id, 50)) == ann.row.evidence


def test_what_is_forgotten_before_comes_back_with_what_is_kept(school: School) -> None:
    use(school, "moth")
    school.clock.on(WORTHLESS_DAYS + 1)
    use(school, "moth")
    token = school.learning.forget("")
    assert pruned(school) == 1
    school.learning.restore("", token)
    assert school.learned()["adapter", "Moth"].row.evidence == 1


def test_what_hides_a_suggestion_stays_and_so_does_its_list(school: School) -> None:
    for prompt, kind in (("a lantern", "not_here"), ("a moth", "accepted")):
        session = school.shown("moth", "fog", prompt=prompt)
        with school.database.write() as connection:
            connection.execute(RecommendationSession.__table__.delete())
        school.learning.feedback("", session.id, school.ids["fog"], kind, 1)
    session = school.shown("moth", "fog", prompt="a lantern")
    school.learning.feedback("", session.id, school.ids["fog"], "not_here", 1)
    with school.database.write() as connection:
        connection.execute(RecommendationSession.__table__.update().values(created_at="2020-01-01T00:00:00.000Z"))
    school.clock.on(WORTHLESS_DAYS + 1)
    pruned(school)
    with school.database.read() as connection:
        assert school.learning.hidden(connection, "", "a lantern") == {school.ids["fog"]}
        assert connection.execute(select(RecommendationSession.prompt)).scalars().all() == ["a lantern"]


def test_of_too_many_the_oldest_go(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "MOST_EVENTS", 3)
    for name in ("moth", "cat", "fog", "sea", "sea"):
        use(school, name)
        school.clock.on(0.01)
    assert pruned(school) == 2
    assert len(kinds(school)) == 3
    assert ("author", "Ann") not in school.learned()
    assert school.learned()["author", "Bob"].row.evidence == 3


def test_it_stops_when_it_is_told_to(school: School) -> None:
    use(school, "moth")
    school.clock.on(WORTHLESS_DAYS + 1)
    assert prune(school.database, days(school.clock()), lambda: True) == 0
    assert kinds(school) == ["inserted"]
