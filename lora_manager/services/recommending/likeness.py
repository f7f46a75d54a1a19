"""What is like an adapter, as it is shown: folded by version and author, with what the two have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from lora_manager.db.digests import insights_of
from lora_manager.db.kinship import kin_of
from lora_manager.formats.example_prompts import ExamplePrompt
from lora_manager.search.ranking.terms import term_id, words_of
from lora_manager.services.finding import FoundCard
from lora_manager.services.recommending.folding import folded
from lora_manager.services.recommending.ordering import Candidate
from lora_manager.services.recommending.presenting import Presenter
from lora_manager.services.recommending.reasons import Evidence, quoted
from lora_manager.services.recommending.scope import Scope
from lora_manager.services.recommending.similar import Likeness
from lora_manager.services.recommending.suggestions import Suggestion

FOLDED_OF = 4
"""So many times as many as are shown are looked at for what is folded."""
_SAID: Mapping[str, str] = {
    "look": "It looks alike.",
    "artistic": "Its style words mean something alike.",
    "technical": "It is made alike.",
    "semantic": "Its text means something alike.",
}


def present_likeness(
    connection: Connection, presenter: Presenter, scope: Scope, found: Likeness, limit: int, user_name: str
) -> list[Suggestion]:
    """Return the suggestions for what is alike, best first."""
    ids = list(found.scores)[: FOLDED_OF * limit]
    groups = folded(ids, kin_of(connection, ids), by_author=True)[:limit]
    words = _common_words(connection, [group.id for group in groups], found.terms)
    candidates = [
        Candidate(group.id, found.scores[group.id], -1, words.get(group.id, ()), (), group.below) for group in groups
    ]

    def evident(candidate: Candidate, card: FoundCard, examples: Sequence[ExamplePrompt]) -> Evidence:
        return _evidence(candidate, found.parts[candidate.id], scope)

    return presenter.present(connection, candidates, scope, evident, user_name=user_name)


def _common_words(connection: Connection, ids: Sequence[int], terms: frozenset[int]) -> dict[int, tuple[str, ...]]:
    """The keywords of adapters that are words of the adapter asked for too."""
    found = {}
    for adapter_id, insight in insights_of(connection, ids).items():
        keywords = [str(keyword.get("word", "")) for keyword in insight.keywords if isinstance(keyword, dict)]
        found[adapter_id] = tuple(
            keyword for keyword in keywords if any(term_id(word) in terms for word in words_of(keyword))
        )
    return found


def _evidence(candidate: Candidate, parts: Mapping[str, float], scope: Scope) -> Evidence:
    vectors = {kind: share for kind, share in parts.items() if kind in _SAID}
    said = {"words": f"Both speak of {quoted(candidate.words)}." if candidate.words else "Their texts are alike."}
    if vectors:
        said["vector"] = _SAID[max(vectors, key=lambda kind: vectors[kind])]
    shares = {"words": parts.get("text", 0.0), "vector": sum(vectors.values())}
    return Evidence(shares, candidate.words, fit=scope.fit_of(candidate.id), said=said)
