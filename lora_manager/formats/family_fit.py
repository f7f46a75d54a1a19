"""Which families a LoRA may be of to work with a model."""

from __future__ import annotations

from lora_manager.formats.base_model_rules import BY_NAME, FAMILIES


def fitting_families(family: str) -> tuple[str, ...]:
    """Return the families whose LoRAs have the keys that a model of this family takes; none for one not known here.

    A LoRA of Pony works on an SDXL model, less well than on one of its own: it is shown, and its base model beside it.
    """
    if family not in BY_NAME:
        return ()
    wanted = architecture(family)
    return tuple(one.name for one in FAMILIES if architecture(one.name) == wanted)


def architecture(family: str) -> str:
    """Return the family that stands for all those with the same keys: SDXL for Pony."""
    seen = [family]
    while refined := BY_NAME[seen[-1]].refines:
        if refined in seen:  # two that cannot be told apart refine each other: Anima and Cosmos
            return min(seen[seen.index(refined) :])
        seen.append(refined)
    return seen[-1]
