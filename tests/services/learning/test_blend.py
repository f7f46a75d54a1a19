from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lora_manager.search.ranking.ranker import PRIOR_WEIGHTS, as_share, where_it_matches
from lora_manager.services.learning.blend import blend, exact_first

CHANCES = st.floats(np.float32(0.001).item(), np.float32(0.999).item(), width=32)


def test_what_is_liked_rises_and_what_is_not_falls() -> None:
    found = blend([0.5, 0.5, 0.5], [0.9, 0.5, 0.1])  # as good as each other: all of it counts
    assert found[0] > found[1] == np.float32(0.5) > found[2]
    assert found.dtype == np.float32
    most = PRIOR_WEIGHTS["preference"] / 2
    assert blend([0.5, 0.5], [1.0, 0.0]) == pytest.approx(as_share(np.array([most, -most], np.float32)), abs=1e-5)
    assert len(blend([], [])) == 0


def test_a_whole_trigger_phrase_is_never_buried() -> None:
    found = blend([0.6, 0.55, 0.5], [0.02, 0.98, 0.98], [True, False, False])
    assert found[0] == np.float32(0.6)
    assert found[1] < found[0]
    assert found[2] < found[0]
    assert np.argmax(blend([0.6, 0.55, 0.5], [0.02, 0.98, 0.98])) == 1


@given(st.data())
def test_the_order_is_kept_where_nothing_is_known_and_behind_exact_ones(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 8))
    scores = data.draw(arrays(np.float32, count, elements=CHANCES))
    liked = data.draw(arrays(np.float32, count, elements=CHANCES))
    is_exact = data.draw(arrays(np.bool_, count))
    assert blend(scores, np.full(count, 0.5)).tolist() == scores.tolist()
    found = blend(scores, liked, is_exact)
    assert np.isfinite(found).all()
    assert (found[is_exact] >= scores[is_exact]).all()
    for exact in np.flatnonzero(is_exact):
        behind = ~is_exact & (scores < scores[exact])
        assert (found[behind] < found[exact]).all()


@given(st.data())
def test_scores_that_the_ranker_moved_already_come_out_the_same(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 8))
    scores = data.draw(arrays(np.float32, count, elements=st.floats(0.125, 0.875, width=32), unique=True))
    liked = data.draw(arrays(np.float32, count, elements=CHANCES))
    is_exact = data.draw(arrays(np.bool_, count))
    log_odds = np.log(scores / (1 - scores))
    shift = where_it_matches((liked - np.float32(0.5)) * np.float32(PRIOR_WEIGHTS["preference"]), log_odds)
    moved = as_share(log_odds + shift)
    assert exact_first(moved, shift, is_exact) == pytest.approx(blend(scores, liked, is_exact), abs=1e-4)


@given(st.floats(0.05, 0.95), st.floats(0.001, 0.45), st.floats(0.5, 1.0))
def test_what_hardly_matches_is_never_lifted_above_what_matches_well(best: float, part: float, liked: float) -> None:
    found = blend([best, best * part], [0.5, liked])
    assert found[1] < found[0]


def test_what_is_disliked_falls_however_little_it_matches() -> None:
    whole, little = blend([0.8, 0.08], [0.5, 0.0]), blend([0.08, 0.08], [0.5, 0.0])
    assert whole[1] == little[1] < 0.03


@given(st.lists(st.tuples(CHANCES, CHANCES, CHANCES), min_size=1, max_size=8))
def test_liking_something_more_never_lowers_it(rows: list[tuple[float, float, float]]) -> None:
    scores, first, second = (np.array(column) for column in zip(*rows, strict=True))
    less, more = np.minimum(first, second), np.maximum(first, second)
    assert (blend(scores, less) <= blend(scores, more) + 1e-6).all()
