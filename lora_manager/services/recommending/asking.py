"""What is asked of the recommender, and what else it can ask itself: vectors and preferences, where there are any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from lora_manager.errors import BadInputError
from lora_manager.formats.base_model import family_of
from lora_manager.formats.base_model_rules import BY_NAME
from lora_manager.services.recommending.suggestions import KINDS, PROMPT

Ids = NDArray[np.int64]
Floats = NDArray[np.float32]

MOST_ITEMS = 100
MOST_IDS = 100
LONGEST_PROMPT = 200_000
"""Characters of a prompt that are looked at all: what comes behind them changes no picture."""


@dataclass(frozen=True)
class Asked:
    """A question. `kind` is one of KINDS, `ids` the adapters that suggestions shall go with (kind "with").

    `family` is the model's family that suggestions shall fit, "" for any; `any_base` keeps what does not fit. `roots`
    are the ids of the host's roots, `user_name` is "" where the host has no logins.
    """

    prompt: str
    limit: int = 20
    kind: str = PROMPT
    ids: tuple[int, ...] = ()
    family: str = ""
    any_base: bool = False
    roots: tuple[int, ...] = ()
    user_name: str = ""


class Vectors(Protocol):
    """Vectors of adapters, as the recommender asks them: see services.vectors."""

    def query(self, text: str, patience: float = ...) -> tuple[Ids, Floats] | None:
        """Return the adapters that have a vector and the cosine of a text to each; None without an encoder."""

    def similar(self, connection: Connection, adapter_id: int, kind: str, k: int) -> Sequence[tuple[int, float]]:
        """Return the nearest adapters by one kind of vector with their cosines, best first; none without a vector."""

    def available(self, connection: Connection, adapter_id: int) -> Sequence[str]:
        """Return the kinds of vectors that an adapter has."""


class Learning(Protocol):
    """What users like, as the recommender asks it: see services.learning. `user_name` is "" without logins."""

    @property
    def is_on(self) -> bool:
        """Whether anything is learned."""

    def preference_of(self, connection: Connection, user_name: str, ids: Ids) -> Floats:
        """Return how much a user likes each adapter, 0 to 1; .5 where nothing is known."""

    def explain(self, connection: Connection, user_name: str, adapter_id: int) -> tuple[str, float] | None:
        """Return a sentence with what moved an adapter, and how strongly, -1 to 1."""

    def hidden(self, connection: Connection, user_name: str, prompt: str) -> set[int]:
        """Return the adapters that a user does not want to see for this prompt."""


def checked(asked: Asked) -> Asked:
    """Return a question as it can be answered. Raises BadInputError."""
    if not 1 <= asked.limit <= MOST_ITEMS:
        raise BadInputError(f"limit must be 1 to {MOST_ITEMS}.")
    if asked.kind not in KINDS:
        raise BadInputError(f"kind: must be one of {', '.join(KINDS)}.")
    if len(asked.ids) > MOST_IDS:
        raise BadInputError(f"ids: at most {MOST_IDS} LoRAs.")
    return asked


def family_named(base: str) -> str:
    """Return the family of a family's or base model's name. Raises BadInputError."""
    family = base if base in BY_NAME else family_of(base)
    if not family:
        raise BadInputError(f"base: '{base[:60]}' is no base model known here; one of them is SDXL, another SD 1.5.")
    return family
