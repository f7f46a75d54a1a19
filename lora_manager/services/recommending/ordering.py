"""The order of suggestions for a text: ranked, nothing shown twice, more of the prompt covered behind the top.

`recommend --batch` and the page both take what comes out here, so that what is measured is what is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from sqlalchemy import Connection

from lora_manager.db.columns.table import Mask
from lora_manager.db.kinship import kin_of
from lora_manager.search.ranking.features import NAMES
from lora_manager.search.ranking.index import CANDIDATES, Ranked, RankIndex
from lora_manager.search.ranking.prompt import ParsedPrompt
from lora_manager.search.ranking.ranker import Ranker
from lora_manager.services.learning.blend import MEANT, exact_first
from lora_manager.services.recommending.asking import Floats, Ids
from lora_manager.services.recommending.coverage import Coverage, diversified
from lora_manager.services.recommending.folding import Group, folded
from lora_manager.services.recommending.scope import Scope

LOOKED_AT = 60
"""Ranked adapters at the top that are folded and put in order; more where more are asked for."""
DIVERSITY = 0.15
"""What covering nothing new costs, as a part of the best score: measured not to lower what is found among the ten."""
TELLING = 0.3
"""From this part of the weight of the rarest word on a word is named as a reason."""
LEAST_SCORE = 0.0005
"""Below this part of the best score a suggestion is none."""
_RARE_PHRASE = NAMES.index("phrase_rare")


@dataclass(frozen=True)
class Candidate:
    """One adapter of an order: its score, its place in the ranking, the words of the prompt it holds, as typed.

    `telling` are those of the words that say most of it, the rarest first. `below` are (id, why) of what is folded.
    """

    id: int
    score: float
    rank: int
    words: tuple[str, ...] = ()
    covered: tuple[int, ...] = ()
    below: tuple[tuple[int, str], ...] = ()
    telling: tuple[str, ...] = ()


@dataclass(frozen=True)
class Order:
    """Suggestions in order; `ranked` says more of each by its `rank`, None where nothing was ranked."""

    parsed: ParsedPrompt
    candidates: Sequence[Candidate] = ()
    ranked: Ranked | None = None
    companions: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """What is known beside the text: what goes with the LoRAs of the prompt, what its user likes, vectors.

    preference: of each adapter of the index, 0 to 1. cosines: adapters with the cosine of the prompt's vector to each.
    """

    companions: Mapping[int, float] = field(default_factory=dict)
    preference: Floats | None = None
    cosines: tuple[Ids, Floats] | None = None


@dataclass(frozen=True)
class Ranking:
    """An index with the scope to rank in."""

    index: RankIndex
    scope: Scope
    ranker: Ranker

    def order(
        self,
        connection: Connection,
        parsed: ParsedPrompt,
        known: Known,
        limit: int,
        *,
        excluded: frozenset[int] = frozenset(),
        only: Mask | None = None,
        adjusted: Callable[[int, float], float] | None = None,
    ) -> Order:
        """Return the order for a prompt.

        excluded: ids that are not suggested. only: of the adapters at these positions of the catalogue's columns.
        adjusted: says of an id and its score which score it is to have.
        """
        ids = self.index.ids
        ranked = self.index.rank(
            parsed,
            allowed=self.scope.mask_of(ids, only),
            excluded=excluded,
            ranker=self.ranker,
            priors=self._priors(known),
            candidates=CANDIDATES,
        )
        scores = _with_trigger_phrases_first(ranked).astype(np.float64)
        if adjusted is not None:
            known_scores = zip(ranked.ids.tolist(), scores.tolist(), strict=True)
            scores = np.array([adjusted(adapter_id, score) for adapter_id, score in known_scores])
        best = np.argsort(-scores, kind="stable")
        floor = LEAST_SCORE * float(scores.max(initial=0.0))
        best = best[scores[best] > max(floor, 0.0)][: max(LOOKED_AT, 2 * limit)]
        coverage = Coverage.of(parsed, ranked.hits, len(ids))
        found = [self._candidate(parsed, ranked, coverage, int(rank), float(scores[rank])) for rank in best]
        return Order(parsed, self._shown(connection, found), ranked, known.companions)

    def _priors(self, known: Known) -> dict[str, Floats]:
        ids = self.index.ids
        found: dict[str, Floats] = {"quality": self.index.columns.quality}
        if self.scope.family:
            found["family"] = self.scope.family_prior(ids)
        if known.preference is not None:
            found["preference"] = known.preference
        if known.companions:
            found["co_use"] = spread_over(ids, known.companions)
        if known.cosines is not None:
            found["vector"] = spread_over(ids, dict(zip(*(part.tolist() for part in known.cosines), strict=True)))
        return found

    @staticmethod
    def _candidate(parsed: ParsedPrompt, ranked: Ranked, coverage: Coverage, rank: int, score: float) -> Candidate:
        matched = ranked.matched(rank)
        weights = ranked.hits.weights[matched].tolist()
        spans = _joined(zip(parsed.spans[matched].tolist(), weights, strict=True))
        places = [(start, end) for start, end, _ in spans]
        least = TELLING * max((weight for *_, weight in spans), default=0.0)
        rarest = sorted(spans, key=lambda span: -span[2])
        return Candidate(
            int(ranked.ids[rank]),
            score,
            rank,
            _words(parsed.text, places),
            coverage.covered(matched),
            telling=_words(parsed.text, [(start, end) for start, end, weight in rarest if weight >= least]),
        )

    def _shown(self, connection: Connection, found: list[Candidate]) -> list[Candidate]:
        by_id = {candidate.id: candidate for candidate in found}
        groups = folded(list(by_id), kin_of(connection, list(by_id)))
        leads = [_led(by_id, group) for group in groups]
        if not leads:
            return []
        weight = DIVERSITY * leads[0].score
        order = diversified([lead.score for lead in leads], [frozenset(lead.covered) for lead in leads], weight)
        return [leads[at] for at in order]


def spread_over(ids: Ids, scores: Mapping[int, float]) -> Floats:
    """Return the score of each id, 0 where there is none."""
    wanted = np.array(sorted(scores), np.int64)
    if not len(wanted):
        return np.zeros(len(ids), np.float32)
    values = np.array([scores[adapter_id] for adapter_id in wanted.tolist()], np.float32)
    at = np.searchsorted(wanted, ids).clip(max=len(wanted) - 1)
    found: Floats = np.where(wanted[at] == ids, values[at], np.float32(0.0))
    return found


def _with_trigger_phrases_first(ranked: Ranked) -> Floats:
    """Return the scores, in which what is liked comes before no adapter that the prompt names."""
    if "preference" not in ranked.added:
        return ranked.scores
    is_named = ranked.features[:, _RARE_PHRASE] >= MEANT
    return exact_first(ranked.scores, ranked.added["preference"], is_named)


def _joined(spans: Iterable[tuple[Sequence[int], float]]) -> list[tuple[int, int, float]]:
    """Words in their order; of Chinese and Japanese, which is indexed in pairs, those that overlap as one."""
    found: list[tuple[int, int, float]] = []
    for (start, end), weight in sorted((tuple(span), weight) for span, weight in spans):
        if found and start < found[-1][1]:
            start, weight = found[-1][0], max(weight, found[-1][2])
            found.pop()
        found.append((start, end, weight))
    return found


def _words(text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text[start:end] for start, end in spans))


def _led(by_id: Mapping[int, Candidate], group: Group) -> Candidate:
    return replace(by_id[group.id], below=group.below)
