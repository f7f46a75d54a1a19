"""RankIndex: the library as ranking keeps it in memory, and the ranking of it for a prompt."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lora_manager.search.ranking.candidates import choose, score_all
from lora_manager.search.ranking.features import NAMES, WORDS, build, unmatched
from lora_manager.search.ranking.library import IndexedLibrary, Priors
from lora_manager.search.ranking.matching import Floats, Hits
from lora_manager.search.ranking.prompt import ParsedPrompt
from lora_manager.search.ranking.ranker import Ranker, as_share, prior_terms, where_it_matches

__all__ = ["CANDIDATES", "Priors", "RankIndex", "Ranked"]

CANDIDATES = 300
"""Adapters of which the features are made."""
EXPLAINED = 64
"""Adapters of a list that are explained at once: one by one it takes ten times as long."""


@dataclass(frozen=True)
class Ranked:
    """Adapters for a prompt, best first: n of them.

    ids: int64[n]; positions: theirs in the index; scores: 0 to 1, never rising, float32[n]; features: float32[n, f] in
    the order of feature_names; best_examples: number of the closest example prompt of each among its examples, -1 for
    none. words: of the prompt's words the indices that each adapter holds (see matched).
    """

    ids: NDArray[np.int64]
    positions: NDArray[np.int64]
    scores: Floats
    features: Floats
    best_examples: NDArray[np.int64]
    added: Mapping[str, Floats]
    ranker: Ranker
    hits: Hits
    feature_names: tuple[str, ...] = NAMES
    explained: dict[int, dict[str, Floats]] = field(default_factory=dict, compare=False, repr=False)

    def explain(self, place: int) -> dict[str, float]:
        """Return what each part adds to the score of the adapter at a place of the list; they sum to 1, none below 0.

        It is what the adapter has ahead of one that holds nothing of the prompt and is otherwise a usual one.

        Parts: "words", "example", "trigger", "popularity", and of the priors those that were given.
        """
        block = place // EXPLAINED
        if block not in self.explained:
            self.explained[block] = self.ranker.shares(self.features[block * EXPLAINED : (block + 1) * EXPLAINED])
        usual = self._usual
        parts = {name: float(values[place % EXPLAINED]) - usual[name] for name, values in self.explained[block].items()}
        for name, values in self.added.items():
            parts[name] = parts.get(name, 0.0) + float(values[place])
        lifting = {name: value for name, value in parts.items() if value > 0}
        total = sum(lifting.values())
        return {name: value / total for name, value in lifting.items()} if total > 0 else {WORDS: 1.0}

    def matched(self, place: int) -> NDArray[np.int64]:
        """Return which of the prompt's words the adapter at a place holds in card or examples, in their order."""
        positions, words = self._by_position
        first, last = np.searchsorted(positions, [self.positions[place], self.positions[place] + 1])
        return words[first:last]

    @cached_property
    def _usual(self) -> dict[str, float]:
        """What the parts add to the score of an adapter that holds nothing of the prompt."""
        return {name: float(values[0]) for name, values in self.ranker.shares(unmatched(self.features)).items()}

    @cached_property
    def _by_position(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        order = np.lexsort((self.hits.words, self.hits.positions))
        return self.hits.positions[order], self.hits.words[order]


class RankIndex(IndexedLibrary):
    """An index that ranks. Made by `of`, brought up to date by `changed`; neither changes this one."""

    def rank(
        self,
        parsed: ParsedPrompt,
        *,
        ranker: Ranker,
        allowed: NDArray[np.bool_] | NDArray[np.int64] | None = None,
        excluded: Collection[int] = (),
        priors: Mapping[str, Floats] | None = None,
        candidates: int = CANDIDATES,
    ) -> Ranked:
        """Return the adapters that fit a prompt, best first.

        allowed: those that may be in the list: bool per position of `ids`, or adapter ids; None for all. excluded: ids
        that may not. priors: by name (see ranker.PRIOR_WEIGHTS) a number per position, 0 to 1.
        """
        given = dict(priors or {})
        mask = self._mask(allowed, excluded)
        scores = score_all(self, parsed)
        extra = [np.asarray(given[name], np.float32) for name in ("vector", "co_use") if name in given]
        chosen = choose(scores, mask, extra, candidates)
        built = build(self, parsed, scores, chosen)
        log_odds = ranker.log_odds(built.values)
        added = prior_terms({name: np.asarray(values, np.float32)[chosen] for name, values in given.items()})
        liking = added.pop("preference", None)
        total = log_odds + sum(added.values()) if added else log_odds
        if liking is not None:
            added["preference"] = where_it_matches(liking, total)
            total = total + added["preference"]
        order = np.lexsort((self.ids[chosen], -scores.text[chosen], -total))
        positions = chosen[order]
        kept = np.zeros(len(self.ids), bool)
        kept[positions] = True
        return Ranked(
            self.ids[positions],
            positions,
            as_share(total[order]),
            built.values[order],
            built.texts.best_example[order],
            {name: values[order] for name, values in added.items()},
            ranker,
            scores.hits.only(kept[scores.hits.positions]),
        )

    def _mask(
        self, allowed: NDArray[np.bool_] | NDArray[np.int64] | None, excluded: Collection[int]
    ) -> NDArray[np.bool_]:
        mask = self.alive.copy()
        if allowed is not None:
            mask &= np.asarray(allowed, bool) if allowed.dtype == bool else np.isin(self.ids, allowed)
        if excluded:
            mask &= ~np.isin(self.ids, np.fromiter(excluded, np.int64, len(excluded)))
        return mask
