"""What the training captions were about, and how a network was trained: out of a safetensors header's metadata.

All values there are strings, some of them JSON, and anybody may have written them: nothing here raises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from lora_manager.errors import UnreadableFileError
from lora_manager.formats.json_file import parse_json
from lora_manager.formats.sidecars.values import integer_of, number_of, one_line, storable

MOST_CAPTIONS = 200
MAX_CAPTION = 100
_LONGEST_JSON = 8_000_000
_MOST_FOLDERS = 1_000
_MOST_TAGS = 200_000
_LARGEST_COUNT = 10**9
_MAX_FACT = 200

_TEXTS = {
    "resolution": ("ss_resolution", "modelspec.resolution"),
    "optimizer": ("ss_optimizer",),
    "base_checkpoint": ("ss_sd_model_name",),
}
_NUMBERS = {
    "steps": ("ss_steps", "ss_max_train_steps"),
    "epochs": ("ss_epoch", "ss_num_epochs"),
    "images": ("ss_num_train_images",),
    "dim": ("ss_network_dim",),
    "alpha": ("ss_network_alpha",),
}


def captions_of(metadata: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    """Return the tags of the captions with how often each was there, most frequent first, MOST_CAPTIONS at most.

    Counts of several folders of pictures are added up; a tag is one whatever its case, and spelled as first met.
    """
    counts: dict[str, int] = {}
    spelling: dict[str, str] = {}
    for tag, count in islice(_tags(metadata), _MOST_TAGS):
        key = tag.casefold()
        counts[key] = counts.get(key, 0) + count
        spelling.setdefault(key, tag)
    best = sorted(counts, key=lambda key: (-counts[key], key))[: 2 * MOST_CAPTIONS]
    lines = ((one_line(storable(spelling[key]), MAX_CAPTION), min(counts[key], _LARGEST_COUNT)) for key in best)
    return tuple((line, count) for line, count in lines if line)[:MOST_CAPTIONS]


def training_facts(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the header says of "resolution", "optimizer", "base_checkpoint" (texts), "steps", "epochs",
    "images", "dim" and "alpha" (numbers); what it does not say is left out."""
    facts: dict[str, Any] = {}
    for name, keys in _TEXTS.items():
        texts = (_text(metadata.get(key)) for key in keys)
        text = next((text for text in texts if text), "")
        if text:
            facts[name] = text
    for name, keys in _NUMBERS.items():
        numbers = (number_of(metadata.get(key)) for key in keys)
        number = next((number for number in numbers if number is not None and number > 0), None)
        if number is not None:
            facts[name] = int(number) if number.is_integer() else number
    info = _parsed(metadata.get("training_info"), 10_000)
    if isinstance(info, dict):
        for name, key in (("steps", "step"), ("epochs", "epoch")):
            said = integer_of(info.get(key))
            if said is not None and said > 0:
                facts.setdefault(name, said)
    return facts


def _text(value: Any) -> str:
    if not isinstance(value, str) or value == "None":
        return ""
    line = one_line(storable(value[: 4 * _MAX_FACT]), _MAX_FACT)
    return line.strip("() ").replace(", ", "x") if line.startswith("(") else line


def _tags(metadata: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    frequency = _parsed(metadata.get("ss_tag_frequency"))
    if isinstance(frequency, dict) and frequency:
        yield from _of_folders(frequency)
        return
    datasets = _parsed(metadata.get("ss_datasets"))
    for dataset in datasets[:_MOST_FOLDERS] if isinstance(datasets, list) else ():
        inner = dataset.get("tag_frequency") if isinstance(dataset, dict) else None
        if isinstance(inner, dict):
            yield from _of_folders(inner)


def _of_folders(frequency: dict[str, Any]) -> Iterator[tuple[str, int]]:
    for tags in islice(frequency.values(), _MOST_FOLDERS):
        if not isinstance(tags, dict):
            continue  # one program keeps only how many tags there were
        for tag, count in tags.items():
            number = integer_of(count)
            text = tag[: 4 * MAX_CAPTION].strip()
            if text and number is not None and number > 0:
                yield text, number


def _parsed(value: Any, longest: int = _LONGEST_JSON) -> Any:
    if not isinstance(value, str) or not 2 < len(value) <= longest:
        return None
    try:
        return parse_json(value.encode("utf-8", "replace"))
    except UnreadableFileError:
        return None
