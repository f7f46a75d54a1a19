"""Civitai MODEL records: what SDNext and many downloaders keep as `<stem>.json`, with all versions of the model."""

from __future__ import annotations

from dataclasses import replace

from lora_manager.formats.record import AdapterRecord, Source
from lora_manager.formats.sidecars import a1111, civitai_common, values
from lora_manager.formats.sidecars.local_file import LocalFile
from lora_manager.formats.sidecars.values import JsonObject, Problems
from lora_manager.formats.sidecars.version_choice import choose_version


def matches(document: JsonObject) -> bool:
    """Whether this is a model record: also one whose list of versions is damaged."""
    if isinstance(document.get("modelVersions"), list):
        return True
    return "modelVersions" in document and "name" in document and "type" in document


def read(document: JsonObject, local: LocalFile, problems: Problems) -> list[AdapterRecord]:
    """The records of the model, of the local file's version, and of the user when A1111 saved into the same file."""
    model = read_model(document, problems)
    versions = values.read_objects(document, "modelVersions", problems)
    choice = choose_version(versions, local)
    records = []
    if a1111.has_user_keys(document):
        records.append(a1111.read_user_keys(document, problems, own_description=False))
    if choice.version is None:
        problems.append(f"version unknown, took what holds for all: {choice.reason}")
        records.append(replace(model, sd_version=_common_base_model(versions)))
        return records
    record = civitai_common.read_version(choice.version, choice.file, local, problems)
    visibility = civitai_common.visibility_of(record.visibility, document.get("mode"))
    records.append(replace(record, visibility=visibility) if visibility != record.visibility else record)
    records.append(model)
    return records


def read_model(model: JsonObject, problems: Problems) -> AdapterRecord:
    """What holds for all versions."""
    description = values.read_text(model, "description", problems, values.HTML_LENGTH)
    tags = civitai_common.read_tags(model, problems)
    archetype, confidence = civitai_common.archetype_of(tags)
    level = civitai_common.read_level(model, problems)
    weight, weight_range = civitai_common.weights_of(description)
    return AdapterRecord(
        source=Source.CIVITAI_MODEL,
        name=values.read_line(model, "name", problems),
        description_html=description,
        author_username=values.read_line(values.read_object(model, "creator", problems), "username", problems, 100),
        visibility=civitai_common.visibility_of(
            values.read_line(model, "availability", problems, 40), model.get("mode")
        ),
        tags=tags,
        weight=weight,
        weight_range=weight_range,
        nsfw_level=level if level is not None else civitai_common.level_of_flag(model.get("nsfw")),
        supports_generation=values.read_truth(model, "supportsGeneration", problems),
        archetype=archetype,
        archetype_confidence=confidence,
        model_id=values.read_integer(model, "id", problems),
        stats=values.read_counters(model, "stats", problems),
    )


def _common_base_model(versions: list[JsonObject]) -> str | None:
    """The base model when all versions agree: then it is true for the local file, whichever version that is."""
    found = {version.get("baseModel") for version in versions if isinstance(version.get("baseModel"), str)}
    every = bool(versions) and all(isinstance(version.get("baseModel"), str) for version in versions)
    return values.one_line(str(found.pop()), 100) or None if every and len(found) == 1 else None
