from __future__ import annotations

from tests.api.conftest import Client


def test_a_tag_is_completed_where_the_caret_stands(reader: Client) -> None:
    answer = reader.get("completion", q="amber tag:mo x", at=12)
    assert answer["start"] == 10
    assert answer["end"] == 12
    (item,) = answer["items"]
    assert item == {"text": "moth", "label": "moth", "kind": "tag", "count": 1, "detail": ""}


def test_nothing_is_typed_nothing_is_offered(reader: Client) -> None:
    assert reader.get("completion") == {"start": 0, "end": 0, "items": []}
    assert reader.get("completion", q="tag:x", at=400) == {"start": 400, "end": 400, "items": []}


def test_a_text_too_long_or_a_caret_that_is_none_is_refused(reader: Client) -> None:
    assert "q" in reader.refused(422, "GET", "completion", params={"q": "a" * 10_001})
    assert "at" in reader.refused(422, "GET", "completion", params={"q": "a", "at": -1})
