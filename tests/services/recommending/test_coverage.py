from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.search.ranking.candidates import score_all
from lora_manager.search.ranking.document import make_document
from lora_manager.search.ranking.index import Priors, RankIndex
from lora_manager.search.ranking.prompt import ParsedPrompt
from lora_manager.services.recommending.coverage import KEPT, Coverage, covered_concepts, diversified
from tests.search.ranking.library import adapter

CONCEPTS = [(0, 5), (7, 20), (22, 30)]


def test_a_word_covers_the_part_it_stands_in() -> None:
    assert covered_concepts(CONCEPTS, [(1, 4), (8, 10), (15, 20)]) == (0, 1)
    assert covered_concepts(CONCEPTS, [(25, 30)]) == (2,)
    assert covered_concepts(CONCEPTS, []) == ()
    assert covered_concepts([], [(0, 3)]) == ()


def test_a_word_outside_of_every_part_covers_none() -> None:
    assert covered_concepts(CONCEPTS, [(5, 7), (31, 40)]) == ()
    assert covered_concepts([(3, 9)], [(0, 2)]) == ()


def test_what_covers_something_new_comes_earlier_behind_the_top() -> None:
    covered = [frozenset({0})] * 4 + [frozenset({1})]
    scores = [0.9, 0.8, 0.7, 0.6, 0.55]
    assert diversified(scores, covered, 0.2) == [0, 1, 2, 4, 3]
    assert diversified(scores, covered, 0.2, kept=1) == [0, 1, 4, 2, 3]
    assert diversified(scores, covered, 0.5, kept=1) == [0, 4, 1, 2, 3]
    assert diversified(scores, covered, 0.0) == [0, 1, 2, 3, 4]


@given(st.lists(st.tuples(st.floats(0, 1), st.frozensets(st.integers(0, 5))), max_size=30), st.floats(0, 1))
def test_nothing_is_lost_and_the_top_stays(items: list[tuple[float, frozenset[int]]], weight: float) -> None:
    items.sort(key=lambda item: -item[0])
    order = diversified([score for score, _ in items], [covered for _, covered in items], weight)
    assert sorted(order) == list(range(len(items)))
    assert order[:KEPT] == list(range(min(KEPT, len(items))))


def test_a_common_word_of_a_concept_does_not_cover_it() -> None:
    texts = ["ghibli style", "ink style", "film style", "clay style", "moth", "a pier"]
    index = RankIndex.of([(n, make_document(adapter(n, text)), Priors()) for n, text in enumerate(texts)])
    parsed = ParsedPrompt.of("studio ghibli style, moth, pier")
    hits = score_all(index, parsed).hits
    coverage = Coverage.of(parsed, hits, len(index.ids))
    at = {word: number for number, word in enumerate(parsed.words)}

    def covered(*words: str) -> tuple[int, ...]:
        return coverage.covered(np.array(sorted(at[word] for word in words), np.int64))

    assert covered("style") == ()
    assert covered("ghibli") == (0,)
    assert covered("ghibli", "style", "pier") == (0, 2)
    assert covered() == ()
    assert Coverage.of(ParsedPrompt.of(""), score_all(index, ParsedPrompt.of("")).hits, 6).covered(hits.used) == ()
