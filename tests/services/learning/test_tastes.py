from __future__ import annotations

import pytest

from lora_manager.db.catalogue import Catalogue
from lora_manager.db.events import EventRow
from lora_manager.services.learning.decay import days
from lora_manager.services.learning.noting import note
from lora_manager.services.learning.tastes import KEPT_TASTES, Tastes
from tests.db.described import described, put
from tests.services.learning.conftest import School
from tests.services.learning.test_guesses import guess


def like(school: School, name: str, user_name: str = "") -> None:
    with school.database.write() as connection:
        note(connection, [EventRow(school.clock(), user_name, "adapter_favourited", school.ids[name], value=1.0)])


def test_a_taste_is_kept_until_something_changes(school: School) -> None:
    tastes = Tastes(Catalogue(school.database))
    now = days(school.clock())

    def kept(at: float = now) -> object:
        with school.database.read() as connection:
            return tastes.of(connection, "", at)

    first = kept()
    assert kept() is first
    like(school, "moth")
    second = kept()
    assert second is not first
    assert kept() is second
    put(school.database, described("new.pt", "New", author_username="Ann"))
    third = kept()
    assert third is not second
    assert kept(now + 1) is not third  # evidence fades


def test_every_user_has_their_own(school: School) -> None:
    like(school, "moth", "ada")
    assert school.preference(["moth"], "ada")[0] > 0.5 == school.preference(["moth"], "ben")[0]
    tastes = Tastes(Catalogue(school.database))
    with school.database.read() as connection:
        first = tastes.of(connection, "ada", 0.0)
        for number in range(KEPT_TASTES):
            tastes.of(connection, f"user {number}", 0.0)
        assert tastes.of(connection, "ada", 0.0) is not first


def test_what_was_guessed_counts_like_what_is_said(school: School) -> None:
    guess(school.database, school.ids["fog"], "concept", "anime")
    guess(school.database, school.ids["cat"], "concept", "anime")
    like(school, "fog")
    cat, moth = school.preference(["cat", "moth"])
    assert cat > 0.5 == moth
    for _ in range(3):
        with school.database.write() as connection:
            note(connection, [EventRow(school.clock(), "", "inserted", school.ids["fog"])])
    (cat,) = school.preference(["cat"])
    why = school.why("cat")
    assert why is not None
    assert why[0] == "You inserted LoRAs in the style “anime” 3 times."
    assert why[1] == pytest.approx(2 * cat - 1, abs=1e-5)
    guess(school.database, school.ids["moth"], "concept", "photo")
    assert school.preference(["moth"])[0] > 0.5
