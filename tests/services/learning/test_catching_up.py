from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from lora_manager.db.edits.apply import Edit, apply_edits
from lora_manager.db.engine import Database
from lora_manager.db.event_sources import marks
from lora_manager.db.events import EventRow, events_of
from lora_manager.db.history import Act, note_set
from lora_manager.db.tables import Generation
from lora_manager.services.actor import CLI, PAGE, Actor
from lora_manager.services.editing import Editor
from lora_manager.services.history.service import History
from lora_manager.services.learning import catching_up
from lora_manager.services.learning.catching_up import RUNS_AT_ONCE, is_behind
from tests.db.described import described, put
from tests.db.runs import run_of
from tests.services.learning.conftest import School, school_over

ADA, BEN = Actor(PAGE, "ada"), Actor(CLI, "ben")


@pytest.fixture
def editor(school: School) -> Editor:
    editor = Editor(school.database, lambda: None, lambda: ())
    editor.listen(school.learning.notice)
    return editor


def events(school: School, user_name: str = "") -> list[EventRow]:
    with school.database.read() as connection:
        return list(events_of(connection, user_name))


def said(school: School, user_name: str = "") -> list[tuple[Any, ...]]:
    return [(event.kind, event.adapter_id, event.value) for event in events(school, user_name)]


def test_a_run_is_an_event_for_each_adapter_once(school: School) -> None:
    moth, cat = school.ids["moth"], school.ids["cat"]
    generation_id = run_of(school.database, {moth: 1.0, cat: 0.5, None: 1.0}, created_at="2026-02-01T10:00:00.000Z")
    with school.database.write() as connection:
        connection.execute(update(Generation).values(user_name="ada"))
    for _ in range(2):
        school.learning.catch_up()
    assert said(school) == []
    first, second = events(school, "ada")
    assert (first.kind, first.adapter_id, first.value, first.generation_id) == ("generated", moth, 0.5, generation_id)
    assert (second.adapter_id, second.at) == (cat, "2026-02-01T10:00:00.000Z")


def test_further_runs_of_a_day_count_less(school: School) -> None:
    moth = school.ids["moth"]
    for at in ("2026-02-01T10:00:00.000Z", "2026-02-01T23:59:59.999Z", "2026-02-02T00:00:00.000Z"):
        run_of(school.database, {moth: 1.0}, created_at=at)
        school.learning.catch_up()
    run_of(school.database, {moth: 1.0}, created_at="2026-02-02T10:00:00.000Z")
    run_of(school.database, {moth: 1.0}, created_at="2026-02-02T11:00:00.000Z")
    school.learning.catch_up()
    assert [event.value for event in events(school)] == [1.0, 0.5, 1.0, 0.5, pytest.approx(1 / 3)]


def test_more_than_one_part(school: School) -> None:
    for _ in range(RUNS_AT_ONCE + 3):
        run_of(school.database, {})
    run_of(school.database, {school.ids["moth"]: 1.0})
    school.learning.catch_up()
    assert len(events(school)) == 1
    with school.database.read() as connection:
        assert not is_behind(connection)
        assert marks(connection).generation == RUNS_AT_ONCE + 4


def test_ratings_and_favourites_are_their_users(school: School, editor: Editor) -> None:
    moth = school.ids["moth"]
    editor.edit(moth, {"rating": 4, "favourite": True, "notes": "fine"}, ADA)
    editor.edit(moth, {"rating": 2}, BEN)
    assert sorted(said(school, "ada")) == [("adapter_favourited", moth, 1.0), ("adapter_rated", moth, 4.0)]
    assert said(school, "ben") == [("adapter_rated", moth, 2.0)]
    editor.edit(moth, {"rating": 0}, BEN)
    assert said(school, "ben") == []


def test_what_is_undone_counts_no_more_and_what_was_before_counts_again(school: School, editor: Editor) -> None:
    moth = school.ids["moth"]
    history = History(school.database, editor.tell)
    editor.edit(moth, {"rating": 5}, ADA)
    set_id = editor.edit(moth, {"rating": 1}, ADA)
    assert set_id is not None
    assert school.learned("ada")["adapter", "Moth"].negative == pytest.approx(3.0)
    undone = history.undo(set_id, BEN)
    assert said(school, "ada") == [("adapter_rated", moth, 5.0)]
    item = school.learned("ada")["adapter", "Moth"]
    assert [item.positive, item.negative] == pytest.approx([3.0, 0.0])
    assert said(school, "ben") == []
    assert undone.set_id is not None
    history.undo(undone.set_id, ADA)  # again
    assert said(school, "ada") == [("adapter_rated", moth, 5.0), ("adapter_rated", moth, 1.0)]
    editor.edit(moth, {}, ADA, resets=["rating"])
    assert said(school, "ada") == []
    favourite = editor.edit(moth, {"favourite": True}, ADA)
    assert favourite is not None
    history.undo(favourite, ADA)
    assert ("adapter_favourited", moth, 1.0) not in said(school, "ada")


def test_of_very_many_ratings_at_once_each_counts_its_share(
    school: School, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "MOST_AT_ONCE", 1)
    editor.edit(school.ids["moth"], {"rating": 5, "favourite": True}, ADA)
    assert len(said(school, "ada")) == 2
    moth = school.learned("ada")["adapter", "Moth"]
    assert (moth.row.evidence, moth.positive) == (2, pytest.approx(0.5 * (3.0 + 3.0)))


def test_more_than_two_hundred_ratings_at_once_are_learned(fresh_database: Database) -> None:
    count = catching_up.MOST_AT_ONCE + 50
    ids = put(fresh_database, *(described(f"{n}.pt", f"n{n}", tags=["ink"]) for n in range(count)))
    school = school_over(fresh_database, {})
    with fresh_database.write() as connection:
        changes = apply_edits(connection, [Edit(one, {"rating": 5}) for one in ids])
        note_set(connection, Act("edit", "page", None), changes)
    school.learning.catch_up()
    ink = school.learned()["tag", "ink"]
    assert ink.row.evidence == count
    assert ink.positive == pytest.approx(3.0 * catching_up.MOST_AT_ONCE, rel=1e-3)


def test_while_learning_is_off_nothing_is_noted_nor_later(school: School, editor: Editor) -> None:
    school.settings.change({"learning": False})
    run_of(school.database, {school.ids["moth"]: 1.0})
    editor.edit(school.ids["moth"], {"rating": 5}, ADA)
    school.learning.catch_up()
    school.settings.change({"learning": True})
    school.learning.catch_up()
    assert said(school) == said(school, "ada") == []
