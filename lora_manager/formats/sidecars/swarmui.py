"""SwarmUI records, `<stem>.swarm.json`, and dumps of a header: the keys are those of the header itself."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from lora_manager.formats.header_record import records_of_metadata
from lora_manager.formats.record import AdapterRecord, Source
from lora_manager.formats.sidecars.local_file import LocalFile
from lora_manager.formats.sidecars.values import JsonObject, Problems

_LONGEST = 1_000_000


def matches_modelspec(document: JsonObject) -> bool:
    """Whether this is a SwarmUI record, or another flat dump of a modelspec header."""
    return any(key.startswith("modelspec.") for key in document)


def matches_kohya(document: JsonObject) -> bool:
    """Whether this is a dump of a kohya header, bare or as `{"file": ..., "metadata": {...}}`."""
    metadata = document.get("metadata")
    return any(key.startswith("ss_") for key in document) or ("file" in document and isinstance(metadata, dict))


def read(document: JsonObject, local: LocalFile, problems: Problems) -> list[AdapterRecord]:
    """What the header says, or said before somebody took it out of the file."""
    inner = document.get("metadata")
    fields = inner if isinstance(inner, dict) and "file" in document else document
    records = records_of_metadata({key: _as_in_a_header(value) for key, value in fields.items() if value is not None})
    # What lies beside the file was written after its header, mostly by its user.
    return [replace(one, source=Source.SWARMUI) if one.source is Source.MODELSPEC else one for one in records]


def _as_in_a_header(value: Any) -> str:
    """In a header all values are strings, some of them JSON; who dumps one parses these."""
    return value[:_LONGEST] if isinstance(value, str) else json.dumps(value, ensure_ascii=False)[:_LONGEST]
