"""From an order to what is shown: cards, weights and reasons, fetched for those that are shown and no others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from lora_manager.db.digests import examples_of
from lora_manager.db.kinship import Kin, kin_of
from lora_manager.db.own_uses import RecordedWeight, own_uses, recorded_weights
from lora_manager.formats.example_prompts import ExamplePrompt
from lora_manager.search.ranking.prompt import ParsedPrompt
from lora_manager.services.finding import Finder, FoundCard
from lora_manager.services.recommending.ordering import Candidate
from lora_manager.services.recommending.reasons import Evidence, reasons_of, sentence_of
from lora_manager.services.recommending.scope import Scope
from lora_manager.services.recommending.suggestions import (
    Concept,
    Folded,
    ShownExample,
    SuggestedWeight,
    Suggestion,
    TriggerMatch,
)
from lora_manager.services.recommending.weights import suggested_weight

LONGEST_EXAMPLE = 600
"""Characters of an example prompt that are shown."""
_NOTHING_ON_RECORD = RecordedWeight(None, "", None, None)

Evident = Callable[[Candidate, FoundCard, Sequence[ExamplePrompt]], Evidence]
"""Says what speaks for a candidate."""


@dataclass(frozen=True)
class Presenter:
    """Makes suggestions out of candidates."""

    finder: Finder

    def present(
        self,
        connection: Connection,
        candidates: Sequence[Candidate],
        scope: Scope,
        evident: Evident,
        *,
        user_name: str = "",
        words: Mapping[int, tuple[TriggerMatch, ...]] | None = None,
    ) -> list[Suggestion]:
        """Return the suggestions of candidates, in their order; those whose adapter is gone meanwhile are left out."""
        by_id = {candidate.id: candidate for candidate in candidates}
        ids = list(by_id)
        shelf = _Shelf.read(connection, ids, [other for one in candidates for other, _ in one.below], user_name)
        found = []
        scores = {adapter_id: candidate.score for adapter_id, candidate in by_id.items()}
        for position, card in enumerate(self.finder.found_cards(connection, ids, scores)):
            candidate = by_id[card.card.id]
            evidence = evident(candidate, card, shelf.examples.get(candidate.id, ()))
            reasons = reasons_of(evidence)
            found.append(
                Suggestion(
                    found=card,
                    score=candidate.score,
                    matched=candidate.words,
                    reason=sentence_of(evidence, reasons),
                    why=reasons,
                    example=evidence.example,
                    concepts=candidate.covered,
                    suggested=shelf.weight_of(candidate.id),
                    fit=scope.fit_of(candidate.id),
                    position=position,
                    folded=tuple(shelf.folded(candidate)),
                    words=(words or {}).get(candidate.id, ()),
                )
            )
        return found


def weight_for(connection: Connection, adapter_id: int, user_name: str = "") -> SuggestedWeight:
    """Return the weight to suggest for one adapter."""
    return _Shelf.read(connection, [adapter_id], [], user_name).weight_of(adapter_id)


def concepts_of(parsed: ParsedPrompt, items: Sequence[Suggestion]) -> list[Concept]:
    """Return the parts of a prompt with the items that cover each."""
    return [
        Concept(
            concept.text,
            concept.start,
            concept.end,
            tuple(item.found.card.id for item in items if number in item.concepts),
        )
        for number, concept in enumerate(parsed.concepts)
    ]


def shown_example(examples: Sequence[ExamplePrompt], number: int) -> ShownExample | None:
    """Return the example of this number as a document counts them; None for -1."""
    if not 0 <= number < len(examples):
        return None
    example = examples[number]
    return ShownExample(example.text[:LONGEST_EXAMPLE], example.own)


@dataclass(frozen=True)
class _Shelf:
    """What is on record of the adapters that are shown."""

    weights: Mapping[int, SuggestedWeight] = field(default_factory=dict)
    examples: Mapping[int, Sequence[ExamplePrompt]] = field(default_factory=dict)
    kin: Mapping[int, Kin] = field(default_factory=dict)

    @classmethod
    def read(cls, connection: Connection, ids: Sequence[int], below: Sequence[int], user_name: str) -> _Shelf:
        examples = examples_of(connection, ids)
        uses = own_uses(connection, ids, user_name)
        recorded = recorded_weights(connection, ids)
        weights = {
            adapter_id: suggested_weight(
                uses.get(adapter_id, ()),
                examples.get(adapter_id, ()),
                recorded.get(adapter_id, _NOTHING_ON_RECORD),
            )
            for adapter_id in ids
        }
        return cls(weights, examples, kin_of(connection, below))

    def weight_of(self, adapter_id: int) -> SuggestedWeight:
        return self.weights[adapter_id]

    def folded(self, candidate: Candidate) -> list[Folded]:
        known = ((self.kin[other], why) for other, why in candidate.below if other in self.kin)
        return [Folded(kin.id, kin.name, kin.version, why) for kin, why in known]
