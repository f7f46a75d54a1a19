from __future__ import annotations

import math

import numpy as np
import pytest

from lora_manager.search.ranking.evaluation import by_group, interval, measure, paired


def test_measures() -> None:
    measures = measure([["a", "b"], ["b", "a"], [], list("bcdefghijka")], [{"a"}] * 4)
    assert measures.hit_1.tolist() == [1, 0, 0, 0]
    assert measures.hit_10.tolist() == [1, 1, 0, 0]
    assert measures.mrr_10.tolist() == [1, 0.5, 0, 0]
    assert measures.ndcg_10.tolist() == pytest.approx([1, 1 / math.log2(3), 0, 0])


def test_several_right_ones() -> None:
    measures = measure([["a", "x", "b"]], [{"a", "b"}])
    assert measures.ndcg_10[0] == pytest.approx((1 + 0.5) / (1 + 1 / math.log2(3)))


def test_intervals_hold_the_mean() -> None:
    values = np.array([0.0, 1.0] * 50)
    found = interval(values)
    assert found.low < found.mean == 0.5 < found.high
    assert interval(values) == found
    assert interval(np.zeros(0)) == (0, 0, 0)
    better = paired(values + 0.1, values)
    assert better.low == pytest.approx(0.1)


def test_groups() -> None:
    measures = measure([["a"], ["b"], ["a"]], [{"a"}] * 3)
    groups = by_group(measures, ["style", "object", "style"])
    assert list(groups) == ["style", "object"]
    assert groups["style"]["hit@1"].mean == 1
    assert groups["object"]["mrr@10"].mean == 0
