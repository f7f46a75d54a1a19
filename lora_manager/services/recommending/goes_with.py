"""What goes with adapters: by the user's own generations, by example prompts with several LoRAs in them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from lora_manager.db.kinship import kin_of
from lora_manager.db.own_uses import used_together
from lora_manager.search.ranking.index import RankIndex

MOST_ASKED = 20
"""Adapters whose companions are looked for at once."""
MOST_COMPANIONS = 200
"""Companions by example prompts that are looked at, those that stand in most of them."""
_HALF_USES, _HALF_EXAMPLES = 2.0, 3.0
"""How often two were used together for half of the full score."""
_OWN, _OTHERS = 1.0, 0.7
"""What the user's own generations and others' prompts count."""


def companions(
    connection: Connection, index: RankIndex, adapter_ids: Sequence[int], user_name: str = ""
) -> dict[int, float]:
    """Return how well others go with these adapters, 0 to 1, by what was used together.

    Others' prompts count whichever of the two they are examples of, and those of third adapters that name both.
    """
    asked = list(dict.fromkeys(adapter_ids))[:MOST_ASKED]
    if not asked:
        return {}
    found: dict[int, float] = {}
    for adapter_id, uses in used_together(connection, asked, user_name).items():
        found[adapter_id] = _OWN * uses / (uses + _HALF_USES)
    for adapter_id, prompts in _in_examples(connection, index, asked).items():
        score = _OTHERS * prompts / (prompts + _HALF_EXAMPLES)
        found[adapter_id] = 1.0 - (1.0 - found.get(adapter_id, 0.0)) * (1.0 - score)
    return {adapter_id: score for adapter_id, score in found.items() if adapter_id not in asked}


def _in_examples(connection: Connection, index: RankIndex, asked: Sequence[int]) -> dict[int, float]:
    """In how many example prompts each other adapter stands together with these.

    Without other versions of them: authors show those side by side, and nobody means to use both.
    """
    named = index.named_together(asked, MOST_COMPANIONS)
    kin = kin_of(connection, [*asked, *named]) if named else {}
    pages = {kin[adapter_id].model_id for adapter_id in asked if adapter_id in kin} - {None}
    return {one: count for one, count in named.items() if one in kin and kin[one].model_id not in pages}
