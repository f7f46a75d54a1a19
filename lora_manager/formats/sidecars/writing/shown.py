"""The keys by which AUTOMATIC1111 and SDNext show a LoRA, and how our fields are put into their words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lora_manager.formats.base_model import family_of
from lora_manager.formats.family_fit import architecture
from lora_manager.formats.html_text import html_to_text

KEYS = {
    "description": "description",
    "base_model": "sd version",
    "trigger_groups": "activation text",
    "weight": "preferred weight",
    "negative_text": "negative text",
    "notes": "notes",
    "tags": "tags",
}
"""The key of each field that another program shows, in AUTOMATIC1111's order."""
FIELDS = {key: field for field, key in KEYS.items()}
BETWEEN_WORDS = ", "
UNKNOWN = "Unknown"
"""What AUTOMATIC1111 says of a base model that it has no word for."""
_WORDS = {"SD 1.5": "SD1", "SD 2.x": "SD2", "SDXL": "SDXL", "Flux.1": "Flux"}


def shown_value(field: str, value: Any) -> Any:
    """A field's value as it is shown under its key; what says nothing where the field says nothing."""
    if field == "weight":
        return float(value or 0)
    if field == "tags":
        return list(value or ())
    if field == "trigger_groups":
        return inserted(value or ())
    if field == "base_model":
        family = family_of(value or "")
        return _WORDS.get(architecture(family), UNKNOWN) if family else UNKNOWN
    if field == "description":
        return html_to_text(value or "")
    return value or ""


def inserted(groups: Sequence[Sequence[str]]) -> str:
    """The trigger words that go into a prompt unless one chooses others: those of the first group.

    AUTOMATIC1111 puts this text into the prompt as it stands, so it can hold no alternatives. Ours keeps all groups.
    """
    return BETWEEN_WORDS.join(groups[0]) if groups else ""


def said(key: str, value: Any) -> Any:
    """What a value under one of the keys says, for comparing; None when it says nothing."""
    if isinstance(value, str):
        text = "\n".join(line.rstrip() for line in value.replace("\r\n", "\n").split("\n")).strip()
        return text if text and not (key == KEYS["base_model"] and text == UNKNOWN) else None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value) or None if abs(value) < 1e300 else value
    return value or None
