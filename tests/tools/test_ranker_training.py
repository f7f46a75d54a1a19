from __future__ import annotations

import json

import numpy as np
import pytest

from lora_manager.search.ranking.features import NAMES
from lora_manager.search.ranking.ranker import Ranker
from lora_manager.search.ranking.trees import Trees
from tests.search.ranking.library import small_index
from tools.ranker_library import Query
from tools.ranker_training import (
    OF_NAMES,
    as_data,
    calibration,
    cases_of,
    fold_of,
    joined,
    train,
    train_both,
)

QUERIES = [
    Query("1", "natural", "an amber lantern on a pier, fog", 1),
    Query("2", "natural", "papermoth on a window, pier, glass", 2),
    Query("3", "natural", "boats, fog, pier, glass fox", 3),
]


def test_cases_know_the_right_one() -> None:
    cases = cases_of(small_index(), [*QUERIES, Query("4", "natural", "zzz", 1), Query("5", "natural", "fox", 99)])
    assert [case.query.id for case in cases] == ["1", "2", "3"]
    assert [int(case.ids[case.right]) for case in cases] == [1, 2, 3]
    thin = cases[0].thinned(1)
    assert int(thin.ids[thin.right]) == 1
    assert len(thin.features) == len(thin.ids) == len(thin.text)


def test_a_trained_ranker_can_be_read() -> None:
    pytest.importorskip("lightgbm")
    data = train(cases_of(small_index(), QUERIES * 30), "small", trees=5)
    ranker = Ranker.of({**json.loads(json.dumps(data)), "scale": 1.0, "shift": 0.0})
    assert ranker.name == "small"


def test_what_a_prompt_may_mean_as_well_is_neither_right_nor_wrong() -> None:
    (case,) = cases_of(small_index(), [Query("1", "short-named", "amber lantern, pier", 1, frozenset([3]))])
    assert 3 not in case.ids
    assert int(case.ids[case.right]) == 1
    assert len(case.features) == len(case.ids) == len(case.text)


def test_short_questions_are_known_by_trees_of_their_own() -> None:
    pytest.importorskip("lightgbm")
    cases = cases_of(small_index(), QUERIES * 30)
    data = train_both(cases, cases, "both")
    assert data["features"] == list(NAMES)
    assert not set(train(cases, "one", without=OF_NAMES, trees=2)["features"]) & set(OF_NAMES)


def test_rankers_are_added() -> None:
    one = {"inner": [1], "feature": [0], "threshold": [0.5], "left": [-1], "right": [-2], "value": [0.5]}
    parts = [({"features": [name], "trees": {**one, "leaves": [0.0, 1.0]}}, 2.0) for name in ("text_rel", "core_rel")]
    both = Ranker.of({**joined(parts, "both"), "scale": 1.0, "shift": 0.0})
    rows = np.zeros((3, len(NAMES)), np.float32)
    rows[1:, NAMES.index("text_rel")] = 1
    rows[2, NAMES.index("core_rel")] = 1
    assert both.log_odds(rows).tolist() == [0.0, 2.0, 4.0]


def test_trees_of_the_trainer_become_arrays() -> None:
    leaf = [{"leaf_value": value} for value in (0.1, 0.2, 0.3)]
    inner = {"split_feature": 1, "threshold": 0.5, "internal_value": 0.0, "left_child": leaf[0]}
    root = {**inner, "split_feature": 0, "left_child": {**inner, "right_child": leaf[1]}, "right_child": leaf[2]}
    data = as_data({"tree_info": [{"tree_structure": root}, {"tree_structure": {"leaf_value": 1.0}}]})
    trees = Trees.of(data, 2)
    rows = np.array([[0, 0], [0, 1], [1, 0]], np.float32)
    assert np.allclose(trees.predict(rows), [0.1, 0.2, 0.3])


def test_scale_and_shift_are_found() -> None:
    rnd = np.random.default_rng(1)
    raw = rnd.normal(size=20_000).astype(np.float32)
    right = rnd.random(20_000) < 1 / (1 + np.exp(-(2 * raw - 3)))
    scale, shift = calibration(raw, right)
    assert (scale, shift) == (pytest.approx(2, abs=0.15), pytest.approx(-3, abs=0.15))
    scale, shift = calibration(raw * np.float32(20) + np.float32(60), right)  # trees' sums may lie anywhere
    assert (scale, shift) == (pytest.approx(0.1, abs=0.01), pytest.approx(-9, abs=0.6))


def test_an_adapter_stays_in_its_fold() -> None:
    folds = [fold_of(f"adapter {n}", 5) for n in range(200)]
    assert set(folds) == set(range(5))
    assert folds == [fold_of(f"adapter {n}", 5) for n in range(200)]
