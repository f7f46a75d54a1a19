"""What a Civitai model record and a Civitai version record have in common."""

from __future__ import annotations

import re
from typing import Any

from lora_manager.formats.record import AdapterRecord, Source, WeightRange
from lora_manager.formats.sidecars import values
from lora_manager.formats.sidecars.dates import utc_date
from lora_manager.formats.sidecars.local_file import LocalFile
from lora_manager.formats.sidecars.values import JsonObject, Problems
from lora_manager.formats.sidecars.version_choice import size_contradicts
from lora_manager.formats.weight_hint import middle_of, weight_range_from_text

# Civitai's category of a model is one of its tags. The order decides when an author set several: the narrow ones first.
ARCHETYPES = {
    "celebrity": "celebrity",
    "character": "character",
    "clothing": "clothing",
    "style": "style",
    "poses": "pose",
    "vehicle": "vehicle",
    "animal": "creature",
    "buildings": "building",
    "background": "background",
    "objects": "object",
    "action": "action",
    "tool": "tool",
    "concept": "concept",
}
_CERTAIN, _ONE_OF_SEVERAL = 0.95, 0.6

# Levels by name: the site's own, and those that image records had in 2023.
_LEVELS = {"none": 1, "pg": 1, "pg13": 2, "soft": 2, "r": 4, "mature": 4, "x": 8, "xxx": 16, "blocked": 32}

_SHA256 = re.compile(r"[0-9a-f]{64}")
_SHA256_OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def read_version(version: JsonObject, file: JsonObject | None, local: LocalFile, problems: Problems) -> AdapterRecord:
    """The record of one version: `file` is its file record that the local file is taken for."""
    description = values.read_text(version, "description", problems, values.HTML_LENGTH)
    words = read_words(version, problems)
    weight, weight_range = weights_of(description, words)
    file = file or {}
    if isinstance(file.get("sizeKB"), str):
        problems.append(f"sizeKB: expected a number, found {file['sizeKB'][:40]!r}; it says nothing of the file then")
    return AdapterRecord(
        source=Source.CIVITAI_VERSION,
        version=values.read_line(version, "name", problems),
        version_description_html=description,
        published_at=_published(version),
        visibility=values.read_line(version, "availability", problems, 40),
        trained_words=words,
        weight=weight,
        weight_range=weight_range,
        sd_version=values.read_line(version, "baseModel", problems, 100),
        nsfw_level=read_level(version, problems),
        sha256=_claim_of(file, local),
        download_url=values.read_url(file, "downloadUrl", problems)
        or values.read_url(version, "downloadUrl", problems),
        primary_file_name=values.read_line(file, "name", problems),
        version_id=values.read_integer(version, "id", problems),
        model_id=values.read_integer(version, "modelId", problems),
    )


def read_words(record: JsonObject, problems: Problems) -> tuple[str, ...]:
    """`trainedWords`, verbatim."""
    return values.read_texts(record, "trainedWords", problems, values.WORD_COUNT, values.WORD_LENGTH)


def read_tags(record: JsonObject, problems: Problems) -> tuple[str, ...]:
    """`tags`, each on one line, no tag twice."""
    return tags_of(record, "tags", problems)


def tags_of(record: JsonObject, key: str, problems: Problems) -> tuple[str, ...]:
    """A list of tags under whatever key, each on one line, no tag twice."""
    found = values.read_texts(record, key, problems, values.TAG_COUNT, values.TAG_LENGTH)
    tags: dict[str, str] = {}
    for tag in map(values.one_line, found):
        if tag:
            tags.setdefault(tag.lower(), tag)
    return tuple(tags.values())


def read_level(record: JsonObject, problems: Problems) -> int | None:
    """`nsfwLevel`, the bit mask; 0 is "not rated yet", which says nothing."""
    value = record.get("nsfwLevel")
    if isinstance(value, str) and value.strip().lower() in _LEVELS:
        level = _LEVELS[value.strip().lower()]
        problems.append(f"nsfwLevel: {values.one_line(value, 40)!r} is not a number; read as {level}")
        return level
    number = values.read_integer(record, "nsfwLevel", problems)
    return number if number is not None and 0 < number < 256 else None


def level_of_flag(nsfw: Any) -> int | None:
    """The level that the older yes/no flag stands for."""
    return (16 if nsfw else 1) if isinstance(nsfw, bool) else None


def archetype_of(tags: tuple[str, ...]) -> tuple[str | None, float | None]:
    """The kind of thing the adapter shows, and how sure that is."""
    lowered = {tag.lower() for tag in tags}
    found = [archetype for tag, archetype in ARCHETYPES.items() if tag in lowered]
    return (found[0], _CERTAIN if len(found) == 1 else _ONE_OF_SEVERAL) if found else (None, None)


def visibility_of(availability: str | None, mode: Any) -> str | None:
    """`Public`, `EarlyAccess` ...; with the mode behind it when the model was archived or taken down."""
    parts = [availability, values.one_line(mode, 40) if isinstance(mode, str) else None]
    return ", ".join(part for part in parts if part) or None


def weights_of(description: str | None, words: tuple[str, ...] = ()) -> tuple[float | None, WeightRange | None]:
    """The weight that the author recommends, in the description or in a tag among the words; and its range, if any."""
    texts = (*(word for word in words if "<" in word), description)
    found = next((pair for text in texts if text and (pair := weight_range_from_text(text))), None)
    return (None, None) if found is None else (middle_of(*found), values.range_of(*found))


def _published(version: JsonObject) -> str | None:
    return utc_date(version.get("publishedAt")) or utc_date(version.get("createdAt"))


def sha256_claim(claim: Any) -> str | None:
    """A SHA-256 in lower case; None for anything else, and for that of nothing at all."""
    if not isinstance(claim, str) or len(claim) > 100:
        return None
    digits = claim.strip().lower()
    return digits if _SHA256.fullmatch(digits) and digits != _SHA256_OF_NOTHING else None


def _claim_of(file: JsonObject, local: LocalFile) -> str | None:
    hashes = file.get("hashes")
    claim = sha256_claim(hashes.get("SHA256")) if isinstance(hashes, dict) else None
    return None if claim is None or size_contradicts(file, local) else claim
