"""What is like an adapter, as it is shown: folded by version and author, with what the two have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from lora_manager.db.digests import insights_of
from lora_manager.db.kinship import documents_of, kin_of
from lora_manager.errors import BadInputError
from lora_manager.formats.example_prompts import ExamplePrompt
from lora_manager.search.ranking.document import unpack
from lora_manager.search.ranking.terms import term_id, words_of
from lora_manager.services.finding import FoundCard
from lora_manager.services.recommending.folding import folded
from lora_manager.services.recommending.ordering import Candidate
from lora_manager.services.recommending.presenting import Presenter
from lora_manager.services.recommending.reasons import Evidence, quoted
from lora_manager.services.recommending.scope import Scope
from lora_manager.services.recommending.similar import Likeness
from lora_manager.services.recommending.suggestions import Suggestion

SAME_WORDS, FEWEST_WORDS = 0.7, 8
"""From this share of common words on two cards by one author are near twins; of a few words nothing is said."""
FOLDED_OF = 4
"""So many times as many as are shown are looked at for what is folded."""
_SAID: Mapping[str, str] = {
    "look": "Its pictures look alike.",
    "artistic": "Its words of style mean something similar.",
    "technical": "It was trained in a similar way.",
    "semantic": "Its texts mean something similar.",
}


def present_likeness(
    connection: Connection, presenter: Presenter, scope: Scope, found: Likeness, limit: int, user_name: str
) -> list[Suggestion]:
    """Return the suggestions for what is alike, best first."""
    ids = list(found.scores)[: FOLDED_OF * limit]
    groups = folded(ids, kin_of(connection, ids), _Twins(documents_of(connection, ids)).are_twins)[:limit]
    words = _common_words(connection, [group.id for group in groups], found.terms)
    candidates = [
        Candidate(group.id, found.scores[group.id], -1, words.get(group.id, ()), (), group.below) for group in groups
    ]

    def evident(candidate: Candidate, card: FoundCard, examples: Sequence[ExamplePrompt]) -> Evidence:
        return _evidence(candidate, found.parts[candidate.id], scope)

    return presenter.present(connection, candidates, scope, evident, user_name=user_name)


class _Twins:
    """Tells of two adapters whether their cards say nearly the same."""

    def __init__(self, documents: Mapping[int, bytes]) -> None:
        self._documents = documents
        self._terms: dict[int, frozenset[int]] = {}

    def are_twins(self, one: int, other: int) -> bool:
        """Return whether the shorter card's words are nearly all in the longer one's."""
        words, others = self._words_of(one), self._words_of(other)
        fewer = min(len(words), len(others))
        return fewer >= FEWEST_WORDS and len(words & others) >= SAME_WORDS * fewer

    def _words_of(self, adapter_id: int) -> frozenset[int]:
        if adapter_id not in self._terms:
            self._terms[adapter_id] = _card_terms(self._documents.get(adapter_id, b""))
        return self._terms[adapter_id]


def _card_terms(packed: bytes) -> frozenset[int]:
    try:
        document = unpack(packed)
    except BadInputError:  # of an older program: it is being made anew
        return frozenset()
    return frozenset(document.terms[document.card > 0].tolist())


def _common_words(connection: Connection, ids: Sequence[int], terms: frozenset[int]) -> dict[int, tuple[str, ...]]:
    """The keywords of adapters that are words of the adapter asked for too."""
    found = {}
    for adapter_id, insight in insights_of(connection, ids).items():
        keywords = [str(keyword.get("word", "")) for keyword in insight.keywords if isinstance(keyword, dict)]
        found[adapter_id] = tuple(
            keyword for keyword in keywords if keyword and all(term_id(word) in terms for word in words_of(keyword))
        )
    return found


def _evidence(candidate: Candidate, parts: Mapping[str, float], scope: Scope) -> Evidence:
    vectors = {kind: share for kind, share in parts.items() if kind in _SAID}
    said = {"words": f"Both speak of {quoted(candidate.words)}." if candidate.words else "Their texts are alike."}
    if vectors:
        said["vector"] = _SAID[max(vectors, key=lambda kind: vectors[kind])]
    shares = {"words": parts.get("text", 0.0), "vector": sum(vectors.values())}
    return Evidence(shares, candidate.words, fit=scope.fit_of(candidate.id), said=said)
