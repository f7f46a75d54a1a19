"""Civitai VERSION records: what Civitai Helper keeps as `<stem>.civitai.info`."""

from __future__ import annotations

from dataclasses import replace

from lora_manager.formats.record import AdapterRecord
from lora_manager.formats.sidecars import a1111, civitai_common, values
from lora_manager.formats.sidecars.civitai_model import read_model
from lora_manager.formats.sidecars.local_file import LocalFile
from lora_manager.formats.sidecars.values import JsonObject, Problems
from lora_manager.formats.sidecars.version_choice import choose_file


def matches(document: JsonObject) -> bool:
    """Whether this is a version record."""
    if "modelId" not in document:
        return False
    parts = (document.get("model"), document.get("files"), document.get("images"))
    return isinstance(parts[0], dict) or isinstance(parts[1], list) or isinstance(parts[2], list)


def read(document: JsonObject, local: LocalFile, problems: Problems) -> list[AdapterRecord]:
    """The records of the version and of its model, and of the user when A1111 saved into the same file."""
    if _is_skeleton(document):
        return []
    record = civitai_common.read_version(document, choose_file(document, local), local, problems)
    part = values.read_object(document, "model", problems)
    model = read_model(_with_creator(part, document), problems)
    records = [
        replace(
            record,
            visibility=civitai_common.visibility_of(record.visibility, part.get("mode")),
            stats=values.read_counters(document, "stats", problems),
        ),
        replace(model, model_id=record.model_id),
    ]
    if a1111.has_user_keys(document):
        records.insert(0, a1111.read_user_keys(document, problems, own_description=False))
    return records


def _is_skeleton(document: JsonObject) -> bool:
    """Civitai Helper's place holder for a file that Civitai does not know, or a record made of what others said.

    In the first every text is empty; the second is ours, and would only repeat them as if Civitai had said so.
    """
    extensions = document.get("extensions")
    for program, flag in (("sd_civitai_helper", "skeleton_file"), ("lora_manager", "made_of_fields")):
        mark = extensions.get(program) if isinstance(extensions, dict) else None
        if isinstance(mark, dict) and mark.get(flag) is True:
            return True
    return not document.get("modelId") and not document.get("id") and not document.get("name")


def _with_creator(model: JsonObject, document: JsonObject) -> JsonObject:
    """The model part, with the creator where a writer put it beside instead of inside."""
    creator = document.get("creator")
    return {**model, "creator": creator} if "creator" not in model and creator is not None else model
