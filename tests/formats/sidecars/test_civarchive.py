from __future__ import annotations

from typing import Any

from lora_manager.formats.record import Source
from lora_manager.formats.sidecars import civarchive
from tests.formats.sidecars.documents import local

DOCUMENT: dict[str, Any] = {
    "id": 11,
    "name": "Paper Boats",
    "description": "<p>Boats</p>",
    "creator_username": "folder",
    "downloadCount": 7,
    "nsfw_level": 31,
    "deletedAt": "2025-01-01T00:00:00Z",
    "tags": ["boat", "style"],
    "versions": [{"id": 12, "name": "v2"}],
    "version": {
        "id": 12,
        "name": "v2",
        "baseModel": "Illustrious",
        "createdAt": "2024-01-01T00:00:00.000Z",
        "trigger": ["paper boat"],
        "files": [
            {"name": "other.safetensors", "sha256": "aa" * 32},
            {"name": local().name, "sha256": "bb" * 32, "downloadUrl": "https://example.com/12"},
        ],
    },
}


def test_the_version_that_was_looked_at_is_read() -> None:
    problems: list[str] = []
    (record,) = civarchive.read(DOCUMENT, local(), problems)
    assert problems == []
    assert (record.source, record.name, record.version) == (Source.CIVARCHIVE, "Paper Boats", "v2")
    assert (record.sd_version, record.trained_words, record.archetype) == ("Illustrious", ("paper boat",), "style")
    assert (record.sha256, record.download_url) == ("bb" * 32, "https://example.com/12")
    assert (record.visibility, record.nsfw_level, record.stats) == ("Deleted", 31, {"downloadCount": 7})


def test_no_file_is_guessed() -> None:
    files = [{"name": "one"}, {"name": "two", "sha256": "aa" * 32}]
    (record,) = civarchive.read({**DOCUMENT, "version": {**DOCUMENT["version"], "files": files}}, local(), [])
    assert (record.sha256, record.primary_file_name) == (None, None)


def test_its_marks() -> None:
    assert civarchive.matches({"versions": [], "version": {"mirrors": []}})
    assert not civarchive.matches({"versions": [], "version": "1"})
    assert not civarchive.matches({"versions": {}, "version": {"mirrors": []}})


def test_numbers_of_another_site_are_not_civitais() -> None:
    document = {**DOCUMENT, "platform": "tensorart"}
    (record,) = civarchive.read(document, local(), [])
    assert (record.model_id, record.version_id) == (None, None)
    version = {**DOCUMENT["version"], "civitai_model_id": 7, "civitai_model_version_id": 8, "nsfw_level": 2}
    (record,) = civarchive.read({**document, "version": version, "nsfw_level": 31}, local(), [])
    assert (record.model_id, record.version_id, record.nsfw_level) == (7, 8, 2)
