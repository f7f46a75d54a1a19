"""Folding: other versions of an adapter, and near twins by its author, are shown below the best of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lora_manager.db.kinship import Kin
from lora_manager.search.ranking.terms import words_of
from lora_manager.services.recommending.suggestions import AUTHOR, VERSION

AreTwins = Callable[[int, int], bool]
TWIN = 2 / 3
"""From this share of common words on, two names by one author are those of near twins."""
_VERSION_WORD = re.compile(r"v?\d+(?:\.\d+)*[a-z]?|v|ver|version|epoch|ep|final|beta|alpha|fix(?:ed)?|updated?")
_BREAK = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=[vV]?\d)")
_KIND = re.compile(r"(?<![A-Za-z])(?:lora|locon|lycoris|loha|lokr|sdxl|sd15|sd|xl)(?![A-Za-z])", re.I)


@dataclass(frozen=True)
class Group:
    """An adapter with those that are shown below it: (id, why)."""

    id: int
    below: tuple[tuple[int, str], ...] = ()


def folded(
    ranked: Sequence[int], kin: Mapping[int, Kin], are_twins: AreTwins = lambda one, other: False
) -> list[Group]:
    """Return the groups of adapters that are ranked, the first of each leads it; the order of the leads stays.

    `are_twins` says of two by one author whether they are nearly the same, beside those whose names say so.
    """
    leads: dict[int, list[tuple[int, str]]] = {}
    cores = {adapter_id: core_of(kin[adapter_id].name) for adapter_id in ranked if adapter_id in kin}
    for adapter_id in ranked:
        own = kin.get(adapter_id)
        for lead in leads if own is not None else ():
            why = _why(own, kin[lead], cores[adapter_id], cores[lead], are_twins) if own and lead in kin else ""
            if why:
                leads[lead].append((adapter_id, why))
                break
        else:
            leads[adapter_id] = []
    return [Group(lead, tuple(below)) for lead, below in leads.items()]


def core_of(name: str) -> frozenset[str]:
    """Return the words of a name without those that only say which version or kind of file it is."""
    words = words_of(_BREAK.sub(" ", _KIND.sub(" ", name)))
    return frozenset(word for word in words if not _VERSION_WORD.fullmatch(word))


def _why(own: Kin, lead: Kin, core: frozenset[str], lead_core: frozenset[str], are_twins: AreTwins) -> str:
    if own.model_id is not None and own.model_id == lead.model_id:
        return VERSION
    if own.author != lead.author:
        return ""
    if core and core == lead_core:
        return VERSION
    if not own.author:
        return ""
    common = len(core & lead_core) / max(len(core | lead_core), 1)
    return AUTHOR if common >= TWIN or are_twins(lead.id, own.id) else ""
