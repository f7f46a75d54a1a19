"""Example prompts: what was written to make the pictures that show an adapter, as they are kept.

Several sources say the same prompt: it is kept once, by its words alone. Where they are read: `example_documents`.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lora_manager.formats.lora_tags import strip_tags
from lora_manager.formats.packing import pack, unpack

MOST_EXAMPLES = 60
"""Examples of one adapter that are kept."""
MOST_OWN = 40
"""Of these the user's own, where there are others too: the pages show what the adapter can do besides."""
MAX_TEXT = 2_000
"""Characters of an example prompt that are kept."""
MOST_OTHERS = 20
MAX_NAME = 120
LARGEST_WEIGHT = 10.0
_LARGEST_PACKED = 4_000_000
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class ExamplePrompt:
    """A prompt that this adapter was used in.

    text: the prompt, LoRA tags included, at most MAX_TEXT characters. weight: this adapter's own weight in it, where it
    says one. own: a generation of the user's own. liked: the user's rating of it, 0 (none) to 5, 0 where it is not
    their own. others: names of the other LoRAs in it, as they are written there. source: where it was read ("page" for
    the adapter's own version, "other_version", "preview", "generation").
    """

    text: str
    weight: float | None = None
    own: bool = False
    liked: int = 0
    others: tuple[str, ...] = ()
    source: str = ""


def choose_examples(own: Iterable[ExamplePrompt], others: Iterable[ExamplePrompt]) -> tuple[ExamplePrompt, ...]:
    """Return the examples that are kept, the user's own first; both in the order in which they are to be preferred.

    Of several with the same words, whatever their LoRA tags and weights, the first stands for all: with the best rating
    among them, and the first weight that any of them says.
    """
    kept: dict[str, ExamplePrompt] = {}
    mine = _gather(kept, own, MOST_EXAMPLES)
    more = _gather(kept, others, MOST_EXAMPLES)
    chosen = mine[: max(MOST_OWN, MOST_EXAMPLES - len(more))] + more
    return tuple(kept[key] for key in chosen[:MOST_EXAMPLES])


def pack_examples(examples: Sequence[ExamplePrompt], of: Mapping[str, Any] | None = None) -> bytes:
    """Return examples as a digest keeps them. `of`: what else makes one digest another than the next."""
    rows = [[one.text, one.weight, one.own, one.liked, list(one.others), one.source] for one in examples]
    text = json.dumps([dict(of or {}), rows], ensure_ascii=False, separators=(",", ":"))
    return pack(text.encode("utf-8", "replace"))


def unpack_examples(packed: bytes) -> tuple[ExamplePrompt, ...]:
    """Return what `pack_examples` packed; nothing of what it did not pack."""
    try:
        _, rows = json.loads(unpack(packed, _LARGEST_PACKED))
        return tuple(
            ExamplePrompt(text, weight, own, liked, tuple(others), source)
            for text, weight, own, liked, others, source in rows
        )
    except (ValueError, TypeError, zlib.error):
        return ()


def _gather(kept: dict[str, ExamplePrompt], examples: Iterable[ExamplePrompt], most: int) -> list[str]:
    """Add examples to those that are kept; returns the keys of the new ones."""
    added: list[str] = []
    for example in examples:
        key = words_of(example.text)
        held = kept.get(key)
        if held is not None:
            weight = example.weight if held.weight is None else held.weight
            kept[key] = replace(held, weight=weight, liked=max(held.liked, example.liked))
        elif key and len(added) < most:
            kept[key] = example
            added.append(key)
    return added


def words_of(text: str) -> str:
    """Return what makes two prompts the same: their words in order, without numbers and LoRA tags."""
    words = _WORD.findall(strip_tags(text).casefold())
    return " ".join(word for word in words if not word.isdecimal())
