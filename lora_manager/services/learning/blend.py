"""How a learned preference moves a score: as prior odds, within bounds, and never past an exact trigger phrase.

Bayes' rule in log odds: what the prompt says of an adapter (its score) and what is known of the user (the preference)
are two pieces of evidence that add. A score of 0 or 1 stays what it is, and so does every score where nothing is known.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

STRENGTH = 0.6
"""How much of the preference's log odds is added."""
MOST_SHIFT = 1.2
"""Log odds that a preference adds or takes at most: a score of .50 becomes .77 or .23, never more."""
_LEAST = 1e-6

Scores = NDArray[np.float32]


def blend(scores: Any, preferences: Any, is_exact: Any = None, strength: float = STRENGTH) -> Scores:
    """Return scores (0 to 1) moved by preferences (0 to 1, .5 = nothing known).

    `is_exact` says which adapters have a whole trigger phrase in the prompt: whoever writes that means the adapter, so
    none of these falls, and none that stood behind one of them comes before it.
    """
    before = np.asarray(scores, dtype=np.float64)
    liked = np.clip(np.asarray(preferences, dtype=np.float64), _LEAST, 1 - _LEAST)
    shift = MOST_SHIFT * np.tanh(strength * (np.log(liked) - np.log1p(-liked)) / MOST_SHIFT)
    inside = np.clip(before, _LEAST, 1 - _LEAST)
    odds = np.log(inside) - np.log1p(-inside) + shift
    after = 1.0 / (1.0 + np.exp(-odds))
    after = np.where((shift == 0.0) | (before <= 0.0) | (before >= 1.0), before, after)
    if is_exact is not None and np.any(is_exact):
        after = _exact_first(before, after, np.asarray(is_exact, dtype=np.bool_))
    found: Scores = after.astype(np.float32)
    return found


def _exact_first(before: NDArray[np.float64], after: NDArray[np.float64], is_exact: NDArray[np.bool_]) -> Any:
    """Keep exact ones where they are or higher, and each other one below the exact ones that it was below."""
    kept = np.where(is_exact, np.maximum(before, after), after)
    exact = np.sort(before[is_exact])
    at = np.searchsorted(exact, before, side="right")  # the first exact score that is higher
    ceiling = np.append(exact, np.inf)[at]
    # in the precision of the scores that are returned
    below = np.nextafter(ceiling.astype(np.float32), np.float32(-np.inf)).astype(np.float64)
    return np.where(is_exact, kept, np.minimum(kept, below))
