from __future__ import annotations

import json
import os
import struct
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.errors import IncompleteFileError, UnreadableFileError
from lora_manager.formats.safetensors_header import parse_header, read_header, read_scalar
from lora_manager.formats.tensor_table import TensorInfo
from tests.helpers.network_files import lora_tensors, network_file_bytes

ONE = {"dtype": "F16", "shape": [2, 2], "data_offsets": [0, 8]}


def with_length(raw: bytes, data: bytes = b"", length: int | None = None) -> bytes:
    return struct.pack("<Q", len(raw) if length is None else length) + raw + data


def kind_of(path: Path) -> str:
    with pytest.raises(UnreadableFileError) as caught:
        read_header(path)
    assert str(caught.value).endswith("again.")
    return caught.value.kind


def write(folder: Path, content: bytes) -> Path:
    path = folder / "a.safetensors"
    path.write_bytes(content)
    return path


def test_reads_a_real_file(tmp_path: Path) -> None:
    tensors = lora_tensors(rank=4, width=768, out_width=320)
    content = network_file_bytes(tensors, {"ss_output_name": "ink"}, alpha=2.5)
    path = write(tmp_path, content)
    header = read_header(path)
    assert header.metadata == {"ss_output_name": "ink"}
    assert set(header.tensors) == set(tensors)
    assert header.data_end == len(content)
    (alpha,) = (name for name in tensors if name.endswith(".alpha"))
    assert read_scalar(path, header, alpha) == 2.5
    assert read_scalar(path, header, next(iter(tensors))) is None
    assert read_scalar(path, header, "no such tensor") is None


def test_a_header_longer_than_the_first_read(tmp_path: Path) -> None:
    modules = [f"lora_unet_m{i}" for i in range(800)]
    header = read_header(write(tmp_path, network_file_bytes(lora_tensors(modules, rank=1, width=2, out_width=2))))
    assert len(header.tensors) == 2400


@pytest.mark.parametrize(
    ("dtype", "data", "value"),
    [
        ("F16", struct.pack("<e", 0.5), 0.5),
        ("BF16", struct.pack("<f", -16.0)[2:], -16.0),
        ("F32", struct.pack("<f", 1.25), 1.25),
        ("F64", struct.pack("<d", 0.1), 0.1),
        ("I32", struct.pack("<i", 4), None),
        ("F7", b"\0", None),
    ],
)
def test_scalars(tmp_path: Path, dtype: str, data: bytes, value: float | None) -> None:
    entry = {"x.alpha": {"dtype": dtype, "shape": [], "data_offsets": [0, len(data)]}}
    path = write(tmp_path, with_length(json.dumps(entry).encode(), data))
    assert read_scalar(path, read_header(path), "x.alpha") == value


def test_a_scalar_of_a_file_that_was_cut_meanwhile_is_unknown(tmp_path: Path) -> None:
    path = write(
        tmp_path, with_length(json.dumps({"x": {**ONE, "shape": [1], "data_offsets": [0, 2]}}).encode(), b"\0\0")
    )
    header = read_header(path)
    os.truncate(path, header.data_start + 1)
    assert read_scalar(path, header, "x") is None


@pytest.mark.parametrize("size", [0, 7, 8, 9, 20, -1])
def test_a_file_shorter_than_its_header_says_is_incomplete(tmp_path: Path, size: int) -> None:
    content = network_file_bytes()
    with pytest.raises(IncompleteFileError, match=r"download it again\.$"):
        read_header(write(tmp_path, content[:size]))


def test_the_size_can_be_given(tmp_path: Path) -> None:
    content = network_file_bytes()
    path = write(tmp_path, content)
    assert read_header(path, len(content)).data_end == len(content)
    with pytest.raises(IncompleteFileError):
        read_header(path, len(content) - 1)
    with pytest.raises(IncompleteFileError):  # grown by the scan's account, shorter by now
        read_header(write(tmp_path, content[:60]), len(content))


@pytest.mark.parametrize(
    "content",
    [
        b"\xff" * 64,
        with_length(b"{}", length=2**63),
        with_length(b"{}", length=100_000_001),
        with_length(b"", b"\0" * 64),
        with_length(b"not json at all"),
        with_length(b"garbage", length=5000),
        with_length(b"[]"),
        with_length(b'"text"'),
        with_length(b'{"a": NaN}'),
        with_length(b"[" * 100_000),
        with_length(b'{"a":' * 100_000),
        with_length(b'{"__metadata__":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001),
        b"<!DOCTYPE html><html><body>Not found</body></html>",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n",
    ],
    ids=lambda content: repr(content[:16]),
)
def test_what_is_not_a_safetensors_file(tmp_path: Path, content: bytes) -> None:
    assert kind_of(write(tmp_path, content)) == "bad_header"


@pytest.mark.parametrize(
    "entry",
    [
        None, 1, "text", [], {}, {**ONE, "dtype": 1}, {**ONE, "shape": 4}, {**ONE, "shape": [-2, -2]},
        {**ONE, "shape": [2.0, 2]},
        {**ONE, "shape": [True, 4]}, {**ONE, "shape": [2, 3]}, {**ONE, "shape": [1] * 40}, {**ONE, "shape": [2**64, 0]},
        {**ONE, "data_offsets": [0]}, {**ONE, "data_offsets": [0, 8, 9]}, {**ONE, "data_offsets": "ab"},
        {**ONE, "data_offsets": [8, 0]}, {**ONE, "data_offsets": [-8, 0]}, {**ONE, "data_offsets": [0, 2**70]},
        {**ONE, "data_offsets": [False, 8]}, {**ONE, "data_offsets": {"a": 0, "b": 8}}, {"dtype": "F16"},
    ],
    ids=repr,
)  # fmt: skip
def test_a_bad_tensor(tmp_path: Path, entry: Any) -> None:
    assert kind_of(write(tmp_path, with_length(json.dumps({"x": entry}).encode(), b"\0" * 16))) == "bad_header"


def test_a_dtype_newer_than_the_table_is_taken_at_its_word() -> None:
    entry = {"x": {"dtype": "F4", "shape": [16], "data_offsets": [0, 8]}}
    assert parse_header(json.dumps(entry).encode()).tensors == {"x": TensorInfo("F4", (16,), 0, 8)}


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"a": "b"}, {"a": "b"}),
        ({"a": 1, "b": None, "c": {"d": "é"}, "e": "f"}, {"a": "1", "b": "null", "c": '{"d": "é"}', "e": "f"}),
        (None, {}),
        ("text", {}),
        ([1], {}),
    ],
)
def test_metadata(metadata: Any, expected: dict[str, str]) -> None:
    assert parse_header(json.dumps({"__metadata__": metadata}).encode()).metadata == expected


TWO = {"dtype": "F32", "shape": [], "data_offsets": [8, 12]}


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
@pytest.mark.parametrize(
    "document",
    [
        {"a": ONE, "b": TWO},
        {"__metadata__": {"ss_tag_frequency": '{"x": {"\\"dtype\\"": 1}}', "é": "ü"}, "a": ONE, "b": TWO},
        {"__metadata__": {}, "a": ONE, "b": TWO},
        {"__metadata__": {"half": "\ud800", "pair": "😀"}, "a": ONE, "b": TWO},
        {"__metadata__": {"x": ONE}, "a": ONE, "b": TWO},
        {"__metadata__": None, "a": ONE, "b": TWO},
        {"a": ONE, "__metadata__": {"name": "in the middle"}, "b": TWO},
        {"a": ONE, "b": TWO, "__metadata__": {"name": "at the end"}},
    ],
    ids=lambda document: ascii(document)[:40],
)
def test_headers_of_all_writers_are_read_alike(document: dict[str, Any], separators: tuple[str, str]) -> None:
    header = parse_header(json.dumps(document, separators=separators).encode() + b"  ")
    assert header.tensors == {"a": TensorInfo("F16", (2, 2), 0, 8), "b": TensorInfo("F32", (), 8, 12)}
    assert header.data_end - header.data_start == 12
    written = document.get("__metadata__") or {}
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in written.items()}
    assert header.metadata == {key: value.replace("\ud800", "\ufffd") for key, value in texts.items()}
    kept = json.loads(header.metadata_json or "{}")
    assert {
        key: value if isinstance(value, str) else json.dumps(value) for key, value in kept.items()
    } == header.metadata


def test_a_raised_recursion_limit_changes_nothing() -> None:
    document = {"__metadata__": {"a": "b"}, "x": ONE}
    limit = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(10_000)
        assert parse_header(json.dumps(document).encode()).metadata == {"a": "b"}
        with pytest.raises(UnreadableFileError):
            parse_header(b'{"__metadata__": ' + b'{"a":' * 50_000)
    finally:
        sys.setrecursionlimit(limit)


def test_a_file_without_tensors_or_with_more_data_than_it_names_is_fine(tmp_path: Path) -> None:
    header = read_header(write(tmp_path, with_length(b"{}   ", b"\0" * 8)))
    assert (header.tensors, header.data_start, header.data_end) == ({}, 13, 13)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_fifo_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableFileError) as caught:
        read_header(tmp_path / "pipe")
    assert caught.value.kind == "not_regular"


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read_header(tmp_path / "a.safetensors")
    assert caught.value.kind == "unreadable"


SMALL_INTS = st.integers(-2, 20) | st.sampled_from([2**63, 2**64, 10**50])
ENTRIES = st.fixed_dictionaries(
    {},
    optional={
        "dtype": st.sampled_from(["F16", "BF16", "F32", "I8", "?", 3]),
        "shape": st.lists(SMALL_INTS, max_size=3),
        "data_offsets": st.lists(SMALL_INTS, min_size=1, max_size=3),
    },
)
HEADERS = st.dictionaries(st.text(max_size=5) | st.just("__metadata__"), ENTRIES | st.text(max_size=3), max_size=3)


@given(
    raw=st.binary(max_size=60)
    | st.builds(with_length, st.binary(max_size=40), st.binary(max_size=20))
    | st.builds(with_length, HEADERS.map(lambda document: json.dumps(document).encode()), st.binary(max_size=40)),
    cut=st.none() | st.integers(0, 80),
)
def test_any_bytes_are_read_or_raise_one_of_the_two_errors(
    raw: bytes, cut: int | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.safetensors"
    path.write_bytes(raw[:cut])
    try:
        header = read_header(path)
    except (UnreadableFileError, IncompleteFileError):
        return
    assert header.data_end <= len(raw[:cut])
    for name in header.tensors:
        read_scalar(path, header, name)
