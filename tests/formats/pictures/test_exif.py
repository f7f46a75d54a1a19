from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.formats.pictures.exif import orientation_of
from tests.helpers.hostile_images import exif_bomb, exif_of


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("little", [True, False])
@pytest.mark.parametrize("prefix", [b"", b"Exif\0\0"])
def test_the_orientation_is_read(orientation: int, little: bool, prefix: bytes) -> None:
    assert orientation_of(prefix + exif_of(orientation, little)) == orientation


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_one_that_there_is_not_means_upright(orientation: int) -> None:
    assert orientation_of(exif_of(orientation)) == 1


def test_a_bomb_is_not_unpacked() -> None:
    bomb = exif_bomb(5000, 500_000)
    started = time.process_time()
    assert orientation_of(bomb) == 1
    assert time.process_time() - started < 0.2


@given(st.one_of(st.binary(max_size=60), st.binary(max_size=60).map(lambda tail: exif_of(6)[:10] + tail)))
def test_any_bytes_give_an_orientation(exif: bytes) -> None:
    assert 1 <= orientation_of(memoryview(exif)) <= 8
