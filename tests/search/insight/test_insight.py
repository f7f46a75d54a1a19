from __future__ import annotations

import json
import math
import time
from dataclasses import fields
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lora_manager.search.adapter_facts import AdapterFacts, ExamplePrompt
from lora_manager.search.insight.insight import Insight, insight_of
from lora_manager.search.insight.keywords import MOST

anything = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just(10**400), st.just([1])
)
counts = st.integers(min_value=-(10**30), max_value=10**30)
texts = st.one_of(
    st.text(max_size=60), st.sampled_from(["style", "anime", "🦊🦊", "水墨画", "ß", "\x00", "\ud800", "((((", "<lora:"])
)
statistics = st.sampled_from(
    ["rating", "ratingCount", "thumbsUpCount", "thumbsDownCount", "downloadCount", "favoriteCount"]
)
examples = st.builds(ExamplePrompt, texts, st.none() | st.floats(), st.booleans(), st.integers(-3, 9))
hostile = st.builds(
    AdapterFacts,
    st.just(1),
    name=texts,
    version=texts,
    file_name=texts,
    author=texts,
    tags=st.lists(texts, max_size=5).map(tuple),
    trigger_groups=st.lists(st.lists(texts, max_size=3).map(tuple), max_size=3).map(tuple),
    description=texts,
    captions=st.lists(st.tuples(texts, counts), max_size=4).map(tuple),
    family=texts,
    rating=st.none() | counts,
    favourite=st.booleans(),
    downloads=counts,
    stats=st.dictionaries(statistics | texts, anything, max_size=6),
    weight=st.none() | st.floats(),
    examples=st.lists(examples, max_size=4).map(tuple),
)


def numbers(found: Insight) -> list[float]:
    listed: list[Any] = [found.quality, found.popularity, found.archetype_confidence, found.style_confidence]
    listed += [keyword.score for keyword in found.keywords] + [part.value for part in found.quality_parts]
    return [number for number in listed if number is not None]


@given(hostile)
def test_whatever_the_facts_say_there_is_an_insight(facts: AdapterFacts) -> None:
    found = insight_of(facts)
    assert all(math.isfinite(number) and 0 <= number <= 1 for number in numbers(found))
    assert len(found.keywords) <= MOST
    assert (found.archetype is None) == (found.archetype_confidence is None)
    assert (found.style is None) == (found.style_confidence is None)
    json.dumps([getattr(found, field.name) for field in fields(found)], allow_nan=False)
    assert insight_of(facts) == found


def test_of_nothing_little_is_found() -> None:
    found = insight_of(AdapterFacts(1))
    assert (found.keywords, found.archetype, found.style, found.popularity) == ((), None, None, 0.5)


def test_everything_is_found_together() -> None:
    facts = AdapterFacts(
        1,
        name="Amber Lighthouse Watercolor Style",
        tags=("watercolor", "art style"),
        trigger_groups=(("ambrlh",),),
        downloads=5000,
        examples=(ExamplePrompt("ambrlh, watercolor, a lighthouse by the sea"),),
    )
    found = insight_of(facts)
    assert (found.archetype, found.style, found.keywords[0].word) == ("style", "watercolour", "ambrlh")
    assert 0.5 < found.popularity < 0.9


def test_hostile_lengths_cost_no_more_than_others() -> None:
    long = "word, (" * 300_000
    facts = AdapterFacts(1, long, description=long, tags=(long,) * 1000, examples=(ExamplePrompt(long),) * 60)
    insight_of(AdapterFacts(1, name="warm"))
    begun = time.process_time()
    insight_of(facts)
    assert time.process_time() - begun < 0.5
