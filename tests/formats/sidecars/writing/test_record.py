from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.errors import UnreadableFileError
from lora_manager.formats.json_file import parse_json
from lora_manager.formats.sidecars.table import read_records
from lora_manager.formats.sidecars.writing.extension import own_values, without_ours
from lora_manager.formats.sidecars.writing.record import why_not_equal, with_values
from tests.formats.sidecars.documents import local, model
from tests.formats.sidecars.writing.records import EDITS, INDENTS, RECORDS, text_of

MARKS = st.sampled_from([b"", b"\xef\xbb\xbf"])
NEWLINES = st.sampled_from(["\n", "\r\n"])


@given(st.sampled_from(sorted(RECORDS)), EDITS, EDITS, EDITS, INDENTS, NEWLINES, MARKS, st.booleans())
def test_every_record_reads_as_it_was_edited_and_is_its_author_s_else(
    kind: str,
    own: dict[str, Any],
    sourced: dict[str, Any],
    later: dict[str, Any],
    indent: Any,
    newline: str,
    mark: bytes,
    ascii_only: bool,
) -> None:
    document = RECORDS[kind]
    raw = text_of(document, indent, newline, mark, only_ascii=ascii_only)
    written = with_values(raw, own, sourced)
    assert why_not_equal(raw, written, own, local()) == ""
    read = parse_json(written)
    assert own_values(read) == own
    assert without_ours(read) == document
    assert [key for key in read if key in document] == list(document), "in their order"
    reading = read_records(read, local())
    if document:
        assert reading.records == read_records(document, local()).records
        assert reading.format == read_records(document, local()).format
    assert reading.own == own
    assert with_values(written, own, sourced) == written, "twice is once"
    again = with_values(written, later)
    assert own_values(parse_json(again)) == later
    assert with_values(again, {}) == raw or not document, "nothing of ours is left"


def test_a_file_of_our_own_is_of_a1111_s_form() -> None:
    written = with_values(b"", {"notes": "n", "rating": 3})
    reading = read_records(parse_json(written), local())
    assert (reading.format, reading.own, reading.kind) == ("a1111", {"notes": "n", "rating": 3}, "")
    assert read_records(parse_json(with_values(b"", {"rating": 3})), local()).own == {"rating": 3}


def test_others_see_what_was_set() -> None:
    own = {
        "description": "<p>Soft &amp; warm</p>",
        "trigger_groups": [["lantern light", "dusk"], ["dawn"]],
        "weight": 0.8,
        "negative_text": "daylight",
        "notes": "for dusk",
        "base_model": "Pony",
        "tags": ["lamp"],
        "rating": 4,
    }
    read = parse_json(with_values(json.dumps(model()).encode(), own))
    shown = {key: read[key] for key in read if " " in key or key in ("description", "notes", "tags")}
    assert shown == {
        "description": "Soft & warm",
        "tags": ["lamp"],
        "sd version": "SDXL",
        "activation text": "lantern light, dusk",
        "preferred weight": 0.8,
        "negative text": "daylight",
        "notes": "for dusk",
    }
    assert read["modelVersions"] == model()["modelVersions"]


def test_who_changed_a_key_since_has_the_last_word() -> None:
    document = parse_json(with_values(b'{"notes": "old"}', {"notes": "mine", "weight": 0.5, "rating": 4}))
    document["notes"] = "of A1111"
    reading = read_records(document, local())
    assert reading.own == {"weight": 0.5, "rating": 4}
    assert [record.notes for record in reading.records] == ["of A1111"]
    raw = json.dumps(document).encode()
    back = parse_json(with_values(raw, {}))
    assert back["notes"] == "of A1111", "theirs is not taken back"
    assert "preferred weight" not in back


def test_what_a1111_saves_over_it_takes_nothing_away() -> None:
    own = {
        "notes": "mine",
        "weight": 0.85,
        "trigger_groups": [["a", "b"], ["c"]],
        "base_model": "Wan Video",
        "rating": 4,
    }
    saved = parse_json(with_values(json.dumps(model()).encode(), {**own, "description": "two\nlines"}))
    saved["sd version"] = "SD1"  # by what it detects, with whatever is saved
    for key in ("description", "activation text", "preferred weight", "negative text", "notes"):
        saved[key] = saved.get(key, "")
    again = parse_json(json.dumps(saved, indent=4, ensure_ascii=False).encode())
    assert own_values(again) == {**own, "description": "two\nlines"}
    saved["notes"], saved["preferred weight"] = "changed there", 0
    assert own_values(saved) == {name: value for name, value in own.items() if name not in ("notes", "weight")} | {
        "description": "two\nlines"
    }


def test_what_is_only_shown_is_not_the_user_s_and_covers_nothing() -> None:
    raw = b'{"description": "theirs", "notes": ""}'
    written = with_values(raw, {}, {"description": "other", "notes": "found", "weight": 0.7, "rating": 5})
    read = parse_json(written)
    assert (read["description"], read["notes"], read["preferred weight"]) == ("theirs", "found", 0.7)
    assert own_values(read) == {}
    assert without_ours(read) == parse_json(raw)
    assert with_values(raw, {}, {"rating": 5}) == raw, "nobody would show it"


@pytest.mark.parametrize("raw", [b"{", b"[]", b"7", b'{"a": NaN}', b"\x00\x01"])
def test_what_is_broken_or_no_object_is_refused(raw: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        with_values(raw, {"notes": "n"})


def test_what_could_not_be_read_back_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lora_manager.formats.sidecars.writing.record.DEFAULT_MAX_BYTES", 500)
    with pytest.raises(UnreadableFileError, match="too large"):
        with_values(b"{}", {"notes": "n" * 400})


def test_it_says_what_is_another_thing_than_it_should_be() -> None:
    raw = b'{"a": 1, "notes": "x"}'
    written = with_values(raw, {"notes": "n", "rating": 2})
    assert "rating" in why_not_equal(raw, written, {"notes": "n", "rating": 3}, local())
    assert "others" in why_not_equal(raw, written.replace(b'"a": 1', b'"a": 2'), {"notes": "n", "rating": 2}, local())
    assert "object" in why_not_equal(raw, b"[]", {}, local())
