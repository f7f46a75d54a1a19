"""Beta posteriors: how likely the user takes what has a property, of the evidence for and against it.

The prior is the user's own overall rate, worth PRIOR pieces of evidence: a property that nothing is known of is as good
as any, and one event moves it a little. (Beta-binomial with an empirical prior: Gelman et al., Bayesian Data Analysis,
3rd ed., 5.1.)
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PRIOR = 3.0
"""Pieces of evidence that the overall rate is worth."""
LEAST_RATE, MOST_RATE = 0.1, 0.5
"""Bounds of the overall rate. Who only ever uses LoRAs and dismisses none has evidence for alone: above one half, what
they use would be no better than what they never touched."""
INTERVAL = 0.9
"""The share of the distribution that the interval holds."""
WIDE = 0.25
"""An interval that is wider, with what is usual in it, says next to nothing."""
_GRID = np.linspace(-16.0, 16.0, 2001)


def overall_rate(positive: float, negative: float) -> float:
    """Return a user's overall rate of all their evidence, within bounds; one half of none."""
    return float(np.clip((positive + 1.0) / (positive + negative + 2.0), LEAST_RATE, MOST_RATE))


def mean(positive: Any, negative: Any, rate: float) -> Floats:
    """Return the posteriors' means, 0 to 1."""
    found: Floats = (np.asarray(positive) + PRIOR * rate) / (np.asarray(positive) + np.asarray(negative) + PRIOR)
    return found


def confidence(positive: Any, negative: Any) -> Floats:
    """Return how much of each posterior is evidence and not the prior, 0 to 1."""
    evidence: Floats = np.asarray(positive, dtype=np.float64) + np.asarray(negative, dtype=np.float64)
    found: Floats = evidence / (evidence + PRIOR)
    return found


def logit(chance: Any) -> Floats:
    """Return log odds."""
    values = np.asarray(chance, dtype=np.float64)
    found: Floats = np.log(values) - np.log1p(-values)
    return found


def interval(positive: float, negative: float, rate: float) -> tuple[float, float]:
    """Return the central interval of one posterior, which holds INTERVAL of it, to three digits, beside the rate.

    By the distribution's shape over the log odds, where a Beta has no poles: p^a (1 - p)^b.
    """
    a, b = positive + PRIOR * rate, negative + PRIOR * (1.0 - rate)
    logs = -a * np.logaddexp(0.0, -_GRID) - b * np.logaddexp(0.0, _GRID)
    heights = np.exp(logs - logs.max())
    below = np.cumsum(heights)
    below = (below - heights / 2) / below[-1]
    edge = (1.0 - INTERVAL) / 2
    low, high = np.interp([edge, 1.0 - edge], below, _GRID)
    usual = float(logit(rate))
    return _chance(low - usual), _chance(high - usual)


def beside(chance: float, rate: float) -> float:
    """Return a chance as it is beside the overall rate: .5 where it is the same."""
    return _chance(float(logit(chance)) - float(logit(rate)))


def is_unsure(low: float, high: float) -> bool:
    """Return whether it is too early to tell what an interval (beside the rate) says."""
    return low < 0.5 < high and high - low > WIDE


def _chance(odds: float) -> float:
    return float(1.0 / (1.0 + np.exp(-odds)))
