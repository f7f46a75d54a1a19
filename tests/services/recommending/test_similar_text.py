from __future__ import annotations

import numpy as np

from lora_manager.search.adapter_facts import AdapterFacts, ExamplePrompt
from lora_manager.search.ranking.document import make_document, unpack
from lora_manager.search.ranking.index import Priors, RankIndex
from lora_manager.services.recommending.similar_text import similar_texts


def adapter(adapter_id: int, name: str, description: str = "", *examples: str) -> AdapterFacts:
    return AdapterFacts(
        adapter_id, name, description=description, examples=tuple(ExamplePrompt(text) for text in examples)
    )


FACTS = [
    adapter(1, "Amber Lantern", "glowing glass lamps at dusk", "a lantern, rain, street"),
    adapter(2, "Copper Lantern", "glowing lamps of copper", "a lantern, street at night"),
    adapter(3, "Paper Moth", "moths of paper", "a moth near a lantern"),
    adapter(4, "Castle", "towers and walls", "a castle on a hill"),
    *(adapter(10 + number, f"Filler {number}", "common words") for number in range(20)),
]


def index_of(facts: list[AdapterFacts]) -> RankIndex:
    return RankIndex.of((one.id, make_document(one), Priors()) for one in facts)


def test_texts_are_alike_by_the_rare_words_they_share() -> None:
    index = index_of(FACTS)
    found = similar_texts(index, unpack(make_document(FACTS[0])))
    order = index.ids[np.argsort(-found.scores, kind="stable")].tolist()
    assert order[:3] == [1, 2, 3]
    assert found.scores.max() <= 1.0
    assert found.scores[0] > 0.8
    assert found.scores[index.ids.tolist().index(4)] == 0.0
    assert len(found.terms)


def test_what_changed_is_found_beside_the_rest_and_what_is_gone_is_not() -> None:
    index = index_of(FACTS)
    changed = adapter(4, "Brass Lantern", "glowing lamps of brass", "a lantern, street")
    later = index.changed([(4, make_document(changed), Priors())], removed=[2])
    found = similar_texts(later, unpack(make_document(FACTS[0])))
    scores = dict(zip(later.ids.tolist(), found.scores.tolist(), strict=True))
    assert scores[4] > scores[3] > 0
    assert later.alive.tolist().count(True) == len(FACTS) - 1
    gone = [
        score for adapter_id, score in zip(later.ids.tolist(), found.scores.tolist(), strict=True) if adapter_id == 2
    ]
    assert gone in ([0.0], [])


def test_an_empty_document_is_like_nothing() -> None:
    found = similar_texts(index_of(FACTS), unpack(make_document(AdapterFacts(99))))
    assert found.scores.tolist() == [0.0] * len(FACTS)
    nothing = similar_texts(RankIndex.of([]), unpack(make_document(FACTS[0])))
    assert nothing.scores.tolist() == []
