"""What the preferences of one user say of every adapter, as one array; and in words, of one adapter.

Each attribute (its author, base model, archetype, style, each tag) says by how much its posterior's log odds differ
from the user's overall rate, weighted by its confidence, so that little evidence moves little, and by how telling it
is: what half the library has says next to nothing of one adapter. Tags say much the same as each other, so their sum is
divided by the square root of their number. What is known of the adapter itself comes on top and counts most. The sum,
as a chance again, is the preference: .5 where nothing is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lora_manager.db.columns.table import Columns
from lora_manager.db.columns.vocabulary import NO_VALUE, Vocabulary
from lora_manager.db.preferences import PreferenceRow
from lora_manager.services.learning.book import at_moments
from lora_manager.services.learning.guesses import Guesses
from lora_manager.services.learning.posterior import (
    confidence,
    interval,
    is_unsure,
    logit,
    mean,
    overall_rate,
)
from lora_manager.services.learning.telling import sentence

Floats = NDArray[np.float64]

WEIGHTS: Mapping[str, float] = {
    "adapter": 1.5,
    "author": 0.8,
    "tag": 1.0,
    "archetype": 0.6,
    "style": 0.8,
    "base_model": 0.4,
}
DISLIKED = 3.0
"""The weight of what was said against an adapter itself."""
PINNED_ODDS = 3.0
"""Log odds of what the user said themself."""
MOST_ODDS = 3.0
"""Log odds of the whole at most: a preference lies between .05 and .95."""
LEAST_TOLD = 0.15
"""Log odds from which on a preference is given as a reason."""
LEAST_LEAN = 0.28
"""Log odds: what the page calls as good as any lies within; in web/learned/words.js the same bound as a chance."""
TELLING_SHARE = 0.05
"""What so small a part of the library has is as telling as can be."""
_UNSEEN = 20
"""A library is taken to have so many adapters more, which lack what is asked for: two of four are no half."""


@dataclass(frozen=True)
class Belief:
    """What one preference says: log odds beside the overall rate, and how sure that is. Pinned ones are sure.

    positive, negative: its evidence at the moment; rate: the overall rate.
    """

    row: PreferenceRow
    odds: float
    sureness: float
    positive: float = 0.0
    negative: float = 0.0
    rate: float = 0.5

    @property
    def is_told(self) -> bool:
        """Whether it may be given as a reason: what the page calls too early to tell, or as good as any, may not."""
        if self.row.pinned:
            return True
        return abs(self.odds) >= LEAST_LEAN and not is_unsure(*interval(self.positive, self.negative, self.rate))


@dataclass(frozen=True)
class Reason:
    """Why an adapter was lifted (or lowered): a sentence, and how strong that is, -1 to 1."""

    text: str
    strength: float
    belief: Belief


def overall(rows: Sequence[PreferenceRow], now: float) -> float:
    """Return a user's overall rate: every event speaks of exactly one adapter, so those rows hold each event once."""
    positive, negative = at_moments([row for row in rows if row.kind == "adapter"], now)
    return overall_rate(float(positive.sum()), float(negative.sum()))


def beliefs(rows: Sequence[PreferenceRow], now: float) -> list[Belief]:
    """Return what the preferences say that say anything."""
    rate = overall(rows, now)
    positive, negative = at_moments(rows, now)
    odds = logit(mean(positive, negative, rate)) - logit(rate)
    sureness = confidence(positive, negative)
    found = []
    numbers = (odds.tolist(), sureness.tolist(), positive.tolist(), negative.tolist())
    for row, of_row, sure, speaks_for, against in zip(rows, *numbers, strict=True):
        if row.pinned:
            found.append(Belief(row, PINNED_ODDS * row.pinned, 1.0))
        elif row.evidence:
            found.append(Belief(row, of_row, sure, speaks_for, against, rate))
    return found


class Taste:
    """The preferences of one user over the catalogue at one moment. Never changed once it is made."""

    def __init__(self, columns: Columns, guesses: Guesses, held: Sequence[Belief]) -> None:
        self._columns = columns
        self._guesses = guesses
        self._by_key = {(belief.row.kind, belief.row.key): belief for belief in held}
        self._said: dict[str, dict[str, float]] = {}
        for (kind, key), belief in self._by_key.items():
            self._said.setdefault(kind, {})[key] = _strength(belief)
        self._values: NDArray[np.float32] = _chances(self._odds()).astype(np.float32)

    def of(self, ids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the preference for each of these adapters, 0 to 1; .5 for one that is not known."""
        positions = self._columns.positions_or_none(ids)
        if not len(self._values):
            return np.full(len(positions), 0.5, np.float32)
        found: NDArray[np.float32] = np.where(positions == NO_VALUE, np.float32(0.5), self._values[positions])
        return found

    def explain(self, adapter_id: int) -> Reason | None:
        """Return the preference that moved this adapter most in the direction in which all together moved it."""
        (position,) = self._columns.positions_or_none([adapter_id])
        if position == NO_VALUE or not self._by_key:
            return None
        chance = float(self._values[position])
        if chance == 0.5:
            return None
        sign = 1.0 if chance > 0.5 else -1.0
        keys = [key for key in self._keys(int(position), adapter_id) if key in self._by_key]
        told = sorted(((sign * self._said[kind][key], number) for number, (kind, key) in enumerate(keys)), reverse=True)
        for strength, number in told:
            if strength < LEAST_TOLD:
                break
            belief = self._by_key[keys[number]]
            if belief.is_told:
                return Reason(sentence(belief.row, liked=sign > 0), 2.0 * chance - 1.0, belief)
        return None

    def _keys(self, position: int, adapter_id: int) -> list[tuple[str, str]]:
        columns = self._columns
        found = [("adapter", str(adapter_id))]
        for kind in ("author", "base_model", "archetype"):
            code = int(columns[kind][position])
            if code != NO_VALUE:
                found.append((kind, columns.vocabularies[kind].values[code].casefold()))
        ids = np.array([adapter_id], np.int64)
        guessed = {"archetype": self._guesses.archetypes(ids), "style": self._guesses.styles(ids)}
        for kind, codes in guessed.items():
            is_said = kind == "archetype" and columns["archetype"][position] != NO_VALUE
            if codes[0] != NO_VALUE and not is_said:
                found.append((kind, self._guesses.vocabulary.values[int(codes[0])].casefold()))
        tags = columns.tag_of[columns.tagged == position].tolist()
        return found + [("tag", columns.tags.names[tag].casefold()) for tag in tags]

    def _odds(self) -> Floats:
        columns, guesses = self._columns, self._guesses
        total = np.zeros(len(columns))
        for kind in ("author", "base_model"):
            total += self._of_codes(kind, columns[kind], columns.vocabularies[kind])
        if "style" in self._said:
            total += self._of_codes("style", guesses.styles(columns.ids), guesses.vocabulary)
        if "archetype" in self._said:
            total += self._of_archetypes()
        if "tag" in self._said:
            total += self._of_tags()
        own = [belief for (kind, key), belief in self._by_key.items() if kind == "adapter" and key.isdecimal()]
        positions = columns.positions_or_none([int(belief.row.key) for belief in own])
        there = [(at, belief) for at, belief in zip(positions.tolist(), own, strict=True) if at != NO_VALUE]
        for position, belief in there:
            total[position] += _strength(belief)
        bounded: Floats = MOST_ODDS * np.tanh(total / MOST_ODDS)  # keeps the order of those near the bounds
        for position, belief in there:
            if belief.row.pinned:
                bounded[position] = MOST_ODDS * belief.row.pinned
        return bounded

    def _of_archetypes(self) -> Floats:
        """What a source says goes before what was guessed; how many have one is counted of both."""
        columns, guesses = self._columns, self._guesses
        both = Vocabulary()
        said = np.append([both.code(name) for name in columns.vocabularies["archetype"].values], NO_VALUE)
        guessed = np.append([both.code(name) for name in guesses.vocabulary.values], NO_VALUE)
        own = said[columns["archetype"]]
        codes = np.where(own == NO_VALUE, guessed[guesses.archetypes(columns.ids)], own)
        return self._of_codes("archetype", codes.astype(np.int64), both)

    def _of_codes(self, kind: str, codes: NDArray[np.generic], vocabulary: Vocabulary) -> Floats:
        """Return what is said of each position by its value of a coded column."""
        said = self._said.get(kind)
        if not said:
            return np.zeros(len(codes))
        keys = [value.casefold() for value in list(vocabulary.values)]  # it may grow meanwhile
        at = codes.astype(np.int64)
        counts = np.bincount(at + 1, minlength=len(keys) + 1)[1:]
        of_key: dict[str, int] = {}
        for key, count in zip(keys, counts.tolist(), strict=False):
            if key in said:
                of_key[key] = of_key.get(key, 0) + count
        for key, count in of_key.items():
            self._weigh(kind, key, count)
        values = np.array([*(said.get(key, 0.0) for key in keys), 0.0])  # NO_VALUE is -1, the last
        found: Floats = values[at]
        return found

    def _of_tags(self) -> Floats:
        columns, said = self._columns, self._said["tag"]
        counts = np.bincount(columns.tag_of, minlength=columns.tags.behind_last).tolist()
        values = np.zeros(columns.tags.behind_last)
        for key in said:
            for tag in columns.tags.find(key):
                self._weigh("tag", key, counts[tag])
                values[tag] = said[key]
        of_pair = values[columns.tag_of]
        is_known = of_pair != 0
        tagged, of_pair = columns.tagged[is_known], of_pair[is_known]
        size = len(columns)
        absolute = np.bincount(tagged, np.abs(of_pair), size)
        length = np.sqrt(np.bincount(tagged, of_pair**2, size))
        # Those that weigh alike count as the square root of their number, one that outweighs all as itself.
        found: Floats = np.bincount(tagged, of_pair, size) * length / np.where(absolute > 0, absolute, 1.0)
        return found

    def _weigh(self, kind: str, key: str, count: int) -> None:
        """Have a belief say the less the more of the library has what it is about."""
        if not self._by_key[kind, key].row.pinned:
            self._said[kind][key] *= telling(count, len(self._columns))


def telling(count: int, size: int) -> float:
    """Return how telling it is that an adapter has what `count` of `size` have, 0 to 1: its idf, up to a bound."""
    share = (count + 1.0) / (size + 1.0 + _UNSEEN)
    return float(np.clip(np.log(share) / np.log(TELLING_SHARE), 0.0, 1.0))


def _strength(belief: Belief) -> float:
    """Log odds by a belief alone. Of what is like an adapter little is known by few events: sureness counts twice."""
    if belief.row.kind != "adapter":
        return WEIGHTS[belief.row.kind] * belief.odds * belief.sureness**2
    return (WEIGHTS["adapter"] if belief.odds > 0 else DISLIKED) * belief.odds * belief.sureness


def _chances(odds: Floats) -> Floats:
    found: Floats = 1.0 / (1.0 + np.exp(-odds))
    return found
