from __future__ import annotations

from typing import Any

import pytest

from lora_manager.formats.record import AdapterRecord, Source
from lora_manager.formats.sidecars import comfyui_lora_manager
from tests.formats.sidecars.documents import local

DOCUMENT: dict[str, Any] = {
    "file_name": "boats",
    "model_name": "Paper Boats",
    "file_path": "/elsewhere/boats.safetensors",
    "size": 1000.0,
    "modified": 1710000000.0,
    "sha256": "cd" * 32,
    "base_model": "SDXL",
    "preview_nsfw_level": 8,
    "notes": "mine",
    "from_civitai": True,
    "civitai": {},
    "tags": ["boat", "style"],
    "modelDescription": "Two\nlines",
    "favorite": True,
    "usage_tips": '{"strength": 0.65}',
}
CIVITAI: dict[str, Any] = {
    "id": 12,
    "modelId": 11,
    "name": "v2",
    "baseModel": "Pony",
    "trainedWords": ["paper boat"],
    "model": {"name": "Paper Boats", "tags": ["boat"]},
    "creator": {"username": "folder"},
    "publishedAt": "2024-01-01T00:00:00.000Z",
}


def by_source(document: dict[str, Any], problems: list[str]) -> dict[Source | str, AdapterRecord]:
    records = comfyui_lora_manager.read(document, local(), problems)
    return {"user" if record.own else record.source: record for record in records}


def test_what_the_user_said_and_what_the_program_made_of_it() -> None:
    problems: list[str] = []
    records = by_source(DOCUMENT, problems)
    assert problems == []
    assert set(records) == {"user", Source.COMFYUI_LORA_MANAGER}
    users, own = records["user"], records[Source.COMFYUI_LORA_MANAGER]
    assert users.source is Source.COMFYUI_LORA_MANAGER
    assert (users.notes, users.weight, users.favourite) == ("mine", 0.65, True)
    assert (own.name, own.sd_version, own.tags) == ("Paper Boats", "SDXL", ("boat", "style"))
    assert own.nsfw_level is None, "that was the preview's"
    assert own.description_html == "Two<br>\nlines"


def test_civitais_record_inside_is_civitais() -> None:
    records = by_source({**DOCUMENT, "civitai": CIVITAI}, [])
    version, model = records[Source.CIVITAI_VERSION], records[Source.CIVITAI_MODEL]
    assert (version.version, version.sd_version, version.trained_words) == ("v2", "Pony", ("paper boat",))
    assert (version.version_id, version.published_at) == (12, "2024-01-01T00:00:00Z")
    assert (model.author_username, model.name) == ("folder", "Paper Boats")


@pytest.mark.parametrize(
    ("tips", "weight"),
    [
        *(("{}", None), ("", None), (None, None), ('{"strength": 0}', None), ({"strength": "0.5"}, 0.5)),
        ('{"strength_min": 0.3}', None),
    ],
)
def test_tips_say_a_strength_or_nothing(tips: object, weight: float | None) -> None:
    problems: list[str] = []
    assert by_source({**DOCUMENT, "usage_tips": tips}, problems)["user"].weight == weight
    assert problems == []


@pytest.mark.parametrize("tips", ["[1]", "{", "x"])
def test_tips_that_are_no_object_are_a_problem(tips: str) -> None:
    problems: list[str] = []
    by_source({**DOCUMENT, "usage_tips": tips}, problems)
    assert "usage_tips" in problems[0]


def test_tips_say_a_range() -> None:
    tips = '{"strength_min": 1.1, "strength_max": 0.4}'
    assert by_source({**DOCUMENT, "usage_tips": tips}, [])["user"].weight_range == (0.4, 1.1)
    untouched = {"strength_min": 0, "strength_max": 0.0}
    assert by_source({**DOCUMENT, "usage_tips": untouched}, [])["user"].weight_range is None


def test_unknown_and_deleted() -> None:
    records = by_source({**DOCUMENT, "base_model": "Unknown", "civitai_deleted": True, "tags": None}, [])
    own = records[Source.COMFYUI_LORA_MANAGER]
    assert (own.sd_version, own.visibility, own.tags) == (None, "Deleted", ())


def test_its_marks() -> None:
    assert comfyui_lora_manager.matches({"file_name": "a", "civitai": None})
    assert not comfyui_lora_manager.matches({"file_name": "a"})
