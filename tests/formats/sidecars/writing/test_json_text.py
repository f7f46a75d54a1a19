from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.errors import UnreadableFileError
from lora_manager.formats.json_file import parse_json
from lora_manager.formats.sidecars.writing.json_text import ABSENT, Path, set_members

KEYS = st.sampled_from(["a", "b", "notes", "extensions", "ключ", 'q"uote', "back\\slash", ""])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=5)
CHANGES = st.dictionaries(st.lists(KEYS, min_size=1, max_size=3).map(tuple), VALUES | st.just(ABSENT), max_size=4)


def changed(document: Any, path: Path, value: Any) -> None:
    """What `set_members` does, on parsed values."""
    for name in path[:-1]:
        inner = document.get(name)
        if not isinstance(inner, dict):
            if value is ABSENT:
                return
            inner = document[name] = {}
        document = inner
    if value is ABSENT:
        document.pop(path[-1], None)
    else:
        document[path[-1]] = value


@given(
    OBJECTS,
    CHANGES,
    st.sampled_from([None, 1, 4, "\t"]),
    st.booleans(),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_it_reads_as_if_it_had_been_written_anew(
    document: dict[str, Any], changes: dict[Path, Any], indent: Any, ascii_only: bool, newline: str, encoding: str
) -> None:
    text = json.dumps(document, ensure_ascii=ascii_only, indent=indent).replace("\n", newline)
    raw = text.encode(encoding)
    written = set_members(raw, changes)
    for path, value in changes.items():
        changed(document, path, value)
    read = parse_json(written)
    assert read == document
    assert list(read) == list(document)
    assert written.startswith(raw[:2] if encoding == "utf-16" else raw[:3] if encoding == "utf-8-sig" else b"{")
    if not any(one != other and one == other[: len(one)] for one in changes for other in changes):
        assert set_members(written, changes) == written, "twice is once"


@given(OBJECTS, st.dictionaries(KEYS, VALUES, max_size=4), st.sampled_from([None, 2, 4]))
def test_what_is_put_in_and_taken_out_leaves_no_trace(
    document: dict[str, Any], added: dict[str, Any], indent: int | None
) -> None:
    raw = json.dumps(document, indent=indent, ensure_ascii=False).encode()
    new: dict[Path, Any] = {(key,): value for key, value in added.items() if key not in document}
    there = set_members(raw, new)
    back = set_members(there, dict.fromkeys(new, ABSENT))
    assert back == raw or (not document and parse_json(back) == {})


ODD = b'{\r\n  "a": 1.0, "big": 123456789012345678901234567890,\r\n'
ODD += b'  "a" : 1.10e5 ,\r\n\t"t": "\\u00e9\\/",\r\n  "l": [ 1,2 ]\r\n}\r\n'


def test_what_is_not_touched_keeps_its_spelling() -> None:
    assert set_members(ODD, {("new",): "ü"}) == ODD.replace(b"]\r\n}", b']\r\n  ,"new": "\\u00fc"\r\n}').replace(
        b"]\r\n  ,", b"],\r\n  "
    )
    assert set_members(ODD, {("a",): 110000, ("l",): [1, 2.0]}) == ODD, "equal values stay as they are spelled"
    assert set_members(ODD, {("a",): 2}) == ODD.replace(b"1.10e5", b"2"), "of two the last one counts"
    without = set_members(ODD, {("a",): ABSENT})
    assert list(parse_json(without)) == ["big", "t", "l"]
    assert (
        set_members(b'{"a":1,"b":"\xc3\xa9"}', {("c", "d"): ["\u00fc"]})
        == b'{"a":1,"b":"\xc3\xa9","c":{"d":["\xc3\xbc"]}}'
    )


def test_a_new_file_is_written_as_a1111_writes_it() -> None:
    for raw in (b"", b" \n", b"{}", b"\0\0"):
        assert set_members(raw, {("notes",): "é"}) == '{\n    "notes": "é"\n}'.encode()


def test_true_is_not_1() -> None:
    assert set_members(b'{"a": 1}', {("a",): True}) == b'{"a": true}'
    assert set_members(b'{"a": {"x": 1}}', {("a", "x", "y"): 1}) == b'{"a": {"x": {"y": 1}}}'
    assert set_members(b'{"a": 1}', {("a", "b"): ABSENT}) == b'{"a": 1}'


@pytest.mark.parametrize("raw", [b'{"a": NaN}', b"{", b'{"a": 1,}', b"\xff\xfe\xff", b"[1]", b"7"])
def test_what_is_broken_is_not_touched(raw: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        set_members(raw, {("a",): 1})
