"""The user's own keys, as AUTOMATIC1111 and Forge save them: in a file of their own or into a Civitai record."""

from __future__ import annotations

from lora_manager.formats.html_text import plain_to_html
from lora_manager.formats.record import AdapterRecord, Source
from lora_manager.formats.sidecars import civitai_common, values
from lora_manager.formats.sidecars.local_file import LocalFile
from lora_manager.formats.sidecars.values import JsonObject, Problems

_SPACED_KEYS = frozenset({"activation text", "sd version", "preferred weight", "negative text"})
USER_KEYS = _SPACED_KEYS | {"notes"}
"""The keys that only this format has: wherever they stand, they are the user's."""

_ALL_KEYS = USER_KEYS | {
    "description",
    "tags",
    "modelId",
    "modelVersionId",
    "sha256",
    "vae",
    "extensions",
    "unpackList",
}


def matches(document: JsonObject) -> bool:
    """Whether this is a file of user metadata; every key of it is optional, an empty file is none."""
    return has_user_keys(document, _SPACED_KEYS) or (bool(document) and document.keys() <= _ALL_KEYS)


def has_user_keys(document: JsonObject, keys: frozenset[str] = USER_KEYS) -> bool:
    """Whether the user's keys stand in this record of whatever format."""
    return not keys.isdisjoint(document)


def read(document: JsonObject, local: LocalFile, problems: Problems) -> list[AdapterRecord]:
    """The record of a file that holds nothing but user metadata."""
    return [read_user_keys(document, problems, own_description=True)]


def read_user_keys(document: JsonObject, problems: Problems, *, own_description: bool) -> AdapterRecord:
    """The user's record. `own_description`: false in a Civitai record, whose `description` is the author's."""
    record = AdapterRecord(
        source=Source.A1111,
        activation_text=values.read_text(document, "activation text", problems),
        negative_text=values.read_text(document, "negative text", problems),
        notes=values.read_text(document, "notes", problems),
        weight=values.read_weight(document, "preferred weight", problems),
        sd_version=_sd_version(document, problems),
    )
    if not own_description:
        return record
    description = values.read_text(document, "description", problems, values.HTML_LENGTH)
    return AdapterRecord(
        **{
            **vars(record),
            "description_html": plain_to_html(description) if description else None,
            "tags": values.read_texts(document, "tags", problems, values.TAG_COUNT, values.TAG_LENGTH),
            # civitai-browser-plus writes "Model not found" for the ids: not worth a problem.
            "model_id": values.integer_of(document.get("modelId")),
            "version_id": values.integer_of(document.get("modelVersionId")),
            "sha256": civitai_common.sha256_claim(document.get("sha256")),
        }
    )


def read_description(text: str) -> AdapterRecord | None:
    """The record of a `<stem>.txt`: the user's description, which wins over every other."""
    description = values.storable(text[: values.HTML_LENGTH].strip())
    return AdapterRecord(source=Source.TEXT, description_html=plain_to_html(description)) if description else None


def _sd_version(document: JsonObject, problems: Problems) -> str | None:
    version = values.read_line(document, "sd version", problems, 100)
    return None if version and version.lower() in ("unknown", "other") else version
