from __future__ import annotations

from lora_manager.api.serialise_learning import evidence_json, preference_json
from lora_manager.db.events import EventRow
from lora_manager.db.preferences import PreferenceRow
from lora_manager.services.learning.learned import Evidence, Learned

AT = "2026-03-01T12:00:00.000Z"


def test_a_preference_is_told_with_three_digits() -> None:
    row = PreferenceRow("", "tag", "moth", "Moth", 1.0, 2.0, 3, AT, "use", pinned=1, id=7)
    told = preference_json(Learned(row, "Moth", 0.33333, 0.1, 0.99999, 0.12345, 2.0, unsure=True))
    assert told == {
        "id": 7, "kind": "tag", "key": "moth", "label": "Moth", "mean": 0.333, "low": 0.1, "high": 1.0,
        "positive": 0.123, "negative": 2.0, "evidence": 3, "updated_at": AT, "source": "pinned", "pinned": 1,
        "unsure": True,
    }  # fmt: skip


def test_evidence_of_an_adapter_that_is_gone() -> None:
    event = EventRow(AT, "", "ignored", None, position=3, id=9)
    told = evidence_json(Evidence(event, None, -0.12345))
    assert told == {"id": 9, "at": AT, "kind": "ignored", "adapter": None, "value": None, "effect": -0.123}
