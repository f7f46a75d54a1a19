from __future__ import annotations

import pytest

from lora_manager.services.learning.decay import HALF_LIFE_DAYS, days, faded


def test_evidence_counts_half_after_the_half_life() -> None:
    now = days("2026-03-31T00:00:00.000Z")
    assert faded(now, now) == 1.0
    assert faded(now - HALF_LIFE_DAYS, now) == pytest.approx(0.5)
    assert faded(now - 2 * HALF_LIFE_DAYS, now) == pytest.approx(0.25)
    assert faded(now + 5, now) == 1.0  # a clock that was set back


def test_a_moment_is_a_number_of_days() -> None:
    assert days("1970-01-02T12:00:00.000Z") == 1.5
    assert days("yesterday") == 0.0
