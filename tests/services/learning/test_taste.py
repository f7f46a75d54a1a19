from __future__ import annotations

from typing import Any

import pytest

from lora_manager.db.events import EventRow
from lora_manager.db.preferences import PreferenceRow
from lora_manager.services.learning.decay import days
from lora_manager.services.learning.noting import note
from lora_manager.services.learning.taste import MOST_ODDS, Belief, beliefs, overall, sentence
from tests.services.learning.conftest import School

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
    assert why[0] == "You often use LoRAs by Ann (6 times)."
    assert why[1] == pytest.approx(2 * cat - 1, abs=1e-5)
    assert school.why("fog") is None


def test_what_is_dismissed_sinks_and_so_does_what_is_like_it(school: School) -> None:
    use(school, "moth", 4)
    use(school, "fog", 4, "dismissed")
    moth, cat, fog, sea = school.preference(ALL)
    assert fog < sea < 0.5 < cat < moth
    why = school.why("sea")
    assert why is not None
    assert why[0].startswith("You tend to pass over LoRAs")
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


@pytest.mark.parametrize(
    ("kind", "values", "liked", "said"),
    [
        ("tag", {}, True, "You often use LoRAs tagged “Label” (12 times)."),
        ("author", {"source": "feedback"}, True, "You often pick LoRAs by Label (12 times)."),
        ("base_model", {"source": "rating"}, True, "You often rate LoRAs for Label well (12 times)."),
        ("adapter", {"evidence": 1}, True, "You use this LoRA (once)."),
        ("style", {}, False, "You tend to pass over LoRAs in the style “Label” (12 times)."),
        ("archetype", {"pinned": -1}, False, "You said that you do not like LoRAs of the kind “Label”."),
    ],
)
def test_reasons_are_sentences(kind: str, values: dict[str, Any], liked: bool, said: str) -> None:
    assert sentence(Belief(row(kind, 12.0, 0.0, **values), 1.0, 0.8), liked=liked) == said
