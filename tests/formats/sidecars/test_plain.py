from __future__ import annotations

from typing import Any

import pytest

from lora_manager.formats.record import AdapterRecord, Source
from lora_manager.formats.sidecars import plain
from lora_manager.formats.sidecars.table import read_records
from tests.formats.sidecars.documents import local

INVOKE = {
    "key": "7e2a", "name": "Paper Boats", "base": "sdxl", "type": "lora", "description": "Two\nlines",
    "trigger_phrases": ["paper boat", "harbour"],
    "default_settings": {"weight": 0.65, "weight_min": -1.0, "weight_max": 2.0},
}  # fmt: skip


def test_a_record_of_invokeai_is_understood() -> None:
    reading = read_records(INVOKE, local())
    (record,) = reading.records
    assert (reading.format, reading.kind, record.source) == ("other", "", Source.OTHER)
    assert (record.name, record.sd_version, record.weight) == ("Paper Boats", "sdxl", 0.65)
    assert (record.trained_words, record.description_html) == (("paper boat", "harbour"), "Two<br>\nlines")
    assert record.weight_range == (-1.0, 2.0)


def test_words_of_a_hand_written_record() -> None:
    document = {"title": "Boats", "trigger": "paper boat, harbour", "tags": "boat, Style, ", "author": "folder"}
    (record,) = plain.read(document | {"version": 2, "notes": "mine", "publishedAt": "2024-05-01"}, local(), [])
    assert (record.name, record.author_username, record.version) == ("Boats", "folder", None)
    assert (record.trained_words, record.tags) == (("paper boat, harbour",), ("boat", "Style"))
    assert (record.archetype, record.notes, record.published_at) == ("style", "mine", "2024-05-01T00:00:00Z")


@pytest.mark.parametrize("key", ["loras", "nodes", "prompt", "workflow", "_class_name"])
def test_records_of_something_else_are_none(key: str) -> None:
    assert not plain.matches({"description": "x", key: []})


def test_its_marks() -> None:
    assert plain.matches({"notes": "x", "anything": {}})
    assert plain.matches({"trigger_words": []})
    assert not plain.matches({"notes": None, "trigger": 3, "name": "x"})


@pytest.mark.parametrize("value", [None, [], {}, [None, 3, {}], True, "\ud800"])
def test_keys_of_another_type_are_left_alone(value: Any) -> None:
    document = dict.fromkeys((*INVOKE, "tags", "title", "author", "sha256", "notes", "publishedAt", "weight"), value)
    problems: list[str] = []
    assert plain.read(document, local(), problems) == [AdapterRecord(source=Source.OTHER)]
    assert problems == []
