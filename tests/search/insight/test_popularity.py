from __future__ import annotations

import pytest

from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.search.insight.popularity import UNKNOWN, popularity_of


def popularity(downloads: int = 0, **stats: object) -> float:
    return popularity_of(AdapterFacts(1, downloads=downloads, stats=stats))


def test_nothing_known_is_neither_popular_nor_not() -> None:
    assert popularity() == popularity(downloadCount=0) == popularity(favoriteCount=9) == UNKNOWN


def test_each_tenfold_is_one_step() -> None:
    steps = [popularity(10**power) for power in range(2, 6)]
    assert steps[1] - steps[0] == pytest.approx(steps[3] - steps[2], abs=0.002)


def test_favourites_lift_it() -> None:
    assert popularity(1000, favoriteCount=900) > popularity(1000, favoriteCount=5)
    assert popularity(1000, thumbsUpCount=900) == popularity(1000, favoriteCount=900)


def test_the_record_comes_before_the_column_and_the_scale_has_an_end() -> None:
    assert popularity(5, downloadCount=5000) == popularity(5000)
    assert popularity(10**30, favoriteCount=10**30) == 1.0
