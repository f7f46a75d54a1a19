"""How good an adapter is likely to be, as far as its record and its users say, with the parts that it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.search.insight.numbers import first_number, number_of

_METADATA, _TRIGGERS, _PREVIEW, _COMMUNITY, _OWN = 0.25, 0.15, 0.15, 0.45, 1.0
_ENOUGH_TEXT = 80
_ENOUGH_EXAMPLES = 4
_NO_TRIGGERS = 0.4
"""Many an adapter needs none."""
PRIOR_VOTES = 10
"""Votes that stand for what is usual, and are counted with the real ones."""
PRIOR_MEAN = 0.7
_BEST_RATING, _WORST_RATING = 5.0, 1.0
_FAVOURITE = 0.9


class QualityPart(NamedTuple):
    """One part: value 0 to 1, its weight in the mean, and a plain sentence."""

    name: str
    value: float
    weight: float
    text: str


def quality_of(facts: AdapterFacts) -> tuple[float, tuple[QualityPart, ...]]:
    """Return 0 to 1, the weighted mean of the parts, and the parts; their weights sum to 1."""
    raw = (*_on_record(facts), _community(facts.stats), *_own(facts))
    total = sum(part.weight for part in raw)
    parts = tuple(part._replace(weight=round(part.weight / total, 4)) for part in raw)
    return round(sum(part.value * part.weight for part in raw) / total, 4), parts


def smoothed_share(good: float, votes: float) -> float:
    """Return the share of good votes, drawn to what is usual while there are few.

    The mean of a Beta distribution, (good + C m) / (votes + C), with C = PRIOR_VOTES of mean m = PRIOR_MEAN: the
    "Bayesian average" (Gelman et al., Bayesian Data Analysis, 2.4). A lower bound (Wilson, 1927) would take an adapter
    without votes for a bad one.
    """
    return (good + PRIOR_VOTES * PRIOR_MEAN) / (votes + PRIOR_VOTES)


def _on_record(facts: AdapterFacts) -> tuple[QualityPart, ...]:
    known = {
        "tags": bool(facts.tags),
        "description": len(facts.description) >= _ENOUGH_TEXT,
        "author": bool(facts.author),
        "base model": bool(facts.base_model),
        "recommended weight": facts.weight is not None,
        "example prompts": bool(facts.examples),
    }
    missing = [name for name, there in known.items() if not there]
    said = f"Nothing on record: {', '.join(missing)}." if missing else "All that is usual is on record."
    words = sum(len(group) for group in facts.trigger_groups)
    examples = len(facts.examples)
    preview = (0.5 if facts.has_preview else 0.0) + 0.5 * min(examples, _ENOUGH_EXAMPLES) / _ENOUGH_EXAMPLES
    return (
        QualityPart("metadata", round(1 - len(missing) / len(known), 3), _METADATA, said),
        QualityPart(
            "triggers",
            1.0 if words else _NO_TRIGGERS,
            _TRIGGERS,
            f"{_counted(words, 'trigger word')} on record." if words else "No trigger words on record.",
        ),
        QualityPart(
            "preview",
            round(preview, 3),
            _PREVIEW,
            f"{'A preview' if facts.has_preview else 'No preview'}, {_counted(examples, 'example prompt')}.",
        ),
    )


def _community(stats: Mapping[str, Any]) -> QualityPart:
    up, down = first_number(stats, "thumbsUpCount"), first_number(stats, "thumbsDownCount")
    votes = (up or 0.0) + (down or 0.0)
    if votes:
        return _voted(up or 0.0, votes, f"{round((up or 0.0) / votes * 100)} % of {round(votes)} votes are thumbs up.")
    rating, votes = first_number(stats, "rating"), first_number(stats, "ratingCount") or 0.0
    if rating is not None and votes and _WORST_RATING <= rating <= _BEST_RATING:
        share = (rating - _WORST_RATING) / (_BEST_RATING - _WORST_RATING)
        return _voted(share * votes, votes, f"{_counted(round(votes), 'vote')}, {rating:.1f} of 5 on average.")
    return QualityPart("community", PRIOR_MEAN, _COMMUNITY, "No votes of others are known.")


def _voted(good: float, votes: float, text: str) -> QualityPart:
    return QualityPart("community", round(smoothed_share(good, votes), 3), _COMMUNITY, text)


def _own(facts: AdapterFacts) -> tuple[QualityPart, ...]:
    """What the user says counts as much as all the rest, and nothing where they have not said it."""
    rating = number_of(facts.rating) or 0.0
    if _WORST_RATING <= rating <= _BEST_RATING:
        value = (rating - _WORST_RATING) / (_BEST_RATING - _WORST_RATING)
        return (QualityPart("own", round(value, 3), _OWN, f"You rated it {rating:g} of 5."),)
    liked = [example.liked for example in facts.examples if example.own and 1 <= example.liked <= _BEST_RATING]
    if liked:
        mean = sum(liked) / len(liked)
        share = smoothed_share((mean - _WORST_RATING) / (_BEST_RATING - _WORST_RATING) * len(liked), len(liked))
        return (QualityPart("own", round(share, 3), _OWN, f"You rated {_counted(len(liked), 'picture')} of it."),)
    return (QualityPart("own", _FAVOURITE, _OWN, "It is one of your favourites."),) if facts.favourite else ()


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
