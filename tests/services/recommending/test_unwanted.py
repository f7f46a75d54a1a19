from __future__ import annotations

from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.search.ranking.document import make_document
from lora_manager.search.ranking.index import Priors, RankIndex
from lora_manager.services.recommending.unwanted import unwanted_in

FACTS = [
    AdapterFacts(1, "Amber", tags=("anime",)),
    AdapterFacts(2, "Moth", description="works with anime models"),
    AdapterFacts(3, "Anime Fox"),
    AdapterFacts(4, "Owl", trigger_groups=(("oil paint",),)),
    AdapterFacts(5, "Oil"),
]
INDEX = RankIndex.of((facts.id, make_document(facts), Priors()) for facts in FACTS)


def test_what_is_one_is_told_from_what_speaks_of_it() -> None:
    assert unwanted_in(INDEX, ["anime"]) == ({1, 3}, {2})


def test_a_thing_of_several_words_needs_all_of_them() -> None:
    assert unwanted_in(INDEX, ["oil paint"]) == ({4}, frozenset())
    assert unwanted_in(INDEX, ["oil"]) == ({4, 5}, frozenset())


def test_things_that_are_nothing_take_nothing_out() -> None:
    assert unwanted_in(INDEX, []) == (frozenset(), frozenset())
    assert unwanted_in(INDEX, ["the", "🦊", "submarine"]) == (frozenset(), frozenset())
    assert unwanted_in(RankIndex.of([]), ["anime"]) == (frozenset(), frozenset())
