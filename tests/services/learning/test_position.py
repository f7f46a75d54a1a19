from __future__ import annotations

import numpy as np
import pytest

from lora_manager.services.learning.position import MOST, passed_weight, seen_chance, taken_weight


def test_further_down_fewer_look_and_what_is_taken_counts_more() -> None:
    chances = [seen_chance(position) for position in range(40)]
    assert chances[0] == seen_chance(None) == 1.0
    assert chances == sorted(chances, reverse=True)
    weights = [taken_weight(position) for position in range(40)]
    assert weights[0] == 1.0
    assert weights[3] == pytest.approx(2.0)
    assert weights == sorted(weights)
    assert max(weights) == MOST == taken_weight(10**9)


@pytest.mark.parametrize("liked", [0.2, 0.6])
def test_the_share_that_is_taken_is_the_same_wherever_it_is_shown(liked: float) -> None:
    """Also where the weight is clipped: of what is looked at and liked, taken over all that counts."""
    for position in (0, 3, 15, 60, 300):
        seen = seen_chance(position)
        taken = seen * liked * taken_weight(position)
        assert taken / passed_weight(position) == pytest.approx(liked)


def test_in_a_simulation_the_corrected_share_is_right_and_the_plain_one_is_not() -> None:
    random = np.random.default_rng(5)
    liked, counted, shown, taken = 0.4, 0.0, 0.0, 0
    for position in random.integers(0, 40, 40_000):
        shown += passed_weight(int(position))
        if random.uniform() < seen_chance(int(position)) * liked:
            counted += taken_weight(int(position))
            taken += 1
    assert counted / shown == pytest.approx(liked, abs=0.02)
    assert taken / 40_000 < liked / 2
