"""One question with everything that is needed for its answer: the index, the scope, what stands in the prompt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

import numpy as np
from sqlalchemy import Connection

from lora_manager.db.columns.table import Mask
from lora_manager.db.digests import examples_of, insights_of
from lora_manager.db.kinship import kin_of
from lora_manager.formats.example_prompts import ExamplePrompt
from lora_manager.search.ranking.features import NAMES
from lora_manager.search.ranking.index import Ranked, RankIndex
from lora_manager.search.ranking.prompt import ParsedPrompt
from lora_manager.search.ranking.ranker import Ranker
from lora_manager.services.finding import FoundCard
from lora_manager.services.recommending.asking import Asked, Floats, Ids, Learning
from lora_manager.services.recommending.by_description import LOWERED, Description
from lora_manager.services.recommending.by_trigger import EXACT, FUZZY, ByTrigger, by_trigger
from lora_manager.services.recommending.coverage import covered_concepts
from lora_manager.services.recommending.forgotten import forgotten_mask, forgotten_since
from lora_manager.services.recommending.ordering import Candidate, Known, Order, Ranking
from lora_manager.services.recommending.presenting import shown_example
from lora_manager.services.recommending.reasons import LEAST_SHARE, Evidence, praise_of, quoted, triggers_in
from lora_manager.services.recommending.scope import Scope
from lora_manager.services.recommending.suggestions import FORGOTTEN, TriggerMatch
from lora_manager.services.recommending.unwanted import unwanted_in

TOGETHER = 0.6
"""What being used together counts for "goes with", beside the text."""
CLOSE = 0.2
"""From this similarity on an example prompt comes close to a prompt."""
_EXAMPLES_FOR_TEXT = 3
_PARTS_FOR_TEXT = 48
"""Parts between commas of the example prompts that stand for what something shall go with: no prompt is longer."""
_BEST_SIMILAR = NAMES.index("best_similar")


@dataclass(frozen=True)
class Answering:
    """A question about a text at one moment. `in_prompt` are the adapters whose tags stand in it."""

    connection: Connection
    asked: Asked
    scope: Scope
    index: RankIndex
    ranker: Ranker
    learning: Learning | None
    cosines: tuple[Ids, Floats] | None
    in_prompt: tuple[int, ...]
    companions: Mapping[int, float] = field(default_factory=dict)
    praises: dict[int, str] = field(default_factory=dict)

    @cached_property
    def excluded(self) -> frozenset[int]:
        """What is not suggested: what is in the prompt, what is gone with, what the user hid for this prompt."""
        found = {*self.in_prompt, *self.asked.ids}
        if self.learning is not None:
            found |= self.learning.hidden(self.connection, self.asked.user_name, self.asked.prompt)
        return frozenset(found)

    @cached_property
    def known(self) -> Known:
        """What is known beside the text."""
        preference = None
        if self.learning is not None and self.learning.is_on:
            preference = self.learning.preference_of(self.connection, self.asked.user_name, self.index.ids)
        return Known(self.companions, preference, self.cosines)

    def for_prompt(self, parsed: ParsedPrompt, scope: Scope | None = None, *, excluding: bool = True) -> Order:
        """Return the order for a prompt; `excluding`: without what is in it already."""
        ranking = Ranking(self.index, scope or self.scope, self.ranker)
        only: Mask | None = forgotten_mask(self.scope.columns) if self.asked.kind == FORGOTTEN else None
        excluded = self.excluded if excluding else frozenset()
        return ranking.order(self.connection, parsed, self.known, self.asked.limit, excluded=excluded, only=only)

    def for_description(self, parsed: ParsedPrompt, description: Description) -> Order:
        """Return the order for a description: without what is not wanted, what speaks of it far behind."""
        is_it, speaks = unwanted_in(self.index, description.unwanted)
        ranking = Ranking(self.index, self.scope, self.ranker)
        return ranking.order(
            self.connection,
            parsed,
            self.known,
            self.asked.limit,
            excluded=self.excluded | is_it,
            adjusted=lambda adapter_id, score: score * (LOWERED if adapter_id in speaks else 1.0),
        )

    def going_with(self, parsed: ParsedPrompt) -> Order:
        """Return the order of what goes with adapters: what is used together first, then by text."""
        if not len(parsed.terms):
            parsed = ParsedPrompt.of(self._texts_of_examples())
        ranking = Ranking(self.index, self.scope, self.ranker)
        return ranking.order(
            self.connection,
            parsed,
            self.known,
            self.asked.limit,
            excluded=self.excluded,
            adjusted=lambda adapter_id, score: together_score(self.companions.get(adapter_id, 0.0), score),
        )

    def by_trigger(self, parsed: ParsedPrompt) -> tuple[list[Candidate], dict[int, tuple[TriggerMatch, ...]]]:
        """Return the adapters whose trigger words are asked for, and which words."""
        found = by_trigger(self.connection, self.asked.prompt)
        ids = np.array([one.id for one in found], np.int64)
        allowed = self.scope.mask_of(ids)
        kept = [one for one, is_allowed in zip(found, allowed.tolist(), strict=True) if is_allowed]
        kept = [one for one in kept if one.id not in self.in_prompt]
        return [self._candidate(parsed, one) for one in kept], {one.id: one.words for one in kept}

    def evident(
        self, order: Order, candidate: Candidate, card: FoundCard, examples: Sequence[ExamplePrompt]
    ) -> Evidence:
        """Say what speaks for a candidate of an order."""
        ranked = order.ranked
        shares = dict(ranked.explain(candidate.rank)) if ranked is not None else {"words": 1.0}
        if self.asked.kind == "with":
            together = TOGETHER * self.companions.get(candidate.id, 0.0)
            text = (1.0 - TOGETHER) * float(ranked.scores[candidate.rank]) if ranked is not None else 0.0
            shares = {**{kind: share * text for kind, share in shares.items() if kind != "co_use"}, "co_use": together}
        return Evidence(
            shares=shares,
            words=candidate.telling,
            example=shown_example(examples, _closest_example(ranked, candidate.rank)),
            triggers=triggers_in(order.parsed, card.card.trigger_groups),
            companions=self._names if candidate.id in self.companions else (),
            liked=self._liked(candidate.id) if _counts(shares, "preference") else "",
            quality=self._praise(order, candidate.id) if _counts(shares, "quality") else "",
            fit=self.scope.fit_of(candidate.id),
            ahead=forgotten_since(card.card) if self.asked.kind == FORGOTTEN else "",
        )

    @cached_property
    def _names(self) -> tuple[str, ...]:
        wanted = [*self.asked.ids, *self.in_prompt]
        return tuple(dict.fromkeys(kin.name for kin in kin_of(self.connection, wanted).values()))

    def _liked(self, adapter_id: int) -> str:
        if self.learning is None:
            return ""
        told = self.learning.explain(self.connection, self.asked.user_name, adapter_id)
        return told[0] if told is not None and told[1] > 0 else ""

    def _praise(self, order: Order, adapter_id: int) -> str:
        """What is good about the record of an adapter of an order; those that are likely shown are read at once."""
        if adapter_id not in self.praises:
            wanted = [adapter_id, *(candidate.id for candidate in order.candidates[: self.asked.limit])]
            insights = insights_of(self.connection, wanted)
            self.praises.update(dict.fromkeys(wanted, ""))
            self.praises.update({found: praise_of(insight.quality_parts) for found, insight in insights.items()})
        return self.praises[adapter_id]

    def _texts_of_examples(self) -> str:
        wanted = [*self.asked.ids, *self.in_prompt]
        parts: dict[str, None] = {}
        for texts in examples_of(self.connection, wanted).values():
            own = (part.strip() for example in texts[:_EXAMPLES_FOR_TEXT] for part in example.text.split(","))
            parts |= dict.fromkeys(islice(dict.fromkeys(own), max(1, _PARTS_FOR_TEXT // len(wanted))))
        return ", ".join(parts)

    @staticmethod
    def _candidate(parsed: ParsedPrompt, one: ByTrigger) -> Candidate:
        at = {word: tuple(span) for word, span in zip(parsed.words, parsed.spans.tolist(), strict=True)}
        spans = sorted(at[word] for word in one.typed if word in at)
        concepts = [(concept.start, concept.end) for concept in parsed.concepts]
        words = tuple(parsed.text[start:end] for start, end in spans) or one.typed
        return Candidate(one.id, one.score, -1, words, covered_concepts(concepts, spans))


def _counts(shares: Mapping[str, float], kind: str) -> bool:
    """Say whether a kind of evidence may be told of: looking up what there is to tell takes time."""
    return 2 * shares.get(kind, 0.0) > LEAST_SHARE * sum(share for share in shares.values() if share > 0)


def _closest_example(ranked: Ranked | None, rank: int) -> int:
    """The number of the example prompt that comes closest, -1 where none comes close."""
    if ranked is None or ranked.features[rank, _BEST_SIMILAR] < CLOSE:
        return -1
    return int(ranked.best_examples[rank])


def together_score(together: float, text: float) -> float:
    """Return the score of what is used together `together` (0 to 1) and fits a text this well."""
    return TOGETHER * together + (1.0 - TOGETHER) * text


def trigger_evidence(words: Sequence[TriggerMatch], typed: Sequence[str]) -> Evidence:
    """Say which trigger words were found, and how."""
    first = words[0]
    same = [word.word for word in words if word.match == first.match]
    if first.match == EXACT:
        said = f"Its trigger word {quoted(same, 2)} is asked for."
    elif first.match == FUZZY:
        said = f"{quoted(typed, 2)} may mean its trigger word {quoted(same, 2)}."
    else:
        said = f"Its trigger word {quoted(same, 2)} holds {quoted(typed, 3)}."
    return Evidence({"trigger": 1.0}, typed, triggers=same, said={"trigger": said})
