"""What the user set in LoRA Manager, read back from a record into which it was written: a lost database loses none.

Anybody may have written such a record, so each value is checked as one that is typed is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lora_manager.db.rows import DescribedFile
from lora_manager.errors import BadInputError
from lora_manager.formats.base_model import family_of
from lora_manager.formats.html_text import html_to_text
from lora_manager.formats.record import Source
from lora_manager.search.card_text import MAX_DESCRIPTION

_COLLECTIONS = ("tags", "trigger_groups")
_NEVER_EMPTY: Mapping[str, Any] = {"base_model": "", "rating": 0, "favourite": False}


def checked_values(values: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the values that can be a field's, and of the others why not."""
    # Brings SQLAlchemy, which the processes that read a library have no other use for.
    from lora_manager.services.editing import check_value

    checked: dict[str, Any] = {}
    refused: list[str] = []
    for name, value in values.items():
        try:
            checked[name] = check_value(name, value)
        except BadInputError as error:
            refused.append(str(error))
    return checked, refused


def apply_own_values(described: DescribedFile, values: Mapping[str, Any]) -> None:
    """Put the user's values over what the sources say. Those without a source of their own are the database's."""
    for name, value in values.items():
        if name in _COLLECTIONS:
            setattr(described, name, value)
        elif hasattr(described.adapter, name):
            setattr(described.adapter, name, _NEVER_EMPTY.get(name) if value is None else value)
        else:
            described.own[name] = value
            continue
        described.adapter.sources[name] = Source.USER.value
    if "base_model" in values:
        described.adapter.family = family_of(described.adapter.base_model)
    if "description" in values:
        described.description_text = html_to_text(values["description"] or "")[:MAX_DESCRIPTION]
