from __future__ import annotations

from typing import Any

from lora_manager.formats.record import Source
from lora_manager.formats.sidecars import stability_matrix
from tests.formats.sidecars.documents import local

SHA = "AB" * 32
DOCUMENT: dict[str, Any] = {
    "ModelId": 11,
    "ModelName": "Paper Boats",
    "ModelDescription": "<p>Boats. Weight 0.6-0.8</p>",
    "Nsfw": False,
    "Tags": ["boat", "style", "Boat"],
    "ModelType": "LORA",
    "VersionId": 12,
    "VersionName": "v2",
    "VersionDescription": None,
    "AuthorUsername": "folder",
    "BaseModel": "Pony",
    "RemoteFileName": "boats.safetensors",
    "ImportedAt": "2024-08-01T10:00:00.1234567+02:00",
    "Hashes": {"SHA256": SHA, "BLAKE3": "x"},
    "TrainedWords": ["paper boat"],
    "Stats": {"downloadCount": 5, "rating": None},
    "UserTitle": None,
    "Source": 0,
}


def test_everything_is_read() -> None:
    problems: list[str] = []
    (record,) = stability_matrix.read(DOCUMENT, local(), problems)
    assert problems == []
    assert record.source is Source.STABILITY_MATRIX
    assert (record.name, record.version, record.author_username) == ("Paper Boats", "v2", "folder")
    assert (record.tags, record.archetype, record.trained_words) == (("boat", "style"), "style", ("paper boat",))
    assert (record.sd_version, record.sha256, record.nsfw_level) == ("Pony", SHA.lower(), 1)
    assert (record.model_id, record.version_id, record.stats) == (11, 12, {"downloadCount": 5})
    assert record.published_at is None, "when it was imported is not when it was published"
    assert record.weight is not None


def test_the_users_own_title_is_the_users() -> None:
    users, page = stability_matrix.read({**DOCUMENT, "UserTitle": "My boats"}, local(), [])
    assert (users.source, users.own, users.name) == (Source.STABILITY_MATRIX, True, "My boats")
    assert page.name == "Paper Boats"


def test_its_marks() -> None:
    assert stability_matrix.matches({"ModelId": None, "ModelName": "n"})
    assert not stability_matrix.matches({"modelName": "n"})
