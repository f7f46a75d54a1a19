from __future__ import annotations

import pytest

from lora_manager.services.vectors.pace import Pace


class Clock:
    at = 100.0

    def __call__(self) -> float:
        return self.at

    def passes(self, seconds: float) -> None:
        self.at += seconds


def test_it_counts_the_first_step_too() -> None:
    clock = Clock()
    pace = Pace(clock)
    assert pace.per_second() == 0.0
    pace.begin()
    assert pace.per_second() == 0.0
    clock.passes(4)
    pace.add(64)
    assert pace.per_second() == 16.0


def test_neither_another_stretch_nor_the_rest_before_this_one_counts() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.begin()
    clock.passes(1)
    pace.add(5000)
    clock.passes(600)
    pace.begin()
    assert pace.per_second() == 0.0
    clock.passes(2)
    pace.add(10)
    clock.passes(3)
    pace.add(10)
    assert pace.per_second() == 4.0


def test_it_follows_the_last_steps() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.begin()
    for seconds in [10] * 30 + [1] * 30:
        clock.passes(seconds)
        pace.add(10)
    assert pace.per_second() == pytest.approx(10.0)
