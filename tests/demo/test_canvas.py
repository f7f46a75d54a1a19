from __future__ import annotations

import numpy as np
import pytest

from lora_manager.demo import canvas


def test_coordinates_have_their_origin_in_the_middle() -> None:
    xs, ys = canvas.coordinates()
    assert (xs[0, 0], ys[0, 0]) == (-1.0, -1.25)
    assert abs(xs.mean()) < 0.01
    assert abs(ys.mean()) < 0.01


def test_a_gradient_runs_from_the_first_colour_to_the_last() -> None:
    picture = canvas.gradient(["#ff0000", "#00ff00", "#0000ff"])
    assert picture[0, 0].tolist() == [1, 0, 0]
    assert picture[-1, 0].tolist() == [0, 0, 1]
    assert picture[canvas.HEIGHT // 2, 0][1] > 0.99


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (1.0, 0.0)])
def test_smooth_goes_both_ways(low: float, high: float) -> None:
    steps = canvas.smooth(low, high, np.array([low, (low + high) / 2, high]))
    assert steps.tolist() == [0, 0.5, 1]


def test_paint_covers_where_the_mask_is() -> None:
    picture = canvas.over(canvas.flat("#000000"), "#ffffff", canvas.disc(0, 0, 0.5))
    assert picture[320, 256].tolist() == [1, 1, 1]
    assert picture[0, 0].tolist() == [0, 0, 0]
    assert canvas.light(picture, "#ffffff", np.ones((640, 512))).max() <= 1


def test_chance_is_seeded() -> None:
    first, second, other = (canvas.noise(np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)
    assert (first.min(), first.max()) == (0, 1)
    assert canvas.ridge(np.random.default_rng(1)).shape == (canvas.WIDTH,)


def test_a_pen_draws_in_the_same_coordinates() -> None:
    mask = canvas.pen(lambda tool: tool.box(-1, -1.25, 0, 0))
    assert mask[10, 10] == 1
    assert mask[-10, -10] == 0
    assert 0.24 < mask.mean() < 0.26


def test_a_curve_passes_through_its_ends() -> None:
    points = canvas.curve([(0, 0), (0.5, 1), (1, 0)])
    assert points[0] == (0, 0)
    assert points[-1] == (1, 0)
