from __future__ import annotations

import numpy as np

from lora_manager.search.ranking.candidates import choose, score_all, top
from lora_manager.search.ranking.prompt import ParsedPrompt
from tests.search.ranking.library import small_index

INDEX = small_index()


def test_candidates_are_what_matches_and_is_allowed() -> None:
    scores = score_all(INDEX, ParsedPrompt.of("fog over a wooden pier, papermoth"))
    assert set(choose(scores, INDEX.alive, [], 10).tolist()) == {0, 1, 2, 3}
    allowed = np.array([True, False, True, True, True, True])
    assert set(choose(scores, allowed, [], 10).tolist()) == {0, 2, 3}
    assert len(choose(scores, INDEX.alive, [], 2)) == 2


def test_other_scores_bring_in_their_own() -> None:
    scores = score_all(INDEX, ParsedPrompt.of("papermoth"))
    extra = np.array([0, 0, 0, 0, 0, 1], np.float32)
    assert 5 in choose(scores, INDEX.alive, [extra], 8).tolist()


def test_an_author_is_known_by_the_other_adapters() -> None:
    scores = score_all(INDEX, ParsedPrompt.of("wooden pier, dusk"))
    assert scores.author_examples[1] > 0
    assert scores.author_examples[4] == 0
    assert scores.author_count.tolist() == [1, 1, 1, 1, 0, 0]


def test_top() -> None:
    values = np.array([0, 3, 1, 3, 2], np.float32)
    assert top(values, 3).tolist() == [1, 3, 4]
    assert top(values, 99).tolist() == [1, 3, 4, 2]
