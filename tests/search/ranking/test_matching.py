from __future__ import annotations

import numpy as np

from lora_manager.search.ranking.matching import bm25, idf, pair_scores, phrase_hits, word_hits
from lora_manager.search.ranking.prompt import ParsedPrompt
from tests.search.ranking.library import FACTS, small_index

INDEX = small_index()


def test_hits_of_words() -> None:
    parsed = ParsedPrompt.of("a wooden pier, unknown, moth")
    hits = word_hits(parsed, INDEX.segments, len(FACTS))
    found = {(parsed.words[word], int(place)) for word, place in zip(hits.words, hits.positions, strict=True)}
    assert found == {("wooden", 0), ("wooden", 2), ("pier", 0), ("pier", 2), ("moth", 1)}
    assert hits.weights[parsed.words.index("unknown")] == 0
    assert hits.weights[parsed.words.index("moth")] > hits.weights[parsed.words.index("pier")] > 0
    assert parsed.words[hits.used[0]] == "moth"
    only = hits.only(hits.positions == 1)
    assert only.positions.tolist() == [1]
    scores = bm25(hits, hits.examples, INDEX.examples_lengths, INDEX.averages[2], np.ones(len(parsed.terms), bool))
    assert (scores > 0).tolist() == [True, True, True, False, False, False]


def test_hits_of_phrases_and_pairs() -> None:
    parsed = ParsedPrompt.of("an amberlantern and a paper moth on a wooden pier")
    hits = phrase_hits(parsed, INDEX.segments)
    assert set(hits.positions.tolist()) == {0, 1}
    pairs = pair_scores(parsed, INDEX.segments, INDEX.text_lengths, INDEX.averages[0])
    assert (pairs > 0).tolist() == [True, True, True, False, False, False]


def test_rarer_is_heavier() -> None:
    weights = idf(np.array([0, 1, 5, 10]), 10)
    assert weights[0] == 0
    assert weights[1] > weights[2] > weights[3] > 0


def test_a_prompt_of_nothing() -> None:
    parsed = ParsedPrompt.of("")
    assert not len(word_hits(parsed, INDEX.segments, 6).positions)
    assert not len(phrase_hits(parsed, INDEX.segments).positions)
    assert not pair_scores(parsed, INDEX.segments, INDEX.text_lengths, 1.0).any()
