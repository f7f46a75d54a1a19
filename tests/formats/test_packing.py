from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.formats.packing import pack, unpack

documents = st.binary(max_size=50) | st.builds(
    lambda part, count: part * count, st.binary(min_size=1, max_size=20), st.integers(200, 2_000)
)


@given(documents)
def test_what_is_packed_comes_back(raw: bytes) -> None:
    assert unpack(pack(raw)) == raw


@given(documents, st.integers(1, 10_000))
def test_no_more_comes_back_than_is_asked_for(raw: bytes, max_bytes: int) -> None:
    assert unpack(pack(raw), max_bytes) == raw[:max_bytes]


@pytest.mark.parametrize("raw", [b"", b"x is the first byte of a zlib stream", b"\0", b"\1", zlib.compress(b"{}")])
def test_no_document_is_taken_for_a_compressed_one(raw: bytes) -> None:
    assert unpack(pack(raw)) == raw


def test_only_what_is_worth_it_is_compressed() -> None:
    assert len(pack(b"{}" * 100)) == 201
    assert len(pack(b'{"name": 1}' * 1_000)) < 1_000


def test_a_plain_zlib_stream_is_read() -> None:
    assert unpack(zlib.compress(b'{"a": 1}', 1)) == b'{"a": 1}'


def test_what_was_never_packed_is_refused() -> None:
    with pytest.raises(zlib.error):
        unpack(b'{"a": 1}')
