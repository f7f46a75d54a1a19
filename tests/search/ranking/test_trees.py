from __future__ import annotations

import json
import random
from typing import Any

import numpy as np
import pytest

from lora_manager.errors import BadInputError
from lora_manager.search.ranking.trees import MOST_LEAVES, Trees

FEATURES = 5


def _random_trees(seed: int, count: int) -> dict[str, Any]:
    rnd = random.Random(seed)
    data: dict[str, Any] = {name: [] for name in ("inner", "feature", "threshold", "left", "right", "value", "leaves")}
    for _ in range(count):
        inner = rnd.randint(1, MOST_LEAVES - 1)
        sides = [[0, 0] for _ in range(inner)]
        open_sides = [(0, 0), (0, 1)]
        for node in range(1, inner):
            parent, side = open_sides.pop(rnd.randrange(len(open_sides)))
            sides[parent][side] = node
            open_sides += [(node, 0), (node, 1)]
        leaves = list(range(inner + 1))
        rnd.shuffle(leaves)
        for (parent, side), leaf in zip(open_sides, leaves, strict=True):
            sides[parent][side] = -1 - leaf
        data["inner"].append(inner)
        data["left"] += [left for left, _ in sides]
        data["right"] += [right for _, right in sides]
        data["feature"] += [rnd.randrange(FEATURES) for _ in sides]
        data["threshold"] += [rnd.random() for _ in sides]
        data["value"] += [rnd.random() for _ in sides]
        data["leaves"] += [rnd.uniform(-1, 1) for _ in leaves]
    return data


def _walked(data: dict[str, Any], row: list[float]) -> float:
    total, first, first_leaf = 0.0, 0, 0
    for inner in data["inner"]:
        node = 0
        while node >= 0:
            at = first + node
            goes_left = np.float32(row[data["feature"][at]]) <= np.float32(data["threshold"][at])
            node = data["left"][at] if goes_left else data["right"][at]
        total += data["leaves"][first_leaf - 1 - node]
        first, first_leaf = first + inner, first_leaf + inner + 1
    return total


def _added(data: dict[str, Any], row: list[float]) -> list[float]:
    """What each feature adds to a row's score, step by step."""
    added, first, first_leaf = [0.0] * FEATURES, 0, 0
    for inner in data["inner"]:
        node = 0
        while node >= 0:
            at = first + node
            goes_left = np.float32(row[data["feature"][at]]) <= np.float32(data["threshold"][at])
            node = data["left"][at] if goes_left else data["right"][at]
            after = data["value"][first + node] if node >= 0 else data["leaves"][first_leaf - 1 - node]
            added[data["feature"][at]] += after - data["value"][at]
        first, first_leaf = first + inner, first_leaf + inner + 1
    return added


@pytest.mark.parametrize("seed", range(4))
def test_all_rows_at_once_is_walking_each(seed: int) -> None:
    data = _random_trees(seed, 30)
    trees = Trees.of(json.loads(json.dumps(data)), FEATURES)
    rows = np.random.default_rng(seed).random((700, FEATURES)).astype(np.float32)
    expected = [_walked(data, row) for row in rows.tolist()]
    assert np.allclose(trees.predict(rows), expected, atol=1e-4)
    assert trees.count == 30
    means = sum(data["value"][first] for first in trees.roots[:-1])
    added = trees.parts(np.arange(FEATURES), FEATURES)[trees.leaves_of(rows)].sum(axis=0)
    assert added.shape == rows.shape
    assert np.allclose(means + added.sum(axis=1), expected, atol=1e-3)
    assert np.allclose(added[:40], [_added(data, row) for row in rows[:40].tolist()], atol=1e-3)
    halves = trees.parts(np.arange(FEATURES) % 2, 2)[trees.leaves_of(rows)].sum(axis=0)
    assert np.allclose(halves[:, 0], added[:, ::2].sum(axis=1), atol=1e-3)
    assert np.allclose(halves[:, 1], added[:, 1::2].sum(axis=1), atol=1e-3)


def test_no_rows() -> None:
    trees, nothing = Trees.of(_random_trees(1, 2), FEATURES), np.zeros((0, FEATURES), np.float32)
    assert trees.predict(nothing).tolist() == []
    assert trees.leaves_of(nothing).shape == (trees.count, 0)


def _with(**changes: Any) -> dict[str, Any]:
    return {**_random_trees(3, 3), **changes}


@pytest.mark.parametrize(
    "data",
    [
        {},
        _with(inner=[]),
        _with(inner=[10**6]),
        _with(inner="x"),
        _with(inner=[[1]]),
        _with(threshold=["nan"]),
        _with(leaves=[]),
        _with(left=[0] * len(_random_trees(3, 3)["left"])),
        _with(right=[-1] * len(_random_trees(3, 3)["left"])),
        _with(feature=[FEATURES] * len(_random_trees(3, 3)["left"])),
        _with(threshold=[float("inf")] * len(_random_trees(3, 3)["left"])),
        _with(left=[99] * len(_random_trees(3, 3)["left"])),
    ],
)
def test_what_is_no_tree_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(BadInputError):
        Trees.of(data, FEATURES)
