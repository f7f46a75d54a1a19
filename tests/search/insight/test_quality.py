from __future__ import annotations

from dataclasses import replace

import pytest

from lora_manager.search.adapter_facts import AdapterFacts, ExamplePrompt
from lora_manager.search.insight.quality import PRIOR_MEAN, QualityPart, quality_of, smoothed_share

FULL = AdapterFacts(
    1,
    tags=("fox",),
    description="word " * 30,
    author="somebody",
    base_model="SDXL 1.0",
    weight=0.8,
    has_preview=True,
    trigger_groups=(("ambrfox", "fur"),),
    examples=(ExamplePrompt("a fox"),) * 4,
)


def part(facts: AdapterFacts, name: str) -> QualityPart | None:
    return next((one for one in quality_of(facts)[1] if one.name == name), None)


def community(**stats: object) -> float:
    found = part(AdapterFacts(1, stats=stats), "community")
    assert found is not None
    return found.value


def test_it_is_the_weighted_mean_of_the_parts_shown() -> None:
    value, parts = quality_of(AdapterFacts(1, rating=4, tags=("fox",)))
    assert value == pytest.approx(sum(p.value * p.weight for p in parts), abs=1e-3)
    assert sum(p.weight for p in parts) == pytest.approx(1)
    assert [p.name for p in parts] == ["metadata", "triggers", "preview", "community", "own"]
    assert all(p.text.endswith(".") and 0 <= p.value <= 1 for p in parts)


def test_a_full_record_is_worth_more_than_an_empty_one() -> None:
    assert quality_of(FULL)[0] > quality_of(AdapterFacts(1))[0]
    assert [p.value for p in quality_of(FULL)[1]] == [1.0, 1.0, 1.0, PRIOR_MEAN]
    assert part(FULL, "metadata") == QualityPart("metadata", 1.0, 0.25, "All that is usual is on record.")
    assert part(FULL, "triggers") == QualityPart("triggers", 1.0, 0.15, "2 trigger words on record.")


def test_few_votes_say_little() -> None:
    assert community() == PRIOR_MEAN
    assert PRIOR_MEAN < community(thumbsUpCount=1, thumbsDownCount=0) < community(thumbsUpCount=300)
    assert community(thumbsUpCount=0, thumbsDownCount=1) > community(thumbsUpCount=10, thumbsDownCount=90)
    assert community(rating=5, ratingCount=1) < community(rating=4.8, ratingCount=500)
    assert smoothed_share(0, 0) == PRIOR_MEAN


def test_ratings_that_cannot_be_are_not_known() -> None:
    assert community(rating=-1, ratingCount=5) == community(rating=99, ratingCount=5) == PRIOR_MEAN
    assert community(rating=5) == community(rating="5", ratingCount=5) == PRIOR_MEAN


def test_what_the_user_says_outweighs_the_rest() -> None:
    best, worst = (quality_of(replace(FULL, rating=rating))[0] for rating in (5, 1))
    assert best > quality_of(FULL)[0] > quality_of(AdapterFacts(1, rating=5))[0] > worst
    assert part(AdapterFacts(1, favourite=True), "own") is not None
    assert part(AdapterFacts(1), "own") is None


def test_the_users_pictures_count_where_the_adapter_has_no_rating() -> None:
    good = AdapterFacts(1, examples=(ExamplePrompt("a", own=True, liked=5),) * 9)
    poor = AdapterFacts(1, examples=(ExamplePrompt("a", own=True, liked=1),) * 9)
    assert quality_of(good)[0] > quality_of(poor)[0]
    assert part(good, "own") == QualityPart("own", 0.842, 0.5, "You rated 9 pictures of it.")
