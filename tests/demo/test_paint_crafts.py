from __future__ import annotations

import pytest

from lora_manager.demo import paint_crafts
from tests.demo.painting import painters_of, paints


@pytest.mark.parametrize("painter", painters_of(paint_crafts))
def test_it_fills_the_picture_and_repeats_itself(painter: str) -> None:
    assert paints(painter)
