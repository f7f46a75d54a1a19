from __future__ import annotations

from lora_manager.services.history.outcome import RevertOutcome
from tests.services.history.test_fields import change


def test_outcomes_add_up() -> None:
    whole, part = RevertOutcome(2), RevertOutcome(3)
    part.skip(change("notes", "a", "b"), "why")
    whole.add(part)
    assert whole.reverted == 5
    assert [(one.adapter_id, one.name, one.field, one.why) for one in whole.skipped] == [(7, "A", "notes", "why")]
