"""AdapterFacts out of what the database holds: sidecars and headers taken apart, the user's generations beside them."""

from __future__ import annotations

import json
import logging
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from lora_manager.db.digest_sources import DigestSource, FileColumns, RunColumns, read_sources
from lora_manager.db.json_texts import json_value
from lora_manager.errors import UnreadableFileError
from lora_manager.formats.captions import captions_of, training_facts
from lora_manager.formats.example_documents import (
    GENERATION,
    PREVIEW,
    example_of_infotext,
    examples_of_document,
    may_hold_prompts,
)
from lora_manager.formats.example_names import AdapterNames
from lora_manager.formats.example_prompts import MAX_TEXT, MOST_OTHERS, ExamplePrompt, choose_examples
from lora_manager.formats.html_text import beginning_of_html
from lora_manager.formats.json_file import parse_json
from lora_manager.formats.packing import unpack
from lora_manager.formats.pictures.infotexts import read_infotext
from lora_manager.formats.sidecars.local_file import LocalFile
from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.search.card_text import MAX_DESCRIPTION

log = logging.getLogger(__name__)

MAX_NOTES = 4_000
MAX_LINE = 500
MOST_TAGS = 200
MOST_NAMES = 20
MOST_GROUPS = 200
MOST_STATS = 50
_LARGEST_DOCUMENT = 64_000_000
"""Bytes of a document once unpacked; longer ones are cut and so not read."""


def facts_of(connection: Connection, adapter_ids: Sequence[int]) -> list[AdapterFacts]:
    """Return the facts of adapters (a few hundred at most), in their order; those that are gone are left out.

    Without what the preview pictures say: those are files, which nobody reads within a transaction. See `preview_of`.
    """
    return [facts_from(source) for source in read_sources(connection, adapter_ids)]


def facts_from(source: DigestSource, infotext: str = "") -> AdapterFacts:
    """Return the facts of one adapter. `infotext`: what its preview picture says of how it was made."""
    adapter, file = source.adapter, source.file
    metadata = _metadata_of(file)
    examples = choose_examples(map(_example_of_run, source.runs), _said_examples(source, metadata, infotext))
    facts = AdapterFacts(
        id=adapter.id,
        name=adapter.name[:MAX_LINE],
        version=(adapter.version or "")[:MAX_LINE],
        author=(adapter.author_username or "")[:MAX_LINE],
        tags=tuple(source.tags[:MOST_TAGS]),
        trigger_groups=tuple(tuple(group) for group in source.trigger_groups[:MOST_GROUPS]),
        description=beginning_of_html(adapter.description or "", MAX_DESCRIPTION),
        notes=(adapter.notes or "")[:MAX_NOTES],
        base_model=adapter.base_model,
        family=adapter.family,
        archetype=adapter.archetype,
        rating=adapter.rating or None,
        favourite=bool(adapter.favourite),
        uses=adapter.uses,
        downloads=adapter.downloads or 0,
        stats=_stats_of(adapter.stats),
        weight=adapter.weight,
        weight_source=adapter.weight_source or "",
        examples=examples,
        published_at=adapter.published_at or "",
    )
    if file is None:
        return facts
    return replace(
        facts,
        file_name=file.stem,
        file_names=tuple(_other_names(file, metadata)),
        captions=captions_of(metadata),
        algorithm=file.algorithm,
        rank=file.rank,
        has_preview=bool(file.preview),
        header=_header_of(file, metadata),
    )


def preview_of(source: DigestSource) -> str:
    """Return the generation parameters in the preview picture, "" where there are none or it cannot be read now."""
    file = source.file
    if file is None or not file.preview or not file.online:
        return ""
    try:
        return read_infotext(os.path.join(file.root, file.preview))
    except UnreadableFileError as error:
        log.debug("The preview of %s says nothing: %s", file.stem, error)
        return ""


def _said_examples(source: DigestSource, metadata: dict[str, Any], infotext: str) -> Iterator[ExamplePrompt]:
    """What others wrote: the preview first, for its user chose it; then the pages, other versions last."""
    names = _names_of(source, metadata)
    said = example_of_infotext(infotext, names, PREVIEW) if infotext else None
    if said is not None:
        yield said
    local = _local_file(source.file)
    found = [example for packed in source.documents for example in _of_document(packed, local, names)]
    yield from sorted(found, key=_is_of_another_version)


def _of_document(packed: bytes, local: LocalFile, names: AdapterNames) -> list[ExamplePrompt]:
    try:
        raw = unpack(packed, _LARGEST_DOCUMENT)
        return examples_of_document(parse_json(raw), local, names) if may_hold_prompts(raw) else []
    except (UnreadableFileError, zlib.error):
        return []  # the scan has said so already


def _is_of_another_version(example: ExamplePrompt) -> bool:
    return example.source == "other_version"


def _example_of_run(run: RunColumns) -> ExamplePrompt:
    return ExamplePrompt(
        run.prompt[:MAX_TEXT],
        run.te_weight or run.unet_weight,
        own=True,
        liked=min(max(run.liked, 0), 5),
        others=run.others[:MOST_OTHERS],
        source=GENERATION,
    )


def _names_of(source: DigestSource, metadata: dict[str, Any]) -> AdapterNames:
    file = source.file
    names: list[str | None] = [run.tag_name for run in source.runs[:1]]
    hashes: list[str | None] = []
    if file is not None:
        names += [file.stem, *_other_names(file, metadata)]
        hashes += [file.sha256, file.autov3, file.autov2 if not file.sha256 else None]
    return AdapterNames.of(names, hashes, source.adapter.version_id)


def _other_names(file: FileColumns, metadata: dict[str, Any]) -> list[str]:
    """What a file is called where it was published, in its header, and before it was renamed."""
    names = [file.published_name, metadata.get("ss_output_name"), *json_value(file.former_stems)]
    return [name[:MAX_LINE] for name in names if isinstance(name, str) and name][:MOST_NAMES]


def _local_file(file: FileColumns | None) -> LocalFile:
    if file is None:
        return LocalFile("", "", 0)
    return LocalFile(file.name, file.stem, file.size, file.autov3, file.sha256)


def _metadata_of(file: FileColumns | None) -> dict[str, Any]:
    if file is None or not file.header:
        return {}
    try:
        metadata = json.loads(unpack(file.header, _LARGEST_DOCUMENT))
    except (ValueError, RecursionError, zlib.error):
        return {}
    return metadata if isinstance(metadata, dict) else {}


def _header_of(file: FileColumns, metadata: dict[str, Any]) -> dict[str, Any]:
    measured = {"dim": file.rank, "alpha": file.alpha}
    return {**{key: value for key, value in measured.items() if value is not None}, **training_facts(metadata)}


def _stats_of(packed: Any) -> dict[str, Any]:
    stats = json_value(packed) if packed else {}
    return dict(list(stats.items())[:MOST_STATS]) if isinstance(stats, dict) else {}
