"""The table of sidecar formats, told apart by what is in the file; and the one way to read any of them.

The order of `FORMATS` is that of the tests: the first that matches decides, so the stricter ones come first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lora_manager.formats.record import AdapterRecord
from lora_manager.formats.sidecars import (
    a1111,
    civarchive,
    civitai_model,
    civitai_version,
    comfyui_lora_manager,
    draw_things,
    empty,
    plain,
    rgthree,
    stability_matrix,
    swarmui,
)
from lora_manager.formats.sidecars.local_file import LocalFile
from lora_manager.formats.sidecars.values import JsonObject, Problems, kind_of
from lora_manager.formats.sidecars.wrappers import Unwrapped, unwrap
from lora_manager.formats.sidecars.writing.extension import extension_of, own_values, without_ours

UNKNOWN = "unknown"
_MAX_PROBLEMS = 20
_MAX_PROBLEM_LENGTH = 200

Read = Callable[[JsonObject, LocalFile, Problems], list[AdapterRecord]]


@dataclass(frozen=True)
class SidecarFormat:
    """One format. title: its name for users."""

    name: str
    title: str
    matches: Callable[[JsonObject], bool]
    read: Read


@dataclass(frozen=True)
class SidecarReading:
    """What came out of one sidecar.

    partial: in plain words, what is there but could not be used; empty when all of it was read.
    kind: "" when all was read, else "json_list", "unknown_sidecar" or "partly_read", for the problem.
    own: what our own user set, by field and unchecked; own_at: when that was written (ISO, UTC). The rest is read as if
    we had never written into the file.
    """

    format: str
    records: tuple[AdapterRecord, ...] = ()
    partial: tuple[str, ...] = ()
    kind: str = ""
    own: JsonObject = field(default_factory=dict)
    own_at: str = ""


FORMATS: tuple[SidecarFormat, ...] = (
    SidecarFormat("civitai_model", "Civitai model record", civitai_model.matches, civitai_model.read),
    SidecarFormat("civitai_version", "Civitai version record", civitai_version.matches, civitai_version.read),
    SidecarFormat("stability_matrix", "StabilityMatrix record", stability_matrix.matches, stability_matrix.read),
    SidecarFormat(
        "comfyui_lora_manager",
        "ComfyUI-Lora-Manager record",
        comfyui_lora_manager.matches,
        comfyui_lora_manager.read,
    ),
    SidecarFormat("civarchive", "CivArchive record", civarchive.matches, civarchive.read),
    SidecarFormat("a1111", "A1111 user metadata", a1111.matches, a1111.read),
    SidecarFormat("rgthree", "rgthree-comfy record", rgthree.matches, rgthree.read),
    SidecarFormat("swarmui", "SwarmUI or modelspec record", swarmui.matches_modelspec, swarmui.read),
    SidecarFormat("kohya", "kohya training metadata", swarmui.matches_kohya, swarmui.read),
    SidecarFormat("draw_things", "Draw Things record", draw_things.matches, draw_things.read),
    SidecarFormat("empty", "empty record", empty.matches, empty.read),
    SidecarFormat("other", "record of another program", plain.matches, plain.read),
)


def identify(document: Any) -> SidecarFormat | None:
    """The format of a parsed document, wrapped or not; None when it is none of the table."""
    document, _, _ = _apart(document)
    return _format_of(unwrap(document, None).document)


def read_records(document: Any, local: LocalFile) -> SidecarReading:
    """Everything that a parsed sidecar says of the local file. Never raises, whatever JSON it is given."""
    document, own, own_at = _apart(document)
    unwrapped = unwrap(document, local)
    form = _format_of(unwrapped.document)
    if form is None or unwrapped.document is None:
        kind, message = _why_unknown(document, unwrapped)
        return SidecarReading(UNKNOWN, (), (message,), kind, own, own_at)
    problems: Problems = [unwrapped.reason] if unwrapped.reason else []
    records = form.read(unwrapped.document, local, problems)
    kind = unwrapped.kind or ("partly_read" if problems else "")
    # A damaged list says the same of each of its entries: once is enough.
    partial = tuple(dict.fromkeys(problem[:_MAX_PROBLEM_LENGTH] for problem in problems))[:_MAX_PROBLEMS]
    return SidecarReading(form.name, tuple(records), partial, kind, own, own_at)


def _apart(document: Any) -> tuple[Any, JsonObject, str]:
    """The record without what we wrote into it, that, and since when. A file that is ours alone is of A1111's form."""
    if not isinstance(document, dict) or "extensions" not in document:
        return document, {}, ""
    before = without_ours(document)
    if not before and document != before:
        before = {"extensions": {}}
    return before, own_values(document), extension_of(document).written_at


def _format_of(document: JsonObject | None) -> SidecarFormat | None:
    if document is None:
        return None
    return next((form for form in FORMATS if form.matches(document)), None)


def _why_unknown(document: Any, unwrapped: Unwrapped | None = None) -> tuple[str, str]:
    """Kind and message of the problem, with the remedy."""
    if unwrapped is not None and unwrapped.reason:
        return unwrapped.kind or "unknown_sidecar", unwrapped.reason
    if isinstance(document, list):
        return (
            "json_list",
            f"holds a list of {len(document)} entries, not one record; keep only this model's entry in it",
        )
    if isinstance(document, dict):
        keys = ", ".join(repr(key[:30]) for key in list(document)[:5])
        return (
            "unknown_sidecar",
            f"is in no format that is known here (its first keys: {keys}); the LoRA is listed without it",
        )
    return "unknown_sidecar", f"holds {kind_of(document)}, not a record; remove it or download the record again"
