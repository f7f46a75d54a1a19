"""What stands in the tab: one element of our page for each part, with a sentence until its JavaScript has come."""

from __future__ import annotations

import html

PARTS = ("Catalogue", "Recommend", "Generate", "Analytics", "Library")
"""Titles of the inner tabs, in their order."""

WAITING = (
    "LoRA Manager is loading. If this sentence stays, its JavaScript was not loaded: load this page again, and if that"
    " does not help, restart the web UI and look at its log."
)


def mount_html(part: str) -> str:
    """Return the element of one part. Its page replaces the sentence in it."""
    name = f"lm-{part.lower()}"
    return f"<{name}>{html.escape(WAITING)}</{name}>"


def problem_html(problem: str) -> str:
    """Return what stands in the tab instead of its parts when something that they need is missing."""
    return f'<div class="lora-manager-problem"><p>{html.escape(problem)}</p></div>'
