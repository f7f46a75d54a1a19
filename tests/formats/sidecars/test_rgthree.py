from __future__ import annotations

from typing import Any

from lora_manager.formats.record import Source
from lora_manager.formats.sidecars import rgthree
from tests.formats.sidecars.documents import local

DOCUMENT: dict[str, Any] = {
    "file": "boats.safetensors",
    "name": "Paper Boats - v2",
    "baseModel": "SDXL 1.0",
    "sha256": "ef" * 32,
    "trainedWords": [
        {"word": "paper boat", "civitai": True},
        {"word": "my word", "user": True},
        {"word": "solo", "count": 40, "metadata": True},
        {"word": None, "user": True},
    ],
    "strengthMin": 0.5,
    "strengthMax": 0.9,
    "userNote": "mine",
    "raw": {"civitai": {"id": 12, "modelId": 11, "name": "v2", "images": [], "baseModel": "SDXL 1.0"}},
}


def test_words_are_of_whom_they_come_from() -> None:
    problems: list[str] = []
    read = rgthree.read(DOCUMENT, local(), problems)
    records = {"user" if record.own else record.source: record for record in read}
    assert problems == []
    users, own = records["user"], records[Source.RGTHREE]
    assert (users.trained_words, users.notes, users.weight) == (("my word",), "mine", 0.7)
    assert (own.trained_words, own.name, own.sd_version) == (("paper boat",), "Paper Boats", "SDXL 1.0")
    assert own.sha256 == "ef" * 32
    assert records[Source.CIVITAI_VERSION].version_id == 12


def test_without_civitai_the_name_stays_whole() -> None:
    document = {**DOCUMENT, "raw": {}, "strengthMax": None}
    users, own = rgthree.read(document, local(), [])
    assert (own.name, users.weight) == ("Paper Boats - v2", None)


def test_two_strengths_are_a_range_and_one_is_an_end_of_it() -> None:
    users, *_ = rgthree.read(DOCUMENT, local(), [])
    assert (users.weight, users.weight_range) == (0.7, (0.5, 0.9))
    users, *_ = rgthree.read({**DOCUMENT, "strengthMax": None}, local(), [])
    assert users.weight_range == (0.5, None)
    problems: list[str] = []
    users, *_ = rgthree.read({**DOCUMENT, "strengthMax": 99}, local(), problems)
    assert users.weight_range is None
    assert "strengthMax" in problems[0]


def test_its_marks() -> None:
    assert rgthree.matches({"raw": {}, "trainedWords": []})
    assert not rgthree.matches({"raw": {}, "trainedWords": ["word"]})
    assert not rgthree.matches({"raw": "x", "trainedWords": []})
