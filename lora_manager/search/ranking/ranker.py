"""Ranker: what turns the features of a candidate into a score from 0 to 1. Trained by tools/train_ranker.py."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from lora_manager.errors import BadInputError
from lora_manager.search.ranking.features import FEATURES, NAMES
from lora_manager.search.ranking.trees import MOST_FEATURES, Floats, Trees

log = logging.getLogger(__name__)

FORMAT = "lora-manager ranker 1"
OWN_NAME = "ranker.json"
"""File of a ranker trained on a user's own history, in the application's data folder."""
MOST_BYTES = 8_000_000
_SHIPPED = Path(__file__).with_name("ranker.json")
PRIOR_WEIGHTS: Mapping[str, float] = {"preference": 3.0, "co_use": 1.5, "family": 2.0, "vector": 1.0, "quality": 0.5}
"""How far each of what is known besides the text can move the log odds: from nothing known to its end.

No data to learn them from is in the package, so they are set by hand, small beside what the text says.
"""
_NEUTRAL: Mapping[str, float] = {"preference": 0.5, "family": 1.0, "quality": 0.7}
"""The value of each that moves nothing, where it is not 0: of quality what an adapter has of which little is known."""
_GREATEST = 10.0


@dataclass(frozen=True)
class Ranker:
    """A trained ranker, or with no trees the text score alone.

    name: what it was trained on, shown on the page. columns: where each of its features is in the built ones. scale and
    shift turn the trees' sum into log odds.
    """

    name: str
    trees: Trees | None
    columns: tuple[int, ...]
    scale: float
    shift: float

    @classmethod
    def shipped(cls) -> Ranker:
        """Return the ranker of the package; the text score alone where its file is missing or unsound."""
        return _shipped()

    @classmethod
    def in_folder(cls, folder: Path) -> Ranker:
        """Return the ranker that was trained for this folder's user (OWN_NAME in it), else the shipped one."""
        path = folder / OWN_NAME
        try:
            return cls.load(path)
        except FileNotFoundError:
            pass
        except (OSError, BadInputError) as error:
            log.warning("%s is not used, the package's ranker is: %s", path, error)
        return cls.shipped()

    @classmethod
    def text_alone(cls) -> Ranker:
        """Return a ranker that goes by the text score alone."""
        return cls("text", None, (NAMES.index("text_rel"),), 4.0, -3.0)

    @classmethod
    def load(cls, path: Path) -> Ranker:
        """Read a ranker's file. Raises BadInputError for what is none, OSError where it cannot be read."""
        if path.exists() and not path.is_file():  # a pipe would be waited for
            raise BadInputError("This is no file.")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise BadInputError(f"A ranker's file has at most {MOST_BYTES} bytes.")
        try:
            return cls.of(json.loads(data))
        except (ValueError, RecursionError) as error:
            raise BadInputError(f"This is no ranker's file: {error}.") from error

    @classmethod
    def of(cls, data: Any) -> Ranker:
        """Return the ranker that a file describes. Raises BadInputError."""
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise BadInputError("This is no ranker of this version.")
        names = data.get("features")
        if not isinstance(names, list) or not 0 < len(names) <= MOST_FEATURES or not set(map(str, names)) <= set(NAMES):
            raise BadInputError("This ranker knows features that there are not: train it anew.")
        scale, shift = data.get("scale"), data.get("shift")
        if not all(isinstance(value, (int, float)) and abs(value) < 1000 for value in (scale, shift)):
            raise BadInputError("This ranker says no scale.")
        trees = data.get("trees")
        if not isinstance(trees, dict):
            raise BadInputError("This ranker has no trees.")
        # As a database takes it, which keeps it with the lists that are shown: without halves of signs.
        name = str(data.get("name") or "unnamed")[:64].encode("utf-8", "replace").decode("utf-8")
        columns = tuple(NAMES.index(str(feature)) for feature in names)
        return cls(name, Trees.of(trees, len(names)), columns, float(scale or 0), float(shift or 0))

    def log_odds(self, features: Floats) -> Floats:
        """Return the log odds of each candidate, float32[m], by its features alone."""
        rows = features[:, self.columns]
        raw = self.trees.predict(rows) if self.trees else rows[:, 0]
        result: Floats = (raw * np.float32(self.scale) + np.float32(self.shift)).astype(np.float32)
        return result

    def shares(self, features: Floats) -> dict[str, Floats]:
        """Return what each part of the reason adds to the log odds of candidates, float32[m], against the mean of all.

        features: as they were built, float32[m, all].
        """
        rows = features[:, self.columns]
        names, of_leaf = self._groups
        added = of_leaf[self.trees.leaves_of(rows)].sum(axis=0) if self.trees else rows
        added = added * np.float32(self.scale)
        return dict(zip(names, added.T, strict=True))

    @cached_property
    def _groups(self) -> tuple[list[str], Floats]:
        """The parts of the reason, and what each adds in each leaf."""
        groups = [FEATURES[column].group for column in self.columns]
        names = list(dict.fromkeys(groups))
        part_of = np.array([names.index(group) for group in groups], np.int64)
        return names, self.trees.parts(part_of, len(names)) if self.trees else np.zeros((0, len(names)), np.float32)


def prior_terms(priors: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return what each prior adds to the log odds, in the priors' own shape; one that is unknown adds nothing."""
    added = {}
    for name, weight in PRIOR_WEIGHTS.items():
        if name in priors:
            neutral = _NEUTRAL.get(name, 0.0)
            value = np.nan_to_num(priors[name], nan=neutral, posinf=1.0, neginf=0.0)
            added[name] = (np.clip(value, 0, 1) - np.float32(neutral)) * np.float32(weight)
    return added


def where_it_matches(shift: Floats, log_odds: Floats) -> Floats:
    """Return by how much liking moves candidates whose other evidence says `log_odds`, float32[m] each.

    What is liked is lifted in proportion to how well it fits beside the candidate that fits best: liking chooses among
    what matches, and brings nothing to the top that hardly does. What is disliked falls by all of it.
    """
    fits = as_share(log_odds)
    relative = fits / max(float(fits.max(initial=0.0)), 1e-6)
    moved: Floats = np.where(shift > 0, shift * relative, shift).astype(np.float32)
    return moved


def as_share(log_odds: Floats) -> Floats:
    """Return log odds as a number from 0 to 1."""
    result: Floats = (1 / (1 + np.exp(-np.clip(log_odds, -_GREATEST, _GREATEST)))).astype(np.float32)
    return result


@cache
def _shipped() -> Ranker:
    try:
        return Ranker.load(_SHIPPED)
    except (OSError, BadInputError):
        return Ranker.text_alone()
