"""How a learned preference moves a score: as prior odds, within bounds, and never past an exact trigger phrase.

Bayes' rule in log odds: what the prompt says of an adapter (its score) and what is known of the user (the preference)
are two pieces of evidence that add. How much is the ranker's to say (search.ranking.ranker.PRIOR_WEIGHTS), which adds
it beside what else is known: log odds of 1.5 at most, so a score of .50 becomes .82 or .18, never more. What is
liked is lifted in proportion to how well it fits (`where_it_matches`); what is disliked falls however well it fits.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lora_manager.search.ranking.ranker import prior_terms, where_it_matches

MEANT = 0.2
"""A trigger phrase of the prompt that at most five adapters have (the feature "phrase_rare") means one of these."""
_LEAST = 1e-6

Scores = NDArray[np.float32]


def blend(scores: Any, preferences: Any, is_exact: Any = None) -> Scores:
    """Return scores (0 to 1) moved by preferences (0 to 1, .5 = nothing known), as the ranker moves them.

    `is_exact`: as in `exact_first`.
    """
    before = np.asarray(scores, dtype=np.float64)
    shift = prior_terms({"preference": np.asarray(preferences, dtype=np.float32)})["preference"]
    shift = where_it_matches(shift, _log_odds(before).astype(np.float32))
    after = np.where(shift == 0, before, _moved(before, shift))
    exact = np.zeros(len(before), np.bool_) if is_exact is None else is_exact
    return _exact_first(before, after, np.asarray(exact, dtype=np.bool_))


def exact_first(scores: Any, shift: Any, is_exact: Any) -> Scores:
    """Return scores that preferences have moved by these log odds already, with exact trigger phrases kept in front.

    `is_exact` says which adapters have a rare trigger phrase that stands in the prompt as a whole: whoever writes that
    means the adapter, so none of these falls, and none that stood behind one of them comes before it.
    """
    after = np.asarray(scores, dtype=np.float64)
    moved = np.asarray(shift, dtype=np.float64)
    before = np.where(moved == 0, after, _moved(after, -moved))
    return _exact_first(before, after, np.asarray(is_exact, dtype=np.bool_))


def _moved(scores: NDArray[np.float64], shift: NDArray[Any]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-(_log_odds(scores) + shift)))
    return found


def _log_odds(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    inside = np.clip(scores, _LEAST, 1 - _LEAST)
    found: NDArray[np.float64] = np.log(inside) - np.log1p(-inside)
    return found


def _exact_first(before: NDArray[np.float64], after: NDArray[np.float64], is_exact: NDArray[np.bool_]) -> Scores:
    if not is_exact.any():
        return after.astype(np.float32)
    # In the precision of the scores that are returned, rounded away from each other.
    exact = np.sort(before[is_exact]).astype(np.float32)
    at = np.searchsorted(exact, before.astype(np.float32), side="right")  # the first exact score that is higher
    ceiling = np.nextafter(np.append(exact, np.float32(np.inf))[at], np.float32(-np.inf))
    kept = np.maximum(before.astype(np.float32), after.astype(np.float32))
    found: Scores = np.where(is_exact, kept, np.minimum(after.astype(np.float32), ceiling))
    return found
