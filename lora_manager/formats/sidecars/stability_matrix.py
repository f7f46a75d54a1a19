"""StabilityMatrix records, `<stem>.cm-info.json`: PascalCase, every key written even when it is null."""

from __future__ import annotations

from lora_manager.formats.record import AdapterRecord, Source
from lora_manager.formats.sidecars import civitai_common, values
from lora_manager.formats.sidecars.local_file import LocalFile
from lora_manager.formats.sidecars.values import JsonObject, Problems

_MARKS = frozenset({"VersionId", "ModelName", "ImportedAt", "TrainedWords", "AuthorUsername"})


def matches(document: JsonObject) -> bool:
    """Whether this is such a record: ModelId may be null, for it may come from elsewhere than Civitai."""
    return not _MARKS.isdisjoint(document)


def read(document: JsonObject, local: LocalFile, problems: Problems) -> list[AdapterRecord]:
    """What the program kept of the page it downloaded from; the title that its user gave wins over the page's."""
    description = values.read_text(document, "ModelDescription", problems, values.HTML_LENGTH)
    words = values.read_texts(document, "TrainedWords", problems, values.WORD_COUNT, values.WORD_LENGTH)
    tags = civitai_common.tags_of(document, "Tags", problems)
    archetype, confidence = civitai_common.archetype_of(tags)
    title = values.read_line(document, "UserTitle", problems)
    weight, weight_range = civitai_common.weights_of(description, words)
    record = AdapterRecord(
        source=Source.STABILITY_MATRIX,
        name=values.read_line(document, "ModelName", problems),
        version=values.read_line(document, "VersionName", problems),
        description_html=description,
        version_description_html=values.read_text(document, "VersionDescription", problems, values.HTML_LENGTH),
        author_username=values.read_line(document, "AuthorUsername", problems, 100),
        tags=tags,
        trained_words=words,
        weight=weight,
        weight_range=weight_range,
        sd_version=values.read_line(document, "BaseModel", problems, 100),
        nsfw_level=civitai_common.level_of_flag(document.get("Nsfw")),
        archetype=archetype,
        archetype_confidence=confidence,
        sha256=civitai_common.sha256_claim(values.read_object(document, "Hashes", problems).get("SHA256")),
        primary_file_name=values.read_line(document, "RemoteFileName", problems),
        model_id=values.read_integer(document, "ModelId", problems),
        version_id=values.read_integer(document, "VersionId", problems),
        stats=values.read_counters(document, "Stats", problems),
    )
    return [record] if title is None else [AdapterRecord(source=Source.STABILITY_MATRIX, own=True, name=title), record]
