from __future__ import annotations

import json
import os
import socket
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.errors import UnreadableFileError
from lora_manager.formats.json_file import _why_absent, parse_json, parse_json_at, read_json_object

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(), children, max_size=4),
    max_leaves=20,
)
JSON_PIECES = st.lists(
    st.sampled_from(
        [b"{", b"}", b"[", b"]", b'"', b"\\", b"\\ud800", b"\\uDC00", b"u", b":", b",", b"1", b"-", b"e9", b"NaN"]
    )
    | st.binary(max_size=3),
    max_size=30,
).map(b"".join)


def kind_of_failure(raw: bytes) -> str:
    with pytest.raises(UnreadableFileError) as caught:
        parse_json(raw)
    assert str(caught.value).endswith(".")
    return caught.value.kind


@given(JSON_VALUES, st.booleans())
def test_what_python_writes_is_read_back(value: Any, ascii_only: bool) -> None:
    assert parse_json(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@given(st.binary() | JSON_PIECES)
def test_any_bytes_parse_or_raise_the_one_error_and_parsed_text_can_be_encoded(raw: bytes) -> None:
    try:
        value = parse_json(raw)
    except UnreadableFileError:
        return
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")


@pytest.mark.parametrize(
    "raw",
    [
        b"NaN", b'{"a": NaN}', b"[Infinity]", b"[-Infinity]", b"[1e999]", b"{", b'{"a": 1,}', b"[1] x",
        b"\xff\xfe{", b'"\xe9"',
        b"[" * 100_000, b'{"a":' * 100_000, b"[" * 100_000 + b"]" * 100_000, b"9" * 100_000, b'"\xed\xa0\x80"',
    ],
    ids=lambda raw: repr(raw[:12]),
)  # fmt: skip
def test_broken_json(raw: bytes) -> None:
    assert kind_of_failure(raw) == "broken_json"


def test_deep_nesting_does_not_crash_a_host_that_raised_the_recursion_limit() -> None:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1_000_000)
    try:
        assert kind_of_failure(b"[" * 100_000) == "broken_json"
        assert parse_json(b'[["[[[[["], {"a": "]}"}]' + b" " * 10) == [["[[[[["], {"a": "]}"}]
        assert len(parse_json(b"[" + b"[[]]," * 1000 + rb'"\"[[[["]')) == 1001
    finally:
        sys.setrecursionlimit(before)


@pytest.mark.parametrize("raw", [b"", b" \r\n\t", b"\0" * 4096])
def test_empty_file(raw: bytes) -> None:
    assert kind_of_failure(raw) == "empty_file"


def test_the_message_says_where_and_what_to_do() -> None:
    with pytest.raises(UnreadableFileError, match=r"line 3, column 1.*download it again"):
        parse_json(b'{\n "a":\n')  # the value of "a" is missing


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        ('{"a": "é"}'.encode("utf-16"), {"a": "é"}),
        (rb'"\ud83d\ude00"', "\U0001f600"),
        (rb'"\uD83D\uDE00!"', "\U0001f600!"),
        (rb'"a\ud83d"', "a\ufffd"),
        (rb'"\ude00\ud83d"', "\ufffd\ufffd"),
        (rb'"\ud83d\ud83d\ude00"', "\ufffd\U0001f600"),
        (rb'"\\ud83d\ude00"', "\\ud83d\ufffd"),
        (rb'"\\\ud83d"', "\\\ufffd"),
        (rb'{"\ud83d": "\n"}', {"\ufffd": "\n"}),
    ],
)
def test_byte_order_marks_and_surrogates(raw: bytes, value: Any) -> None:
    assert parse_json(raw) == value


def test_reads_a_file_and_keeps_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b'{"a": [1, 2]}\r\n')
    document = read_json_object(str(path))
    assert (document.value, document.raw) == ({"a": [1, 2]}, b'{"a": [1, 2]}\r\n')


def test_a_file_larger_than_the_cap_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)  # sparse
    with pytest.raises(UnreadableFileError, match="larger than 64 MiB") as caught:
        read_json_object(path)
    assert caught.value.kind == "too_large"
    path.write_bytes(b"[1, 2, 3]")
    assert read_json_object(path, max_bytes=9).value == [1, 2, 3]
    with pytest.raises(UnreadableFileError, match="larger"):
        read_json_object(path, max_bytes=8)


def test_a_file_that_grows_while_it_is_read_stops_at_the_cap() -> None:
    endless = Path("/proc/self/maps")  # regular, of size 0 by stat, and yet not empty
    if not endless.exists():
        pytest.skip("needs a file that is longer than the system says")
    with pytest.raises(UnreadableFileError) as caught:
        read_json_object(endless, max_bytes=100)
    assert caught.value.kind == "too_large"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_fifo_does_not_hang(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    os.mkfifo(path)
    kinds: list[str] = []

    def read() -> None:
        with pytest.raises(UnreadableFileError) as caught:
            read_json_object(path)
        kinds.append(caught.value.kind)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    thread.join(10)
    assert kinds == ["not_regular"]


def test_folders_devices_and_sockets_are_refused(tmp_path: Path) -> None:
    paths = [tmp_path]
    if os.path.exists("/dev/zero"):
        paths.append(Path("/dev/zero"))
    with socket.socket(getattr(socket, "AF_UNIX", socket.AF_INET)) as server:
        if hasattr(socket, "AF_UNIX") and sys.platform != "win32":
            server.bind(str(tmp_path / "socket"))
            paths.append(tmp_path / "socket")
        for path in paths:
            with pytest.raises(UnreadableFileError) as caught:
                read_json_object(path)
            assert caught.value.kind == "not_regular"


@pytest.mark.parametrize("name", ["missing.json", "a\0b.json", "x" * 5000])
def test_what_cannot_be_opened_is_unreadable(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read_json_object(f"{tmp_path}/{name}")
    assert caught.value.kind == "unreadable"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_without_permission_it_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"{}")
    path.chmod(0)
    with pytest.raises(UnreadableFileError, match="Permission denied"):
        read_json_object(path)


def test_a_value_within_a_longer_text() -> None:
    text = '{"a": {"b": [1, "}"]}, "c": 2}'
    assert parse_json_at(text, 6) == ({"b": [1, "}"]}, 21)
    for odd in ('{"a": NaN}', '{"a": "\\ud800"}', '{"a": 1e999}', '{"a": ', "", '{"a":' * 100_000):
        assert parse_json_at(odd, 0) is None


def test_a_path_that_windows_does_not_open_is_told_from_a_file_that_is_gone() -> None:
    assert "LongPathsEnabled" in _why_absent("C:\\" + "a" * 300, windows=True)
    assert "scan again" in _why_absent("C:\\a", windows=True)
    assert "scan again" in _why_absent("/" + "a" * 300, windows=False)
