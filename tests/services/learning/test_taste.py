from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lora_manager.db.engine import Database
from lora_manager.db.events import EventRow
from lora_manager.db.preferences import PreferenceRow
from lora_manager.services.learning.decay import days
from lora_manager.services.learning.noting import note
from lora_manager.services.learning.taste import MOST_ODDS, beliefs, overall, telling
from tests.db.described import described, put
from tests.services.learning.conftest import School, school_over

AT = "2026-03-01T12:00:00.000Z"
ALL = ("moth", "cat", "fog", "sea")


def row(kind: str, positive: float, negative: float, *, pinned: int | None = None, **values: Any) -> PreferenceRow:
    evidence = int(positive + negative)
    found = PreferenceRow("", kind, "k", "Label", positive, negative, evidence, AT, "use", pinned)
    for name, value in values.items():
        setattr(found, name, value)
    return found


def use(school: School, name: str, times: int = 1, kind: str = "inserted") -> None:
    with school.database.write() as connection:
        note(connection, [EventRow(school.clock(), "", kind, school.ids[name])] * times)


def test_nothing_known_is_neutral(school: School) -> None:
    assert school.preference(ALL) == [0.5] * 4
    assert school.why("moth") is None
    with school.database.read() as connection:
        assert school.learning.preference_of(connection, "", [999, -1, 2**40]).tolist() == [0.5] * 3


def test_what_is_used_lifts_what_is_like_it(school: School) -> None:
    use(school, "moth", 6)
    moth, cat, fog, sea = school.preference(ALL)
    assert moth > cat > fog == sea == 0.5  # the cat is by the same author, for the same base model
    why = school.why("cat")
    assert why is not None
    assert why[0] == "You inserted LoRAs by Ann 6 times."
    assert why[1] == pytest.approx(2 * cat - 1, abs=1e-5)
    assert school.why("fog") is None


def test_what_is_dismissed_sinks_and_so_does_what_is_like_it(school: School) -> None:
    use(school, "moth", 4)
    use(school, "fog", 4, "dismissed")
    moth, cat, fog, sea = school.preference(ALL)
    assert fog < sea < 0.5 < cat < moth
    why = school.why("sea")
    assert why is not None
    assert why[0] == "You said “not for me” of LoRAs tagged “weather” 4 times."
    assert why[1] < 0


def test_a_pin_goes_before_what_was_learned(school: School) -> None:
    use(school, "fog", 5, "dismissed")
    ids = {key: item.row.id for key, item in school.learned().items()}
    school.learning.pin("", ids["author", "Bob"], 1)
    assert school.preference(["sea"])[0] > 0.5
    why = school.why("sea")
    assert why is not None
    assert why[0] == "You said that you like LoRAs by Bob."
    school.learning.pin("", ids["adapter", "Fog"], 1)
    assert school.preference(["fog"])[0] == pytest.approx(1 / (1 + 2.718281828**-MOST_ODDS), abs=1e-4)
    school.learning.pin("", ids["author", "Bob"], -1)
    assert school.preference(["sea"])[0] < 0.5


def test_the_overall_rate_is_that_of_the_adapters(school: School) -> None:
    rows = [row("adapter", 2.0, 6.0), row("tag", 50.0, 0.0)]
    assert overall(rows, days(AT)) == pytest.approx(0.3)
    assert beliefs([], days(AT)) == []
    found = beliefs([*rows, row("tag", 0.0, 0.0, evidence=0), row("style", 0.0, 0.0, pinned=-1)], days(AT))
    assert [belief.row.kind for belief in found] == ["adapter", "tag", "style"]
    assert found[0].odds < 0.2 < found[1].odds
    assert (found[2].odds, found[2].sureness) == (-3.0, 1.0)


def test_one_rated_picture_moves_little_and_is_no_reason(school: School) -> None:
    with school.database.write() as connection:
        event = EventRow(school.clock(), "", "image_rated", school.ids["moth"], value=5.0, details={"share": 1.0})
        note(connection, [event])
    moth, cat, fog, _ = school.preference(ALL)
    assert 0.5 < cat < 0.56
    assert cat < moth < 0.7
    assert fog == 0.5
    assert school.why("moth") is None
    assert school.why("cat") is None
    assert all(item.unsure for item in school.learned().values())


def test_what_the_page_calls_too_early_to_tell_is_no_reason(school: School) -> None:
    for name, times in (("moth", 2), ("fog", 4)):
        use(school, name, times)
        use(school, "sea", times, "ignored")
    for name in ALL:
        why = school.why(name)
        if why is not None:
            told = [item for item in school.learned().values() if f"{item.label}" in why[0] and not item.unsure]
            assert told or "it " in why[0]
    assert school.why("moth") is None
    assert school.why("fog") is not None


def test_what_much_of_the_library_has_says_least() -> None:
    assert telling(10_000, 10_000) < 0.01
    assert telling(5_000, 10_000) == pytest.approx(0.23, abs=0.01)
    assert telling(500, 10_000) == pytest.approx(1.0, abs=0.01)
    assert telling(1, 10_000) == telling(0, 0) == 1.0
    assert telling(2, 4) > 0.6


def test_many_tags_of_one_event_weigh_as_the_root_of_their_number(fresh_database: Database) -> None:
    tags = [f"tag {n}" for n in range(16)]
    items = [described("many.pt", "Many", tags=tags), described("like.pt", "Like", tags=tags)]
    items += [described("one.pt", "One", tags=["single"]), described("alike.pt", "Alike", tags=["single"])]
    ids = put(fresh_database, *items)
    school = school_over(fresh_database, dict(zip(["many", "like", "one", "alike"], ids, strict=True)))
    use(school, "many")
    use(school, "one")
    like, alike = (np.log(value / (1 - value)) for value in school.preference(["like", "alike"]))
    assert like == pytest.approx(4 * alike, rel=0.05)
