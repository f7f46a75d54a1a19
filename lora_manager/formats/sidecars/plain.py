"""Records of programs that are not in the table, as far as their keys say what is meant: the last resort.

Among them InvokeAI's (`trigger_phrases`, `default_settings.weight`) and what downloaders write by hand.
"""

from __future__ import annotations

from typing import Any

from lora_manager.formats.html_text import plain_to_html
from lora_manager.formats.record import AdapterRecord, Source
from lora_manager.formats.sidecars import civitai_common, values
from lora_manager.formats.sidecars.dates import utc_date
from lora_manager.formats.sidecars.local_file import LocalFile
from lora_manager.formats.sidecars.values import JsonObject, Problems

_WORDS = (
    "trigger_phrases", "trigger_words", "triggerWords", "trainedWords", "trained_words", "triggers", "trigger_word",
    "trigger", "activation_text", "activationText", "keywords",
)  # fmt: skip
_TEXTS = ("description", "notes")
_NAMES = ("title", "model_name", "modelName", "name")
_BASES = ("base_model", "baseModel", "base")
# What is a record of something else: a picture, a workflow, a recipe.
_NOT_OF_A_LORA = frozenset({"loras", "gen_params", "nodes", "workflow", "prompt", "_class_name"})


def matches(document: JsonObject) -> bool:
    """Whether this seems to be the record of a LoRA: it has trigger words, a description or notes."""
    if not _NOT_OF_A_LORA.isdisjoint(document):
        return False
    return any(isinstance(document.get(key), (str, list)) for key in _WORDS) or any(
        isinstance(document.get(key), str) for key in _TEXTS
    )


def read(document: JsonObject, local: LocalFile, problems: Problems) -> list[AdapterRecord]:
    """What can be understood. Keys that others use in another sense are left alone, of whatever type they are."""
    description = _text(document, "description", values.HTML_LENGTH)
    settings = document.get("default_settings")
    settings = settings if isinstance(settings, dict) else document
    tags = _list(document.get("tags"), values.TAG_COUNT, values.TAG_LENGTH)
    archetype, confidence = civitai_common.archetype_of(tags)
    return [
        AdapterRecord(
            source=Source.OTHER,
            name=_line(document, _NAMES),
            version=_line(document, ("version", "version_name")),
            description_html=plain_to_html(description) if description else None,
            author_username=_line(document, ("author", "creator", "username")),
            published_at=utc_date(document.get("published_at") or document.get("publishedAt")),
            tags=tags,
            trained_words=_trained_words(document),
            notes=_text(document, "notes", values.TEXT_LENGTH),
            weight=values.read_weight(settings, "weight", []),
            weight_range=values.read_range(settings, "weight_min", "weight_max", []),
            sd_version=_line(document, _BASES),
            archetype=archetype,
            archetype_confidence=confidence,
            sha256=civitai_common.sha256_claim(document.get("sha256")),
        )
    ]


def _text(document: JsonObject, key: str, limit: int) -> str | None:
    value = document.get(key)
    return values.storable(value[:limit].strip()) or None if isinstance(value, str) else None


def _line(document: JsonObject, keys: tuple[str, ...]) -> str | None:
    lines = (values.one_line(document[key]) for key in keys if isinstance(document.get(key), str))
    return next((line for line in lines if line), None)


def _trained_words(document: JsonObject) -> tuple[str, ...]:
    found = (_list(document.get(key), values.WORD_COUNT, values.WORD_LENGTH, split=False) for key in _WORDS)
    return next((words for words in found if words), ())


def _list(value: Any, count: int, length: int, *, split: bool = True) -> tuple[str, ...]:
    """Texts of a list, or of one text: that of tags is taken apart at its commas, trigger words belong together."""
    if isinstance(value, str):
        value = value[: count * length].split(",") if split else [value]
    if not isinstance(value, list):
        return ()
    texts = (values.storable(entry[:length].strip()) for entry in value[:count] if isinstance(entry, str))
    return tuple(dict.fromkeys(text for text in texts if text))
