"""The archetype of an adapter: what a source or the user says, else a guess by a small linear classifier.

The classifier is a multinomial logistic regression over hashed words, trained by tools/train_archetype.py on the
category tags of a model site with those tags hidden. Its confidence is calibrated by one temperature (Guo et al.,
"On Calibration of Modern Neural Networks", 2017). Only coefficients and hashes are shipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.search.insight.archetype_features import archetype_features
from lora_manager.search.insight.archetype_words import archetype_said
from lora_manager.search.insight.texts import Texts

SHIPPED = Path(__file__).with_name("archetype.npz")
LEAST_CONFIDENCE = 0.4
"""Below this confidence nothing is guessed."""


class Guess(NamedTuple):
    """A value with its confidence, 0 to 1; 1 where somebody says so."""

    value: str
    confidence: float


@dataclass(frozen=True)
class ArchetypeModel:
    """Coefficients. hashes: uint32 [F], ascending. weights: int8 [F, K], times scale float32 [K]; bias: float32 [K].

    temperature: what the sums are divided by before they are taken for log odds.
    """

    archetypes: tuple[str, ...]
    hashes: NDArray[np.uint32]
    weights: NDArray[np.int8]
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]
    temperature: float

    def probabilities(self, features: Mapping[int, float]) -> NDArray[np.float32]:
        """Return the probability of each archetype, [K], for feature -> value."""
        wanted = np.fromiter(features.keys(), dtype=np.uint32, count=len(features))
        values = np.fromiter(features.values(), dtype=np.float32, count=len(features))
        places = np.searchsorted(self.hashes, wanted)
        places[places == len(self.hashes)] = 0
        known = self.hashes[places] == wanted
        sums = values[known] @ self.weights[places[known]].astype(np.float32)
        odds = (sums * self.scale + self.bias) / np.float32(self.temperature)
        powers = np.exp(odds - odds.max())
        return np.asarray(powers / powers.sum(), dtype=np.float32)

    def guess(self, features: Mapping[int, float]) -> Guess | None:
        """Return the most probable archetype, None where none is probable enough."""
        probabilities = self.probabilities(features)
        best = int(probabilities.argmax())
        confidence = float(probabilities[best])
        return Guess(self.archetypes[best], round(confidence, 3)) if confidence >= LEAST_CONFIDENCE else None

    def write(self, path: Path) -> None:
        """Write the coefficients to a file."""
        np.savez_compressed(
            path,
            archetypes=np.array(self.archetypes),
            hashes=self.hashes,
            weights=self.weights,
            scale=self.scale,
            bias=self.bias,
            temperature=np.float32(self.temperature),
        )

    @classmethod
    def load(cls, path: Path) -> ArchetypeModel:
        """Read the coefficients of a file."""
        with np.load(path, allow_pickle=False) as held:
            return cls(
                tuple(map(str, held["archetypes"])),
                held["hashes"],
                held["weights"],
                held["scale"],
                held["bias"],
                float(held["temperature"]),
            )


@cache
def shipped_model() -> ArchetypeModel:
    """Return the classifier that comes with the package, read once."""
    return ArchetypeModel.load(SHIPPED)


def archetype_of(facts: AdapterFacts, texts: Texts) -> Guess | None:
    """Return the archetype that is said, else the guessed one, if any.

    A file of which nothing is known but its name, with no word that was ever seen, is not guessed.
    """
    said = facts.archetype or archetype_said(facts.tags)
    if said:
        return Guess(said, 1.0)
    if not any((texts.name, texts.tags, texts.triggers, texts.description, texts.captions, texts.examples)):
        return None
    return shipped_model().guess(archetype_features(facts, texts))
