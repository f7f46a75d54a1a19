"""ComfyUI-Lora-Manager records, `<stem>.metadata.json`: its own keys, and a Civitai version record below `civitai`."""

from __future__ import annotations

from typing import Any

from lora_manager.errors import UnreadableFileError
from lora_manager.formats.html_text import plain_to_html
from lora_manager.formats.json_file import parse_json
from lora_manager.formats.record import AdapterRecord, Source
from lora_manager.formats.sidecars import civitai_common, civitai_version, values
from lora_manager.formats.sidecars.local_file import LocalFile
from lora_manager.formats.sidecars.values import JsonObject, Problems

_TIPS_LENGTH = 10_000


def matches(document: JsonObject) -> bool:
    """Whether this is such a record."""
    return "file_name" in document and not {"model_name", "civitai", "from_civitai"}.isdisjoint(document)


def read(document: JsonObject, local: LocalFile, problems: Problems) -> list[AdapterRecord]:
    """What its user says (notes, favourite, strength), what Civitai says, and what the program made of both.

    `from_civitai` is true for files that Civitai never saw, and `modified` is when the file was imported: neither is
    taken.
    """
    civitai = values.read_object(document, "civitai", problems)
    records = [_of_the_user(document, problems)]
    if civitai.get("id") or civitai.get("modelId") or civitai.get("name"):
        records += civitai_version.read({"modelId": None, **civitai}, local, problems)
    tags = civitai_common.read_tags(document, problems)
    description = values.read_text(document, "modelDescription", problems, values.HTML_LENGTH)
    archetype, confidence = civitai_common.archetype_of(tags)
    records.append(
        AdapterRecord(
            source=Source.COMFYUI_LORA_MANAGER,
            name=values.read_line(document, "model_name", problems),
            description_html=plain_to_html(description) if description else None,
            visibility="Deleted" if document.get("civitai_deleted") is True else None,
            tags=tags,
            trained_words=civitai_common.read_words(document, problems),
            sd_version=_base_model(document, problems),
            archetype=archetype,
            archetype_confidence=confidence,
            sha256=civitai_common.sha256_claim(document.get("sha256")),
        )
    )
    return records


def _of_the_user(document: JsonObject, problems: Problems) -> AdapterRecord:
    tips = _tips(document.get("usage_tips"), problems)
    return AdapterRecord(
        source=Source.COMFYUI_LORA_MANAGER,
        own=True,
        notes=values.read_text(document, "notes", problems),
        weight=values.read_weight(tips, "strength", problems),
        weight_range=values.read_range(tips, "strength_min", "strength_max", problems),
        favourite=True if document.get("favorite") is True else None,
    )


def _tips(written: Any, problems: Problems) -> JsonObject:
    """`usage_tips` is JSON inside a string."""
    if isinstance(written, dict):
        return written
    if not isinstance(written, str) or not written.strip():
        return {}
    try:
        parsed = parse_json(written[:_TIPS_LENGTH].encode("utf-8", "replace"))
    except UnreadableFileError:
        parsed = None
    if not isinstance(parsed, dict):
        problems.append("usage_tips: not the JSON object that should stand in this text")
        return {}
    return parsed


def _base_model(document: JsonObject, problems: Problems) -> str | None:
    base = values.read_line(document, "base_model", problems, 100)
    return None if base is None or base.lower() == "unknown" else base
