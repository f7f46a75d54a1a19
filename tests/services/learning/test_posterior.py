from __future__ import annotations

import numpy as np
import pytest

from lora_manager.services.learning.posterior import (
    LEAST_RATE,
    MOST_RATE,
    PRIOR,
    WIDE,
    beside,
    confidence,
    interval,
    is_unsure,
    logit,
    mean,
    overall_rate,
)


def test_nothing_known_is_the_overall_rate() -> None:
    assert overall_rate(0, 0) == 0.5
    assert overall_rate(0, 1000) == LEAST_RATE
    assert overall_rate(1000, 0) == MOST_RATE
    assert mean(0.0, 0.0, 0.3) == pytest.approx(0.3)
    assert confidence(0.0, 0.0) == 0.0


def test_evidence_moves_the_mean_and_the_confidence() -> None:
    assert mean(PRIOR, 0.0, 0.5) == pytest.approx(0.75)
    assert mean([0.0, 9.0], [9.0, 0.0], 0.5) == pytest.approx([0.125, 0.875])
    assert confidence(PRIOR, 0.0) == pytest.approx(0.5)
    assert logit(0.75) == pytest.approx(np.log(3.0))


@pytest.mark.parametrize(("positive", "negative", "rate"), [(0.0, 0.0, 0.5), (4.0, 1.0, 0.2), (40.0, 60.0, 0.4)])
def test_the_interval_holds_nine_in_ten(positive: float, negative: float, rate: float) -> None:
    low, high = interval(positive, negative, rate)
    drawn = np.random.default_rng(3).beta(positive + PRIOR * rate, negative + PRIOR * (1 - rate), 40_000)
    drawn = np.array([beside(chance, rate) for chance in drawn])
    assert np.mean((low <= drawn) & (drawn <= high)) == pytest.approx(0.9, abs=0.01)
    assert np.mean(drawn < low) == pytest.approx(0.05, abs=0.01)


def test_more_evidence_makes_it_narrower() -> None:
    few, many = interval(3, 3, 0.5), interval(300, 300, 0.5)
    assert many[1] - many[0] < (few[1] - few[0]) / 3


def test_beside_the_overall_rate_the_usual_is_the_middle() -> None:
    assert beside(0.2, 0.2) == pytest.approx(0.5)
    assert beside(0.3, 0.2) > 0.5 > beside(0.1, 0.2)
    assert beside(0.7, 0.5) == pytest.approx(0.7)


def test_a_wide_interval_with_the_usual_in_it_is_unsure() -> None:
    assert is_unsure(0.4, 0.9)
    assert not is_unsure(0.51, 0.99)
    assert not is_unsure(0.45, 0.45 + WIDE)
