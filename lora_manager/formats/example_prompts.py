"""Example prompts: what was written to make the pictures that show an adapter, read out of every kind of document."""

from __future__ import annotations

from dataclasses import dataclass

MOST_EXAMPLES = 60
"""Examples of one adapter that are kept."""
MAX_TEXT = 2_000
"""Characters of an example prompt that are kept."""


@dataclass(frozen=True)
class ExamplePrompt:
    """A prompt that this adapter was used in.

    text: the prompt, LoRA tags included, at most MAX_TEXT characters. weight: this adapter's own weight in it, where it
    says one. own: a generation of the user's own. liked: the user's rating of it, 0 (none) to 5, 0 where it is not
    their own. others: names of the other LoRAs in it, as they are written there. source: where it was read ("civitai",
    "preview", "generation", ...).
    """

    text: str
    weight: float | None = None
    own: bool = False
    liked: int = 0
    others: tuple[str, ...] = ()
    source: str = ""
