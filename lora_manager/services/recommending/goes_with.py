"""What goes with adapters: by the user's own generations, by example prompts with several LoRAs in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection

from lora_manager.db.digests import examples_of
from lora_manager.db.own_uses import used_together
from lora_manager.services.tag_names import TagNames

MOST_ASKED = 20
"""Adapters whose companions are looked for at once."""
MOST_NAMES = 40
"""Names in example prompts that are resolved, the commonest."""
_HALF_USES, _HALF_EXAMPLES = 2.0, 3.0
"""How often two were used together for half of the full score."""
_OWN, _OTHERS = 1.0, 0.7
"""What the user's own generations and others' prompts count."""


def companions(
    connection: Connection, tag_names: TagNames, adapter_ids: Sequence[int], user_name: str = ""
) -> dict[int, float]:
    """Return how well others go with these adapters, 0 to 1, by what was used together."""
    asked = list(dict.fromkeys(adapter_ids))[:MOST_ASKED]
    if not asked:
        return {}
    found: dict[int, float] = {}
    for adapter_id, count in used_together(connection, asked, user_name).items():
        found[adapter_id] = _OWN * count / (count + _HALF_USES)
    for adapter_id, count in _in_examples(connection, tag_names, asked).items():
        score = _OTHERS * count / (count + _HALF_EXAMPLES)
        found[adapter_id] = 1.0 - (1.0 - found.get(adapter_id, 0.0)) * (1.0 - score)
    return {adapter_id: score for adapter_id, score in found.items() if adapter_id not in asked}


def _in_examples(connection: Connection, tag_names: TagNames, asked: Sequence[int]) -> Counter[int]:
    """In how many example prompts of these adapters each other adapter stands."""
    names: Counter[str] = Counter()
    for examples in examples_of(connection, asked).values():
        # The user's own prompts are uses already.
        names.update(name for example in examples if not example.own for name in set(example.others))
    often = [name for name, _ in names.most_common(MOST_NAMES)]
    files = tag_names.resolve(connection, often) if often else {}
    found: Counter[int] = Counter()
    for name, file in files.items():
        found[file.adapter_id] += names[name]
    return found
