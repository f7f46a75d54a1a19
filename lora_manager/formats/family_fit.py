"""Which families a LoRA may be of to work with a model."""

from __future__ import annotations

from dataclasses import dataclass

from lora_manager.formats.base_model_rules import BY_NAME, FAMILIES

SAME, USABLE, NOT, UNKNOWN = "same", "usable", "not", "unknown"
TRAINED_APART = frozenset(
    {
        *("Kolors", "Playground", "Pony V7", "Chroma", "LongCat-Image", "Ovis-Image", "Bria", "LTX-2", "Sana"),
        *("GLM-Image", "Anima"),
    }
)
"""Families with the keys of others whose weights do not descend from theirs, or no longer resemble them."""


@dataclass(frozen=True)
class Fit:
    """How a LoRA fits a model. `kind` is SAME, USABLE, NOT or UNKNOWN; `note` says it in a sentence where needed."""

    kind: str
    note: str = ""


def fit(adapter_family: str, model_family: str) -> Fit:
    """Return how a LoRA of one family fits a model of another; UNKNOWN where either is not known here."""
    if adapter_family not in BY_NAME or model_family not in BY_NAME:
        return Fit(UNKNOWN)
    if adapter_family == model_family:
        return Fit(SAME)
    if architecture(adapter_family) != architecture(model_family):
        return Fit(NOT, f"Made for {adapter_family}: does not work on {model_family}.")
    if adapter_family in TRAINED_APART or model_family in TRAINED_APART:
        note = f"Made for {adapter_family}: it loads on {model_family}, which was trained apart; expect little of it."
        return Fit(USABLE, note)
    return Fit(USABLE, f"Made for {adapter_family}: works on {model_family}, less well than on its own.")


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
