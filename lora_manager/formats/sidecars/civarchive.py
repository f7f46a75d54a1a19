"""CivArchive pages: a model with the one version that was looked at; the field names are its own."""

from __future__ import annotations

from lora_manager.formats.record import AdapterRecord, Source
from lora_manager.formats.sidecars import civitai_common, values
from lora_manager.formats.sidecars.dates import utc_date
from lora_manager.formats.sidecars.local_file import LocalFile
from lora_manager.formats.sidecars.values import JsonObject, Problems

_COUNTERS = {
    "downloadCount": "downloadCount",
    "favoriteCount": "favoriteCount",
    "commentCount": "commentCount",
    "ratingCount": "ratingCount",
    "rating": "rating",
}


def matches(document: JsonObject) -> bool:
    """Whether this is such a page."""
    version = document.get("version")
    return (
        isinstance(document.get("versions"), list)
        and isinstance(version, dict)
        and not {"platform_url", "mirrors", "files", "trigger"}.isdisjoint(version)
    )


def read(document: JsonObject, local: LocalFile, problems: Problems) -> list[AdapterRecord]:
    """What the page says. A copy of what Civitai had, often of what is gone from there."""
    version = values.read_object(document, "version", problems)
    files = values.read_objects(version, "files", problems)
    file = next((one for one in files if one.get("name") == local.name), files[0] if len(files) == 1 else {})
    tags = civitai_common.read_tags(document, problems)
    archetype, confidence = civitai_common.archetype_of(tags)
    description = values.read_text(document, "description", problems, values.HTML_LENGTH)
    words = values.read_texts(version, "trigger", problems, values.WORD_COUNT, values.WORD_LENGTH)
    weight, weight_range = civitai_common.weights_of(description, words)
    level = values.read_integer(version, "nsfw_level", problems)
    if level is None:
        level = values.read_integer(document, "nsfw_level", problems)
    # The page's own numbers are Civitai's only where it copied from there.
    of_civitai = document.get("platform") in (None, "civitai")
    return [
        AdapterRecord(
            source=Source.CIVARCHIVE,
            name=values.read_line(document, "name", problems),
            version=values.read_line(version, "name", problems),
            description_html=description,
            version_description_html=values.read_text(version, "description", problems, values.HTML_LENGTH),
            author_username=values.read_line(document, "creator_username", problems, 100)
            or values.read_line(document, "username", problems, 100),
            published_at=utc_date(version.get("publishedAt")) or utc_date(version.get("createdAt")),
            visibility="Deleted" if document.get("deletedAt") else None,
            tags=tags,
            trained_words=words or civitai_common.read_words(version, problems),
            weight=weight,
            weight_range=weight_range,
            sd_version=values.read_line(version, "baseModel", problems, 100),
            nsfw_level=level if level is not None and 0 < level < 256 else None,
            archetype=archetype,
            archetype_confidence=confidence,
            sha256=civitai_common.sha256_claim(file.get("sha256")),
            download_url=values.read_url(file, "downloadUrl", problems),
            primary_file_name=values.read_line(file, "name", problems),
            model_id=values.read_integer(version, "civitai_model_id", problems)
            or (values.read_integer(document, "id", problems) if of_civitai else None),
            version_id=values.read_integer(version, "civitai_model_version_id", problems)
            or (values.read_integer(version, "id", problems) if of_civitai else None),
            stats=values.read_counters({"stats": _counted(document)}, "stats", problems),
        )
    ]


def _counted(document: JsonObject) -> JsonObject:
    return {name: document[key] for key, name in _COUNTERS.items() if key in document}
