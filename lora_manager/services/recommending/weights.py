"""The weight to suggest for an adapter, and from where to where it works: by the best evidence there is."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence

from lora_manager.db.own_uses import OwnUse, RecordedWeight
from lora_manager.formats.example_prompts import ExamplePrompt
from lora_manager.formats.lora_tags import format_weight
from lora_manager.formats.weight_hint import middle_of
from lora_manager.services.recommending.suggestions import SuggestedWeight

WELL_RATED = 4
POORLY_RATED = 2
FEWEST_UNRATED = 2
"""Uses without a rating that say something: one alone may have been an attempt."""
DEFAULT_WEIGHT = 1.0
LARGEST = 4.0
"""A weight beyond this one in a prompt is a slip of the hand."""
_FEWEST_FOR_QUARTILES = 4


def suggested_weight(
    uses: Sequence[OwnUse], examples: Sequence[ExamplePrompt], recorded: RecordedWeight
) -> SuggestedWeight:
    """Return the weight by the best evidence.

    First what its user set, then the median of the user's well-rated uses, else of all that were not rated poorly; of
    the example prompts; the author's text; the weight on record; 1.
    """
    return _own(uses, recorded) or _of_examples(examples) or _on_record(recorded) or _default()


def _own(uses: Sequence[OwnUse], recorded: RecordedWeight) -> SuggestedWeight | None:
    if recorded.source == "user" and recorded.weight is not None:
        return SuggestedWeight(recorded.weight, *_ends(recorded), "own", "You set this weight.")
    liked = _sane(use.weight for use in uses if use.rating >= WELL_RATED or use.favourite)
    if liked:
        return _median(liked, "own", _usual(len(liked), "your ", "well-rated use"))
    used = _sane(use.weight for use in uses if not 0 < use.rating <= POORLY_RATED)
    if len(used) >= FEWEST_UNRATED:
        return _median(used, "own", _usual(len(used), "your ", "use"))
    return None


def _of_examples(examples: Sequence[ExamplePrompt]) -> SuggestedWeight | None:
    # The user's own prompts are uses already.
    weights = _sane(example.weight for example in examples if example.weight is not None and not example.own)
    if not weights:
        return None
    return _median(weights, "examples", _usual(len(weights), "", "example prompt"))


def _on_record(recorded: RecordedWeight) -> SuggestedWeight | None:
    low, high = _ends(recorded)
    weight = recorded.weight
    if weight is None and low is not None and high is not None:
        weight = middle_of(low, high)
    if weight is None:
        return None
    if recorded.weight is not None and recorded.source != "text":
        why = f"{format_weight(weight)} is the preferred weight on record."
        return SuggestedWeight(weight, low, high, "preferred", why)
    is_range = low is not None and high is not None and low != high
    said = f"{format_weight(low or 0)} to {format_weight(high or 0)}" if is_range else format_weight(weight)
    return SuggestedWeight(weight, low, high, "author", f"The author recommends {said}.")


def _default() -> SuggestedWeight:
    return SuggestedWeight(DEFAULT_WEIGHT, None, None, "default", "Nobody says a weight; most are made for 1.")


def _ends(recorded: RecordedWeight) -> tuple[float | None, float | None]:
    return recorded.lowest, recorded.highest


def _sane(weights: Iterable[float]) -> list[float]:
    """The weights that somebody meant: 0 switches an adapter off."""
    return [weight for weight in weights if math.isfinite(weight) and 0 < abs(weight) <= LARGEST]


def _median(weights: list[float], source: str, why: str) -> SuggestedWeight:
    """The median with the quartiles as the range, the extremes of a few."""
    low, high = min(weights), max(weights)
    if len(weights) >= _FEWEST_FOR_QUARTILES:
        low, _, high = statistics.quantiles(weights, n=4, method="inclusive")
    middle, low, high = (round(value, 2) for value in (statistics.median(weights), low, high))
    ends = (low, high) if low < high else (None, None)
    return SuggestedWeight(middle, ends[0], ends[1], source, why)


def _usual(number: int, whose: str, what: str) -> str:
    return f"Usual in {whose}{number} {what}s." if number != 1 else f"As in {whose}one {what}."
