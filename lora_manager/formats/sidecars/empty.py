"""The empty record."""

from __future__ import annotations

from lora_manager.formats.record import AdapterRecord
from lora_manager.formats.sidecars.local_file import LocalFile
from lora_manager.formats.sidecars.values import JsonObject, Problems


def matches(document: JsonObject) -> bool:
    """`{}`: what Civitai Helper writes for a file that Civitai does not know."""
    return not document


def read(document: JsonObject, local: LocalFile, problems: Problems) -> list[AdapterRecord]:
    """Nothing is what it says."""
    return []
