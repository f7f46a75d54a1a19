from __future__ import annotations

import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.formats.pictures.exif import orientation_of, user_comment_of
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


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_comment_lies_in_a_directory_of_its_own(order: str) -> None:
    start = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", 42, 8)
    first = struct.pack(f"{order}HHHIII", 1, 0x8769, 4, 1, 26, 0)
    comment = b"ASCII\0\0\0a lantern\0"
    second = struct.pack(f"{order}HHHIII", 1, 0x9286, 7, len(comment), 44, 0)
    assert user_comment_of(b"Exif\0\0" + start + first + second + comment) == "a lantern"


@given(st.binary(max_size=60))
def test_no_bytes_make_the_comment_raise(raw: bytes) -> None:
    user_comment_of(b"Exif\0\0II*\0" + raw)
    user_comment_of(raw)
