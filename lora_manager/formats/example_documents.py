"""Example prompts out of whatever a program has written: records with pictures, generation parameters of a picture.

Anybody may have written them. Nothing here raises, and nothing takes longer than the document itself allows for: of
everything that can be long there is a largest number that is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lora_manager.formats import infotext
from lora_manager.formats.example_names import AdapterNames
from lora_manager.formats.example_prompts import (
    LARGEST_WEIGHT,
    MAX_NAME,
    MAX_TEXT,
    MOST_OTHERS,
    ExamplePrompt,
)
from lora_manager.formats.lora_tags import find_tags
from lora_manager.formats.sidecars.local_file import LocalFile
from lora_manager.formats.sidecars.values import JsonObject, integer_of, number_of, one_line, storable
from lora_manager.formats.sidecars.version_choice import choose_version
from lora_manager.formats.sidecars.wrappers import unwrap

PAGE, OTHER_VERSION, PREVIEW, GENERATION = "page", "other_version", "preview", "generation"
"""Where an example was read: the page of this version, that of another of the model, the picture beside the file."""

MOST_PICTURES = 200
"""Pictures of one record that are looked at."""
_MOST_VERSIONS = 200
_MOST_ENTRIES = 50
_LONGEST_PROMPT = 20_000
_LONGEST_INFOTEXT = 50_000
_MOST_CHARACTERS = 600_000
"""Characters of all prompts of a record that are looked at: of two hundred long ones."""
_MARKS = (b'"prompt"', b'"Prompt"', b'"positive"', b'"parameters"', b'"positivePrompt"', b'"meta": "', b'"meta":"')
"""Without one of these in its bytes a record holds no prompt, and need not be parsed."""
_KEYS = ("prompt", "Prompt", "positivePrompt", "positive")
_LISTS = ("images", "customImages", "example_images", "exampleImages")
_BELOW = ("civitai", "raw", "version", "model", "metadata")
_KINDS = frozenset({"lora", "locon", "lycoris", "dora"})
_NUMBERED = re.compile(r"AddNet (Module|Model|Weight A) (\d{1,2})")
_HASHED_NAME = re.compile(r"(.{1,300})\(([0-9a-fA-F]{8,64})\)")


def may_hold_prompts(raw: bytes) -> bool:
    """Say whether it is worth the while to parse a record's bytes."""
    return any(mark in raw for mark in _MARKS) or raw.startswith((b"\xff\xfe", b"\xfe\xff"))


def examples_of_document(document: Any, local: LocalFile, names: AdapterNames) -> list[ExamplePrompt]:
    """Return the prompts of the pictures in a parsed record: those of the file's own version first.

    `local` tells which version that is, `names` which of the LoRAs in a prompt is this one.
    """
    found = []
    left = _MOST_CHARACTERS
    for source, image in islice(_pictures(document, local), MOST_PICTURES):
        if left <= 0:
            break
        prompt, meta, length = _prompt_of(image)
        left -= length
        example = _example(prompt, {**image, **meta} if meta else image, names, source)
        if example is not None:
            found.append(example)
    return found


def example_of_infotext(text: str, names: AdapterNames, source: str = PREVIEW) -> ExamplePrompt | None:
    """Return the prompt of a picture's own generation parameters; None for a text that holds none."""
    parsed = infotext.parse(text[:_LONGEST_INFOTEXT])
    if not parsed.params:  # any text may stand in a picture: only with parameters it is a prompt
        return None
    return _example(parsed.prompt, parsed.params, names, source)


# --- pictures of a record --------------------------------------------------------------------------------------------


def _pictures(document: Any, local: LocalFile) -> Iterator[tuple[str, JsonObject]]:
    record = unwrap(document, local).document
    if record is None:
        return
    for image in _listed(record):
        yield PAGE, image
    versions = record.get("modelVersions")
    if isinstance(versions, list):
        yield from _of_versions([one for one in versions[:_MOST_VERSIONS] if isinstance(one, dict)], local)
    for below in _BELOW:
        inner = record.get(below)
        if isinstance(inner, dict):
            for image in _listed(inner):
                yield PAGE, image
            civitai = inner.get("civitai")
            for image in _listed(civitai) if isinstance(civitai, dict) else ():
                yield PAGE, image


def _of_versions(versions: list[JsonObject], local: LocalFile) -> Iterator[tuple[str, JsonObject]]:
    own = choose_version(versions, local).version
    for image in _listed(own) if own is not None else ():
        yield PAGE, image
    for version in versions:
        for image in _listed(version) if version is not own else ():
            yield OTHER_VERSION, image


def _listed(holder: JsonObject) -> Iterator[JsonObject]:
    for key in _LISTS:
        images = holder.get(key)
        if isinstance(images, list):
            yield from (image for image in images[:MOST_PICTURES] if isinstance(image, dict))


def _prompt_of(image: JsonObject) -> tuple[str, JsonObject, int]:
    """The prompt of a picture, the rest of what was said of how it was made, and how many characters were read."""
    meta = image.get("meta")
    if isinstance(meta, dict) and isinstance(meta.get("meta"), dict):
        meta = meta["meta"]  # as the site answers for single pictures
    for holder in (meta, image):
        if isinstance(holder, dict):
            prompt = next((holder[key] for key in _KEYS if isinstance(holder.get(key), str)), None)
            if prompt is not None:
                prompt = prompt[:_LONGEST_PROMPT]
                return prompt, holder if holder is not image else {}, len(prompt)
            if isinstance(holder.get("parameters"), str):
                meta = holder["parameters"]
    if isinstance(meta, str):
        meta = meta[:_LONGEST_INFOTEXT]
        parsed = infotext.parse(meta)
        return parsed.prompt, dict(parsed.params), len(meta)
    return "", {}, 0


# --- one prompt ------------------------------------------------------------------------------------------------------


def _example(prompt: str, meta: JsonObject, names: AdapterNames, source: str) -> ExamplePrompt | None:
    prompt = storable(prompt[:_LONGEST_PROMPT].strip())
    if not prompt or prompt.startswith(("{", "[{")):  # a workflow where the prompt should be
        return None
    weight, others = _loras_of(prompt, meta, names)
    return ExamplePrompt(prompt[:MAX_TEXT].rstrip(), weight, others=others, source=source)


def _loras_of(prompt: str, meta: JsonObject, names: AdapterNames) -> tuple[float | None, tuple[str, ...]]:
    """This adapter's weight in a prompt, and the names of the other LoRAs: by tags, and by what else was said."""
    tagged = [(tag.name, tag.te_weight or tag.unet_weight) for tag in find_tags(prompt)[:_MOST_ENTRIES]]
    hashed = dict(islice(_hashes(meta), _MOST_ENTRIES))
    own = {name for name, _ in tagged if names.is_named(name) or names.has_hash(hashed.get(name, ""))}
    listed = list(islice(_resources(meta, names), _MOST_ENTRIES))
    if not own and not any(is_own for _, _, is_own in listed):
        own = {name for name, _ in tagged if names.may_be_named(name)}
        own = own if len(own) == 1 else set()
    weights = [weight for name, weight in tagged if name in own]
    weights += [weight for _, weight, is_own in listed if is_own and weight is not None]
    weight = next((one for one in weights if one and abs(one) <= LARGEST_WEIGHT), None)
    others = [name for name, _ in tagged if name not in own]
    others += [name for name, _, is_own in listed if not is_own and name not in own]
    lines = dict.fromkeys(filter(None, (one_line(storable(name[:MAX_NAME]), MAX_NAME) for name in others)))
    return weight, tuple(lines)[:MOST_OTHERS]


def _hashes(meta: JsonObject) -> Iterator[tuple[str, str]]:
    """Names and hashes of LoRAs: from Civitai's `hashes`, and from A1111's own line."""
    hashes = meta.get("hashes")
    for key, digest in islice(hashes.items(), _MOST_ENTRIES) if isinstance(hashes, dict) else ():
        kind, colon, name = key.partition(":")
        if colon and kind.lower() in _KINDS and isinstance(digest, str):
            yield name, digest
    line = meta.get("Lora hashes")
    if isinstance(line, str):
        yield from infotext.lora_hashes(infotext.Infotext(params={"Lora hashes": line[:_LONGEST_PROMPT]})).items()


def _resources(meta: JsonObject, names: AdapterNames) -> Iterator[tuple[str, float | None, bool]]:
    """Name, weight and whether it is this one, of each LoRA that is listed beside the prompt. A name may be ""."""
    for key in ("resources", "civitaiResources"):
        entries = meta.get(key)
        for entry in entries[:_MOST_ENTRIES] if isinstance(entries, list) else ():
            if isinstance(entry, dict) and str(entry.get("type", "")).lower() in _KINDS:
                yield _resource(entry, names)
    numbered: dict[str, JsonObject] = {}
    for key, value in islice(meta.items(), 500):
        found = _NUMBERED.fullmatch(key)
        if found and isinstance(value, (str, int, float)):
            numbered.setdefault(found[2], {})[found[1]] = value
    for parts in numbered.values():
        named = _HASHED_NAME.fullmatch(str(parts.get("Model", ""))[:400])
        if named is not None:
            entry = {"name": named[1], "hash": named[2], "weight": parts.get("Weight A")}
            yield _resource(entry, names)


def _resource(entry: JsonObject, names: AdapterNames) -> tuple[str, float | None, bool]:
    name, digest = entry.get("name"), entry.get("hash")
    name = name if isinstance(name, str) else entry.get("modelName")
    name = name if isinstance(name, str) else ""
    version = integer_of(entry.get("modelVersionId"))
    is_own = (
        (bool(name) and names.is_named(name))
        or (isinstance(digest, str) and names.has_hash(digest))
        or (version is not None and version == names.version_id)
    )
    return name, number_of(entry.get("weight", entry.get("strength"))), is_own
