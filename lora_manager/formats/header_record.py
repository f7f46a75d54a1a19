"""What the header of a network file says of the adapter: `modelspec.*`, kohya's `ss_*` and `ssmd_*`, ai-toolkit's keys.

All values are strings, some of them JSON. Whatever is in them, nothing here raises.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lora_manager.errors import UnreadableFileError
from lora_manager.formats.html_text import plain_to_html
from lora_manager.formats.json_file import parse_json
from lora_manager.formats.record import AdapterRecord, Source
from lora_manager.formats.safetensors_header import SafetensorsHeader
from lora_manager.formats.sidecars.dates import utc_date
from lora_manager.formats.sidecars.values import (
    HTML_LENGTH,
    TAG_COUNT,
    TAG_LENGTH,
    TEXT_LENGTH,
    WORD_LENGTH,
    integer_of,
    one_line,
    read_weight,
    storable,
)

_MODELSPEC = "modelspec."
# Written by one trainer as a fixed text for each base model: the title and author of the base model, not of the file.
_TEMPLATE_KEYS = ("ot_branch", "ot_revision", "ot_config")
_TRAINERS = (("ot_branch", "OneTrainer"), ("ot_config", "OneTrainer"), ("lora_adapter_metadata", "PEFT"))
# A training site's job number, a hash, or what trainers write when nobody chose a name.
_NO_NAME = re.compile(
    r"training_\d+\b.*|[0-9a-f]{16,}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]+|[\d_-]+|last|output|lora|model|adapter_model"
    r"|my_first_\w+|pytorch_lora_weights",
    re.IGNORECASE,
)
_CLASS_TOKENS = re.compile(r'"class_tokens":\s*("(?:[^"\\]|\\.){1,200}")')
# Folder names that say that pictures lie in the folder, and kinds of subject that are no word of their own.
_NO_TRIGGER = frozenset(
    (
        "img", "imgs", "image", "images", "dataset", "data", "train", "training", "concept", "style", "person", "man",
        "woman", "girl", "boy", "character",
    )
)  # fmt: skip
_TRIGGER_LENGTH, _TRIGGER_WORDS = 40, 4
# With a single tag the JSON is short and no count is followed by another tag: any other is not even parsed.
_SHORT_FREQUENCY = 500
_TWO_TAGS = re.compile(r'\d\s*,\s*"')


def records_of_header(header: SafetensorsHeader) -> list[AdapterRecord]:
    """One record per convention that the header follows, none for a header without metadata."""
    return records_of_metadata(header.metadata)


def records_of_metadata(metadata: Mapping[str, str]) -> list[AdapterRecord]:
    """The same of a header's metadata alone, wherever they were kept."""
    modelspec: dict[str, str] = {}
    trainer: dict[str, str] = {}
    for key, value in metadata.items():
        if value and value != "None":
            if key.startswith(_MODELSPEC):
                modelspec[key[len(_MODELSPEC) :]] = value
            else:
                trainer[key] = value
    records = []
    if modelspec:
        records.append(_modelspec_record(modelspec, is_template=any(key in trainer for key in _TEMPLATE_KEYS)))
    if any(key != "format" for key in trainer):
        records.append(_kohya_record(trainer))
    return records


def trainer_of(metadata: Mapping[str, str]) -> str:
    """The program that trained the network, "" where the header does not tell."""
    software = _parsed(metadata["software"][:2_000]) if "software" in metadata else None
    if isinstance(software, dict) and isinstance(software.get("name"), str):
        return one_line(storable(software["name"]), 40)
    for key, name in _TRAINERS:
        if key in metadata:
            return name
    module = metadata.get("ss_network_module", "")
    if module.startswith("lycoris"):
        return "LyCORIS"
    return "kohya" if any(key.startswith("ss_") for key in metadata) else ""


def _modelspec_record(fields: Mapping[str, str], is_template: bool) -> AdapterRecord:
    return AdapterRecord(
        source=Source.MODELSPEC,
        name=None if is_template else _name(fields.get("title")),
        description_html=_html(fields.get("description")),
        author_username=None if is_template else _line(fields.get("author")),
        published_at=utc_date(fields.get("date")),
        tags=_list(fields.get("tags")),
        trained_words=_words(fields.get("trigger_phrase")),
        notes=storable(fields.get("usage_hint", "").strip()[:TEXT_LENGTH]) or None,
        weight=read_weight(dict(fields), "lora_default_weight", []),
    )


def _kohya_record(fields: Mapping[str, str]) -> AdapterRecord:
    names = (_name(fields.get(key)) for key in ("ssmd_display_name", "ss_output_name", "name"))
    return AdapterRecord(
        source=Source.KOHYA,
        name=next((name for name in names if name), None),
        version=_line(fields.get("ssmd_version")) or _line(fields.get("version")),
        description_html=_html(fields.get("ssmd_description")),
        author_username=_line(fields.get("ssmd_author")),
        tags=_list(fields.get("ssmd_tags")),
        trained_words=_words(fields.get("ssmd_keywords")) or _trained_words(fields),
        rating=_rating(fields.get("ssmd_rating")),
    )


def _rating(text: str | None) -> int | None:
    """Stars that a user gave in the editor of Additional Networks; 0 is none."""
    stars = integer_of(text)
    return stars if stars is not None and 1 <= stars <= 5 else None


def _line(text: str | None) -> str | None:
    return (one_line(storable(text)) or None) if text else None


def _name(text: str | None) -> str | None:
    name = _line(text)
    return None if name is None or _NO_NAME.fullmatch(name) else name


def _html(text: str | None) -> str | None:
    stripped = storable((text or "")[:HTML_LENGTH].strip())
    return plain_to_html(stripped) if stripped else None


def _list(text: str | None) -> tuple[str, ...]:
    """Tags from `a, b`, each once whatever its case."""
    tags: dict[str, str] = {}
    for part in storable((text or "")[: TAG_COUNT * TAG_LENGTH]).split(","):
        tag = one_line(part, TAG_LENGTH)
        if tag:
            tags.setdefault(tag.lower(), tag)
    return tuple(tags.values())[:TAG_COUNT]


def _words(text: str | None) -> tuple[str, ...]:
    """Trigger words verbatim, as one entry: splitting and cleaning are the business of trigger_words."""
    words = storable((text or "").strip()[:WORD_LENGTH])
    return (words,) if words else ()


def _trained_words(fields: Mapping[str, str]) -> tuple[str, ...]:
    """The trigger word, where the training data have a single one and it is clear; captions are no trigger words."""
    frequency = fields.get("ss_tag_frequency", "")
    several = len(frequency) > _SHORT_FREQUENCY or _TWO_TAGS.search(frequency)
    candidates = set() if several else _all_tags(frequency)
    if not candidates and not _has_captions(frequency):
        candidates = set(map(_decoded, _CLASS_TOKENS.findall(fields.get("ss_datasets", ""))))
    if len(candidates) != 1:
        return ()
    word = one_line(storable(candidates.pop()))
    clear = 0 < len(word) <= _TRIGGER_LENGTH and len(word.split()) <= _TRIGGER_WORDS and "," not in word
    return (word,) if clear and word.lower() not in _NO_TRIGGER else ()


def _has_captions(frequency: str) -> bool:
    """Captions replace the class tokens in training, so these are no trigger when there are any."""
    return frequency not in ("", "{}", "null")


def _all_tags(frequency: str) -> set[str]:
    """The tags of `{folder: {tag: count}}`."""
    folders = _parsed(frequency)
    if not isinstance(folders, dict):
        return set()
    return {tag for counts in folders.values() if isinstance(counts, dict) for tag in counts}


def _decoded(literal: str) -> str:
    text = _parsed(literal)
    return text if isinstance(text, str) else ""


def _parsed(text: str) -> Any:
    try:
        return parse_json(text.encode("utf-8", "replace"))
    except UnreadableFileError:
        return None
