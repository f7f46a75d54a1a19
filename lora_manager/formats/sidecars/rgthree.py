"""rgthree-comfy records, `<file name>.rgthree-info.json`: its own keys, and Civitai's version record below `raw`."""

from __future__ import annotations

from lora_manager.formats.record import AdapterRecord, Source
from lora_manager.formats.sidecars import civitai_common, civitai_version, values
from lora_manager.formats.sidecars.local_file import LocalFile
from lora_manager.formats.sidecars.values import JsonObject, Problems


def matches(document: JsonObject) -> bool:
    """Whether this is such a record: its words are objects, not texts."""
    words = document.get("trainedWords")
    if isinstance(document.get("raw"), dict) and isinstance(words, list):
        return all(isinstance(word, dict) for word in words)
    return False


def read(document: JsonObject, local: LocalFile, problems: Problems) -> list[AdapterRecord]:
    """What its user added (words, a note, a strength), what Civitai says, and what the program made of it."""
    words = values.read_objects(document, "trainedWords", problems, values.WORD_COUNT)
    raw = values.read_object(document, "raw", problems)
    civitai = values.read_object(raw, "civitai", problems)
    records = [
        AdapterRecord(
            source=Source.RGTHREE,
            own=True,
            notes=values.read_text(document, "userNote", problems),
            trained_words=_words(words, by_user=True),
            weight=_between(document),
            weight_range=values.read_range(document, "strengthMin", "strengthMax", problems),
        )
    ]
    if civitai_version.matches(civitai):
        records += civitai_version.read(civitai, local, problems)
    records.append(
        AdapterRecord(
            source=Source.RGTHREE,
            name=_name(document, civitai, problems),
            trained_words=_words(words, by_user=False),
            sd_version=values.read_line(document, "baseModel", problems, 100),
            sha256=civitai_common.sha256_claim(document.get("sha256")),
        )
    )
    return records


def _words(words: list[JsonObject], *, by_user: bool) -> tuple[str, ...]:
    """The words that the user or Civitai vouches for; those that were only counted in captions are no trigger words."""
    found = [word.get("word") for word in words if (word.get("user") if by_user else word.get("civitai"))]
    texts = (values.storable(text[: values.WORD_LENGTH].strip()) for text in found if isinstance(text, str))
    return tuple(text for text in texts if text)


def _name(document: JsonObject, civitai: JsonObject, problems: Problems) -> str | None:
    """Its name is "Model - Version": only where the version is known can the two be told apart."""
    name = values.read_line(document, "name", problems)
    version = civitai.get("name")
    if name and isinstance(version, str) and name.endswith(f" - {version}"):
        return name[: -len(version) - 3] or None
    return name


def _between(document: JsonObject) -> float | None:
    """Where both ends of a strength are given, the middle of it."""
    low, high = (values.read_number(document, key, []) for key in ("strengthMin", "strengthMax"))
    if low is None or high is None or max(abs(low), abs(high)) > values.LARGEST_WEIGHT:
        return None
    return round((low + high) / 2, 2) or None
