"""SwarmUI records, `<stem>.swarm.json`, and dumps of a header: the keys are those of the header itself."""

from __future__ import annotations

from lora_manager.formats.header_record import records_of_metadata
from lora_manager.formats.record import AdapterRecord
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
    # In a header all values are strings; a dump may hold numbers. What is an object already is no header's value.
    texts = {key: value if isinstance(value, str) else str(value) for key, value in fields.items() if _is_plain(value)}
    odd = [key for key, value in fields.items() if value is not None and not _is_plain(value)]
    if odd:
        problems.append(f"{', '.join(odd[:3])}: not a plain value as in a header")
    return records_of_metadata({key: text[:_LONGEST] for key, text in texts.items()})


def _is_plain(value: object) -> bool:
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)
