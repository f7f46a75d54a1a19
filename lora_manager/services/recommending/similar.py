"""What is like an adapter: by its text, its look, its technique, or all of them together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from lora_manager.db.kinship import documents_of
from lora_manager.errors import BadInputError
from lora_manager.search.ranking.document import unpack
from lora_manager.search.ranking.index import RankIndex
from lora_manager.search.ranking.terms import Terms
from lora_manager.services.recommending.asking import Ids, Vectors
from lora_manager.services.recommending.scope import Scope
from lora_manager.services.recommending.similar_text import similar_texts

FUSED, TEXT, LOOK, TECHNIQUE = "fused", "text", "look", "technique"
WAYS = (FUSED, TEXT, LOOK, TECHNIQUE)
WEIGHTS: Mapping[str, float] = {"text": 1.0, "semantic": 0.3, "artistic": 0.3, "look": 0.5, "technical": 0.05}
"""What each kind of likeness counts where they are put together: by scores, never by rank, the text first."""
USUAL: Mapping[str, float] = {"text": 0.0, "semantic": 0.3, "artistic": 0.3, "look": 0.5, "technical": 0.9}
"""The likeness that any two have: cosines of vectors begin there where they are put together with the text."""
KINDS_OF: Mapping[str, tuple[str, ...]] = {
    FUSED: ("text", "semantic", "artistic", "look", "technical"),
    TEXT: ("text", "semantic"),
    LOOK: ("look", "artistic"),
    TECHNIQUE: ("technical",),
}
LEAST = 0.01
"""Texts that are less alike share nothing but common words."""
NEAREST = 200
"""Adapters that each kind of likeness brings in."""


@dataclass(frozen=True)
class Likeness:
    """How like others are: their scores 0 to 1, best first, and what each kind of likeness adds to each.

    `available` are the ways in which they can be compared, `terms` those of the adapter that were looked up.
    """

    by: str
    available: tuple[str, ...]
    scores: Mapping[int, float]
    parts: Mapping[int, Mapping[str, float]]
    terms: frozenset[int] = frozenset()


def likeness(
    connection: Connection, index: RankIndex, scope: Scope, vectors: Vectors | None, adapter_id: int, by: str
) -> Likeness:
    """Return how like other adapters are. Raises BadInputError for a way of comparing that there is none of."""
    if by not in WAYS:
        raise BadInputError(f"by: must be one of {', '.join(WAYS)}.")
    texts, terms = _by_text(connection, index, scope, adapter_id) if by in (FUSED, TEXT) else ({}, frozenset())
    kinds = {kind: scores for kind, scores in {"text": texts}.items() if scores}
    has = tuple(vectors.available(connection, adapter_id)) if vectors is not None else ()
    for kind in KINDS_OF[by]:
        if kind in has and vectors is not None:
            kinds[kind] = dict(vectors.similar(connection, adapter_id, kind, NEAREST))
    parts = _together(kinds)
    wanted = _allowed(scope, parts, adapter_id)
    sums = {other: min(1.0, sum(parts[other].values())) for other in wanted}
    ordered = dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))
    return Likeness(by, _ways(has), ordered, parts, terms)


def _together(kinds: Mapping[str, Mapping[int, float]]) -> dict[int, dict[str, float]]:
    """What each kind of likeness adds to each adapter's."""
    total = sum(WEIGHTS[kind] for kind in kinds) or 1.0
    parts: defaultdict[int, dict[str, float]] = defaultdict(dict)
    for kind, scores in kinds.items():
        usual = USUAL[kind] if len(kinds) > 1 else 0.0
        for other, score in scores.items():
            if score > usual:
                parts[other][kind] = WEIGHTS[kind] * (score - usual) / (1.0 - usual) / total
    return dict(parts)


def _ways(has: Sequence[str]) -> tuple[str, ...]:
    found = [TEXT]
    if "look" in has or "artistic" in has:
        found.append(LOOK)
    if "technical" in has:
        found.append(TECHNIQUE)
    return (FUSED, *found) if len(found) > 1 else tuple(found)


def _by_text(
    connection: Connection, index: RankIndex, scope: Scope, adapter_id: int
) -> tuple[dict[int, float], frozenset[int]]:
    packed = documents_of(connection, [adapter_id]).get(adapter_id)
    if packed is None:
        return {}, frozenset()
    try:
        found = similar_texts(index, unpack(packed))
    except BadInputError:  # of an older program: it is being made anew
        return {}, frozenset()
    scores = np.where(scope.mask_of(index.ids), found.scores, np.float32(0.0))
    count = min(NEAREST, len(scores))
    best = np.argpartition(-scores, count - 1)[:count] if count else np.zeros(0, np.int64)
    near = {int(index.ids[at]): float(scores[at]) for at in best if scores[at] >= LEAST}
    return near, _as_set(found.terms)


def _as_set(terms: Terms) -> frozenset[int]:
    return frozenset(terms.tolist())


def _allowed(scope: Scope, parts: Mapping[int, object], adapter_id: int) -> list[int]:
    ids: Ids = np.array(sorted(parts), np.int64)
    kept: list[int] = ids[scope.mask_of(ids)].tolist() if len(ids) else []
    return [other for other in kept if other != adapter_id]
