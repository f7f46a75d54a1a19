"""The marks of formats that are recognised but not read yet, and of the empty record."""

from __future__ import annotations

from lora_manager.formats.record import AdapterRecord
from lora_manager.formats.sidecars.local_file import LocalFile
from lora_manager.formats.sidecars.values import JsonObject, Problems

_STABILITY_MATRIX = frozenset({"VersionId", "ModelName", "ImportedAt", "TrainedWords", "AuthorUsername"})
_DRAW_THINGS = frozenset({"is_lo_ha", "converted", "prefix"})


def is_stability_matrix(document: JsonObject) -> bool:
    """StabilityMatrix, `<stem>.cm-info.json`."""
    return not _STABILITY_MATRIX.isdisjoint(document)


def is_comfyui_lora_manager(document: JsonObject) -> bool:
    """ComfyUI-Lora-Manager, `<stem>.metadata.json`."""
    return "file_name" in document and not {"model_name", "civitai", "from_civitai"}.isdisjoint(document)


def is_civarchive(document: JsonObject) -> bool:
    """A page of CivArchive."""
    version = document.get("version")
    return (
        isinstance(document.get("versions"), list)
        and isinstance(version, dict)
        and ("platform_url" in version or "mirrors" in version)
    )


def is_rgthree(document: JsonObject) -> bool:
    """rgthree-comfy, `<file name>.rgthree-info.json`."""
    words = document.get("trainedWords")
    if isinstance(document.get("raw"), dict) and isinstance(words, list):
        return all(isinstance(word, dict) for word in words)
    return False


def is_swarmui(document: JsonObject) -> bool:
    """SwarmUI, `<stem>.swarm.json`, or a dump of a modelspec header."""
    return _has_prefix(document, "modelspec.")


def is_kohya(document: JsonObject) -> bool:
    """A dump of a kohya header, bare or as `{"file": ..., "metadata": {...}}`."""
    metadata = document.get("metadata")
    return _has_prefix(document, "ss_") or ("file" in document and isinstance(metadata, dict))


def is_draw_things(document: JsonObject) -> bool:
    """Draw Things, `metadata.json`."""
    return not _DRAW_THINGS.isdisjoint(document)


def is_empty(document: JsonObject) -> bool:
    """`{}`: what Civitai Helper writes for a file that Civitai does not know."""
    return not document


def read_empty(document: JsonObject, local: LocalFile, problems: Problems) -> list[AdapterRecord]:
    """Nothing is what it says."""
    return []


def _has_prefix(document: JsonObject, prefix: str) -> bool:
    return any(key.startswith(prefix) for key in document)
