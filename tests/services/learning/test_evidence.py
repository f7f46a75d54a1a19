from __future__ import annotations

from typing import Any

import pytest

from lora_manager.db.events import EventRow
from lora_manager.services.learning.evidence import Subject, adapter_of, effect_of, keys_of, state_of, subjects_of

AT = "2026-03-01T12:00:00.000Z"


def event(kind: str, adapter_id: int | None = 7, **values: Any) -> EventRow:
    return EventRow(AT, "", kind, adapter_id, **values)


@pytest.mark.parametrize(
    ("of", "sign"),
    [
        (event("inserted"), 1),
        (event("accepted", position=4), 1),
        (event("generated", value=0.5), 1),
        (event("image_rated", value=5.0), 1),
        (event("image_rated", value=3.0), 0),
        (event("image_rated", value=1.0), -1),
        (event("image_favourited", value=1.0), 1),
        (event("image_gone"), -1),
        (event("adapter_rated", value=4.0), 1),
        (event("adapter_rated", value=2.0), -1),
        (event("adapter_favourited", value=1.0), 1),
        (event("dismissed"), -1),
        (event("ignored", position=2), -1),
        (event("not_here"), 0),
        (event("of another version"), 0),
    ],
)
def test_what_an_event_says(of: EventRow, sign: int) -> None:
    effect = effect_of(of)
    assert (effect > 0) - (effect < 0) == sign


def test_a_share_of_an_image_counts_as_much_and_places_count_by_their_chance() -> None:
    whole, half = event("image_rated", value=5.0), event("image_rated", value=5.0, details={"share": 0.5})
    assert effect_of(half) == pytest.approx(effect_of(whole) / 2)
    assert effect_of(event("accepted", position=8)) > effect_of(event("accepted", position=0))
    assert effect_of(event("ignored", position=200)) > effect_of(event("ignored", position=0))


def test_an_event_speaks_of_what_its_adapter_was() -> None:
    details = {"adapter": 7, "of": [["tag", "Moth"], ["tag", "moth"], ["author", "Ann"], ["colour", "red"]]}
    found = subjects_of(event("inserted", None, details=details))
    assert found == [Subject("adapter", "7", "7"), Subject("tag", "moth", "Moth"), Subject("author", "ann", "Ann")]
    assert keys_of(event("inserted", None)) == []
    assert adapter_of(event("inserted", None, details=details)) == 7


def test_only_ratings_and_favourites_take_each_others_place() -> None:
    assert state_of(event("inserted")) is None
    assert state_of(event("adapter_rated", None)) is None
    first = state_of(event("image_rated", image_id=3))
    assert first == state_of(event("image_rated", None, details={"adapter": 7, "image": 3}))
    assert first != state_of(event("image_rated", image_id=4)) != state_of(event("image_favourited", image_id=4))
