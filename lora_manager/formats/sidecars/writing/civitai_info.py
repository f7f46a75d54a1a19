"""Records in the form of Civitai Helper, `<stem>.civitai.info`: Civitai's version record with its model within."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from lora_manager.formats.html_text import plain_to_html
from lora_manager.formats.sidecars import civitai_model, civitai_version, comfyui_lora_manager, rgthree
from lora_manager.formats.sidecars.local_file import LocalFile
from lora_manager.formats.sidecars.values import JsonObject
from lora_manager.formats.sidecars.version_choice import choose_version
from lora_manager.formats.sidecars.wrappers import unwrap
from lora_manager.formats.sidecars.writing.extension import without_ours

SUFFIX = ".civitai.info"
_OF_THE_MODEL = (
    *("name", "type", "nsfw", "poi", "mode", "description", "tags", "creator", "allowNoCredit", "allowCommercialUse"),
    *("allowDerivatives", "allowDifferentLicense"),
)
"""What Civitai Helper, and the programs that read its files, keep of the model in the version's record."""
_FOR_ADULTS = ~3  # levels beyond PG and PG13


def of_document(document: Any, local: LocalFile) -> JsonObject | None:
    """The record of the local file out of a document that holds what Civitai said; None for any other."""
    if not isinstance(document, dict):
        return None
    found = unwrap(without_ours(document), local).document
    if found is None:
        return None
    if civitai_model.matches(found):
        return _of_model(found, local)
    if comfyui_lora_manager.matches(found):
        found = _object(found.get("civitai"))
    elif rgthree.matches(found):
        found = _object(_object(found.get("raw")).get("civitai"))
    is_version = civitai_version.matches({"modelId": None, **found})
    return found if is_version and civitai_version.read({"modelId": None, **found}, local, []) else None


def of_fields(fields: Mapping[str, Any], tags: Sequence[str], local: LocalFile) -> JsonObject:
    """A record made of what is known, marked as such: what nobody said is left empty, as Civitai Helper leaves it."""
    level = fields.get("nsfw_level")
    digest = (local.sha256 or "").upper()
    download = fields.get("download_url") or ""
    description = fields.get("description") or ""
    return {
        "id": fields.get("version_id") or "",
        "modelId": fields.get("model_id") or "",
        "name": fields.get("version") or "",
        "publishedAt": fields.get("published_at") or "",
        "trainedWords": list(fields.get("trained_words") or ()),
        "baseModel": fields.get("base_model") or "Unknown",
        "description": "",
        "model": {
            "name": fields.get("name") or "",
            "type": "LORA",
            "nsfw": "" if level is None else bool(level & _FOR_ADULTS),
            "poi": "",
            "description": plain_to_html(description) if description else "",
            "tags": list(tags),
            "creator": {"username": fields.get("author_username") or ""},
        },
        "files": [
            {
                "name": local.name,
                "sizeKB": local.size / 1024,
                "type": "Model",
                "hashes": {"SHA256": digest, "AutoV2": digest[:10]} if digest else {},
                "downloadUrl": download,
                "primary": True,
            }
        ],
        "images": [],
        "downloadUrl": download,
        "extensions": {"lora_manager": {"made_of_fields": True}},
    }


def written(record: JsonObject) -> bytes:
    """The record as Civitai Helper writes it: four blanks deep, and ASCII: it reads with the system's own code."""
    return json.dumps(record, indent=4, allow_nan=False).encode("ascii")


def _of_model(model: JsonObject, local: LocalFile) -> JsonObject | None:
    listed = model["modelVersions"] if isinstance(model["modelVersions"], list) else []
    chosen = choose_version([version for version in listed if isinstance(version, dict)], local).version
    if chosen is None:
        return None
    inner = {key: model[key] for key in _OF_THE_MODEL if key in model}
    rest = {key: value for key, value in chosen.items() if key not in ("id", "modelId", "model")}
    return {"id": chosen.get("id"), "modelId": model.get("id"), **rest, "model": inner}


def _object(value: Any) -> JsonObject:
    return value if isinstance(value, dict) else {}
