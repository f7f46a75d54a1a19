"""Small records in the shapes that Civitai and the tools around it write, for the tests of the readers."""

from __future__ import annotations

from typing import Any

from lora_manager.formats.sidecars.local_file import LocalFile

SHA_OLD = "a1" * 32
SHA_NEW = "b2" * 32


def file_record(name: str, size: float | None = None, **changes: Any) -> dict[str, Any]:
    """One entry of a version's `files`; `size` in bytes."""
    record = {
        "id": 900,
        "name": name,
        "sizeKB": None if size is None else size / 1024,
        "type": "Model",
        "metadata": {"format": "SafeTensor", "fp": "fp16"},
        "hashes": {},
        "downloadUrl": f"https://models.example.com/{len(str(name))}",
        "primary": True,
    }
    return {**record, **changes}


def version(number: int, files: list[dict[str, Any]] | None = None, **changes: Any) -> dict[str, Any]:
    """One entry of a model's `modelVersions`."""
    record = {
        "id": 500 + number,
        "name": f"v{number}",
        "baseModel": "Pony",
        "createdAt": "2024-05-01T10:00:00.123Z",
        "publishedAt": f"2024-05-0{number}T12:00:00.000Z",
        "availability": "Public",
        "nsfwLevel": number,
        "description": f"<p>Notes on v{number}</p>",
        "trainedWords": [f"word{number}", "lantern"],
        "stats": {"downloadCount": number},
        "files": [file_record(f"lantern_v{number}.safetensors", 1_000_000 * number)] if files is None else files,
        "images": [],
        "downloadUrl": "https://models.example.com/any",
    }
    return {**record, **changes}


def model(versions: list[dict[str, Any]] | None = None, **changes: Any) -> dict[str, Any]:
    """A Civitai model record; two versions unless told."""
    record = {
        "id": 77,
        "name": "Paper Lantern",
        "description": "<p>A lantern style. Recommended weight: <b>0.6</b> - 0.8</p>",
        "type": "LORA",
        "nsfw": False,
        "nsfwLevel": 3,
        "availability": "Public",
        "allowCommercialUse": ["Image"],
        "supportsGeneration": True,
        "stats": {"downloadCount": 1234, "rating": None, "thumbsUpCount": 9},
        "creator": {"username": "kumi", "image": None},
        "tags": ["style", "lantern", "Style"],
        "modelVersions": [version(2), version(1)] if versions is None else versions,
    }
    return {**record, **changes}


def version_document(**changes: Any) -> dict[str, Any]:
    """A Civitai version record, as Civitai Helper keeps it."""
    return {
        **version(2),
        "modelId": 77,
        "model": {"name": "Paper Lantern", "type": "LORA", "nsfw": True, "poi": False},
        "air": "urn:air:sdxl:lora:civitai:77@502",
        **changes,
    }


def local(name: str = "lantern_v1.safetensors", size: int = 1_000_000, **hashes: str | None) -> LocalFile:
    """The model file on disk."""
    return LocalFile(name=name, stem=name.rpartition(".")[0], size=size, **hashes)
