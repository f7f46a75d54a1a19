"""Ids of our elements in the host's page. `web/host/tabs.js` finds them by the same names."""

from __future__ import annotations

TAB = "lora_manager"
"""SDNext's Modern UI shows its first two letters in the rail, and the whole of it, joined, beside them."""

PARTS = "lora_manager_parts"
"""The inner tabs."""


def part_id(name: str) -> str:
    """Return the id of one inner tab, by its name in lower case."""
    return f"{TAB}_{name}"
