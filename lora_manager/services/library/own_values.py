"""What the user set in LoRA Manager, read back from a record into which it was written: a lost database loses none.

Anybody may have written such a record, so each value is checked as one that is typed is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lora_manager.errors import BadInputError


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
