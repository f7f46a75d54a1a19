from __future__ import annotations

import numpy as np

from lora_manager.search.ranking.matching import word_hits
from lora_manager.search.ranking.prompt import ParsedPrompt
from lora_manager.search.ranking.texts import TextFit, fit_texts
from tests.search.ranking.library import FACTS, adapter, item, small_index

INDEX = small_index()


def _fit(prompt: str, index: object = INDEX) -> TextFit:
    assert isinstance(index, type(INDEX))
    parsed = ParsedPrompt.of(prompt)
    hits = word_hits(parsed, index.segments, len(index.ids))
    return fit_texts(index, parsed, hits, np.arange(len(index.ids)))


def test_the_closest_example() -> None:
    fit = _fit("a lantern at sea, dusk")
    assert fit.best_example.tolist()[0] == 1
    assert fit.best_example.tolist()[5] == -1
    assert fit.best[0] == fit.best.max() > fit.second[0] > 0
    assert np.isclose(fit.cover[0], 1)
    assert fit.inside[0] > fit.inside[2]


def test_neighbours_count_only_as_neighbours() -> None:
    fit = _fit("wooden pier")
    assert fit.pairs[0] > 0
    assert fit.pairs_best[2] > 0
    assert not _fit("pier wooden").pairs.any()


def test_candidates_of_both_segments() -> None:
    changed = INDEX.changed([item(adapter(1, "Amber Lantern", "a brass lantern"))])
    fit = _fit("a brass lantern", changed)
    place = changed.ids.tolist().index(1, 1)
    assert fit.best_example[place] == 0
    assert fit.best[place] == fit.best.max()


def test_what_examples_have_in_common() -> None:
    index = type(INDEX).of(
        [item(adapter(1, "One", "red hat, pier", "red hat, moon", "red hat, fog")), *(item(f) for f in FACTS[1:])]
    )
    fit = _fit("red hat", index)
    assert fit.core[0] > 0.5
    assert fit.often[0] > 0.9
    assert fit.core[2] == 0
