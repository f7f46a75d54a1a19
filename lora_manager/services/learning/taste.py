"""What the preferences of one user say of every adapter, as one array; and in words, of one adapter.

Each attribute (its author, base model, archetype, style, each tag) says by how much its posterior's log odds differ
from the user's overall rate, weighted by its confidence. Tags say much the same as each other, so their sum is divided
by the square root of their confidence. What is known of the adapter itself comes on top and counts most. The sum, as a
chance again, is the preference: .5 where nothing is known.
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
from lora_manager.services.learning.posterior import confidence, logit, mean, overall_rate

Floats = NDArray[np.float64]

WEIGHTS: Mapping[str, float] = {
    "adapter": 1.5,
    "author": 0.8,
    "tag": 1.0,
    "archetype": 0.6,
    "style": 0.8,
    "base_model": 0.4,
}
PINNED_ODDS = 3.0
"""Log odds of what the user said themself."""
MOST_ODDS = 3.0
"""Log odds of the whole at most: a preference lies between .05 and .95."""
LEAST_TOLD = 0.15
"""Log odds from which on a preference is given as a reason."""


@dataclass(frozen=True)
class Belief:
    """What one preference says: log odds beside the overall rate, times its confidence. Pinned ones are sure."""

    row: PreferenceRow
    odds: float
    sureness: float


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
    for row, of_row, sure in zip(rows, odds.tolist(), sureness.tolist(), strict=True):
        if row.pinned:
            found.append(Belief(row, PINNED_ODDS * row.pinned, 1.0))
        elif row.evidence:
            found.append(Belief(row, of_row, sure))
    return found


class Taste:
    """The preferences of one user over the catalogue at one moment. Never changed once it is made."""

    def __init__(self, columns: Columns, guesses: Guesses, held: Sequence[Belief]) -> None:
        self._columns = columns
        self._guesses = guesses
        self._by_key = {(belief.row.kind, belief.row.key): belief for belief in held}
        self._values: NDArray[np.float32] = _chances(self._odds(held)).astype(np.float32)

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
        said = [self._by_key[key] for key in self._keys(int(position), adapter_id) if key in self._by_key]
        told = [(sign * _said(belief), belief) for belief in said]
        if not told:
            return None
        most, belief = max(told, key=lambda pair: pair[0])
        if most < LEAST_TOLD:
            return None
        return Reason(sentence(belief, liked=sign > 0), 2.0 * chance - 1.0, belief)

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

    def _odds(self, held: Sequence[Belief]) -> Floats:
        columns = self._columns
        total = np.zeros(len(columns))
        by_kind: dict[str, dict[str, Belief]] = {}
        for belief in held:
            by_kind.setdefault(belief.row.kind, {})[belief.row.key] = belief
        for kind in ("author", "base_model", "archetype"):
            if kind in by_kind:
                total += _of_codes(columns[kind], columns.vocabularies[kind], by_kind[kind])
        total += self._guessed(by_kind)
        if "tag" in by_kind:
            total += self._of_tags(by_kind["tag"])
        own = [belief for key, belief in by_kind.get("adapter", {}).items() if key.isdecimal()]
        positions = columns.positions_or_none([int(belief.row.key) for belief in own])
        there = [(at, belief) for at, belief in zip(positions.tolist(), own, strict=True) if at != NO_VALUE]
        for position, belief in there:
            total[position] += _said(belief)
        bounded: Floats = MOST_ODDS * np.tanh(total / MOST_ODDS)  # keeps the order of those near the bounds
        for position, belief in there:
            if belief.row.pinned:
                bounded[position] = MOST_ODDS * belief.row.pinned
        return bounded

    def _guessed(self, by_kind: Mapping[str, Mapping[str, Belief]]) -> Floats:
        columns, guesses = self._columns, self._guesses
        total = np.zeros(len(columns))
        if "style" in by_kind:
            total += _of_codes(guesses.styles(columns.ids), guesses.vocabulary, by_kind["style"])
        if "archetype" in by_kind:
            guessed = _of_codes(guesses.archetypes(columns.ids), guesses.vocabulary, by_kind["archetype"])
            total += np.where(columns["archetype"] == NO_VALUE, guessed, 0.0)
        return total

    def _of_tags(self, by_key: Mapping[str, Belief]) -> Floats:
        columns = self._columns
        said = np.zeros(columns.tags.behind_last)
        sureness = np.zeros(columns.tags.behind_last)
        for key, belief in by_key.items():
            for tag in columns.tags.find(key):
                said[tag], sureness[tag] = _said(belief), belief.sureness
        is_known = sureness[columns.tag_of] > 0
        tagged, tag_of = columns.tagged[is_known], columns.tag_of[is_known]
        sums = np.bincount(tagged, said[tag_of], len(columns))
        sure = np.bincount(tagged, sureness[tag_of], len(columns))
        found: Floats = sums / np.sqrt(np.maximum(sure, 1.0))
        return found


def sentence(belief: Belief, *, liked: bool) -> str:
    """Return a preference as a reason, with how often it was seen."""
    row = belief.row
    what = {
        "tag": f"LoRAs tagged “{row.label}”",
        "author": f"LoRAs by {row.label}",
        "base_model": f"LoRAs for {row.label}",
        "archetype": f"LoRAs of the kind “{row.label}”",
        "style": f"LoRAs in the style “{row.label}”",
        "adapter": "this LoRA",
    }[row.kind]
    if row.pinned:
        return f"You said that you like {what}." if row.pinned > 0 else f"You said that you do not like {what}."
    times = f"{row.evidence} times" if row.evidence != 1 else "once"
    if not liked:
        return f"You tend to pass over {what} ({times})."
    often = "often " if row.evidence > 2 else ""
    verb = {"use": "use", "feedback": "pick"}.get(row.source, "rate")
    return f"You {often}{verb} {what}{' well' if verb == 'rate' else ''} ({times})."


def _said(belief: Belief) -> float:
    return WEIGHTS[belief.row.kind] * belief.odds * belief.sureness


def _of_codes(codes: NDArray[np.generic], vocabulary: Vocabulary, by_key: Mapping[str, Belief]) -> Floats:
    """Return what is said of each position by its value of a coded column."""
    values = list(vocabulary.values)  # it may grow meanwhile
    said = np.zeros(len(values) + 1)  # NO_VALUE is -1, the last
    for code, value in enumerate(values):
        belief = by_key.get(value.casefold())
        if belief is not None:
            said[code] = _said(belief)
    found: Floats = said[codes.astype(np.int64)]
    return found


def _chances(odds: Floats) -> Floats:
    found: Floats = 1.0 / (1.0 + np.exp(-odds))
    return found
