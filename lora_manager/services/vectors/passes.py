"""What the background work makes, as passes over the adapters: each makes some kinds of vectors by one encoder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from lora_manager.db.vectors import PASS, NewVector, known_texts
from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.search.vectors.matrix import to_stored
from lora_manager.search.vectors.technical import TECHNICAL, technical_vector
from lora_manager.search.vectors.texts import RECIPE, artistic_text, semantic_text, text_hash

SEMANTIC, ARTISTIC, LOOK, TECHNICAL_KIND = "semantic", "artistic", "look", "technical"
KINDS = (SEMANTIC, ARTISTIC, LOOK, TECHNICAL_KIND)
AT_ONCE = 8
"""Items that are encoded in one piece: whoever asks for something meanwhile waits for one piece at most."""

FactsOf = Callable[[Connection, Sequence[int]], Iterable[AdapterFacts]]
Encode = Callable[[Sequence[Any]], "NDArray[np.float32] | None"]
GoesOn = Callable[[], bool]


@dataclass(frozen=True)
class Wanted:
    """Something to encode: of whom, for which kind, the hash of what it is made of, and that itself."""

    adapter_id: int
    kind: str
    text_hash: str
    item: Any


class Pass(Protocol):
    """One pass. `kinds` are made by `encoder`; `per_step` adapters are looked at between two saves."""

    kinds: tuple[str, ...]
    encoder: str
    per_step: int

    @property
    def name(self) -> str:
        """Under which its progress is remembered."""
        ...

    def look(self, connection: Connection, adapter_ids: Sequence[int]) -> list[Wanted]:
        """Return what has to be made anew of these adapters."""
        ...

    def make(self, wanted: Sequence[Wanted], goes_on: GoesOn) -> list[NewVector] | None:
        """Return the vectors; None when it is not to go on, or the encoder is gone."""
        ...


class TechnicalPass:
    """The technical vectors, which need no encoder."""

    kinds: tuple[str, ...] = (TECHNICAL_KIND,)
    encoder = TECHNICAL
    per_step = 500

    def __init__(self, facts_of: FactsOf) -> None:
        self._facts_of = facts_of

    @property
    def name(self) -> str:
        """Under which its progress is remembered."""
        return f"{PASS}{TECHNICAL}"

    def look(self, connection: Connection, adapter_ids: Sequence[int]) -> list[Wanted]:
        """Return what has to be made anew of these adapters."""
        made = ((facts.id, technical_vector(facts)) for facts in self._facts_of(connection, adapter_ids))
        stored = [(adapter_id, to_stored(vector) if vector.any() else b"") for adapter_id, vector in made]
        wanted = [Wanted(one, TECHNICAL_KIND, text_hash(data.hex()), data) for one, data in stored]
        return unknown(connection, wanted, self.encoder)

    def make(self, wanted: Sequence[Wanted], goes_on: GoesOn) -> list[NewVector] | None:
        """Return the vectors."""
        return [NewVector(one.adapter_id, one.kind, self.encoder, one.text_hash, one.item) for one in wanted]


class TextPass:
    """The semantic and the artistic vectors, by an encoder of texts."""

    kinds: tuple[str, ...] = (SEMANTIC, ARTISTIC)
    per_step = 64

    def __init__(self, facts_of: FactsOf, encoder: str, encode: Encode) -> None:
        self.encoder = encoder
        self._facts_of = facts_of
        self._encode = encode

    @property
    def name(self) -> str:
        """Under which its progress is remembered."""
        return f"{PASS}texts{RECIPE}:{self.encoder}"

    def look(self, connection: Connection, adapter_ids: Sequence[int]) -> list[Wanted]:
        """Return what has to be made anew of these adapters."""
        wanted = []
        for facts in self._facts_of(connection, adapter_ids):
            for kind, text in ((SEMANTIC, semantic_text(facts)), (ARTISTIC, artistic_text(facts))):
                wanted.append(Wanted(facts.id, kind, text_hash(text), text))
        return unknown(connection, wanted, self.encoder)

    def make(self, wanted: Sequence[Wanted], goes_on: GoesOn) -> list[NewVector] | None:
        """Return the vectors: texts of like length together, for a short one is as slow as the longest beside it."""
        return encoded(self.encoder, sorted(wanted, key=lambda one: len(one.item)), self._encode, goes_on)


def unknown(connection: Connection, wanted: Sequence[Wanted], encoder: str) -> list[Wanted]:
    """Return what this encoder has not made from the same yet."""
    known = known_texts(connection, sorted({one.adapter_id for one in wanted}), encoder)
    return [one for one in wanted if known.get((one.adapter_id, one.kind)) != one.text_hash]


def encoded(encoder: str, wanted: Sequence[Wanted], encode: Encode, goes_on: GoesOn) -> list[NewVector] | None:
    """Return the vectors of what is wanted, made in small pieces; what is empty has b"" for one."""
    full = [one for one in wanted if one.item]
    made = [NewVector(one.adapter_id, one.kind, encoder, one.text_hash, b"") for one in wanted if not one.item]
    for begin in range(0, len(full), AT_ONCE):
        piece = full[begin : begin + AT_ONCE]
        rows = encode([one.item for one in piece]) if goes_on() else None
        if rows is None:
            return None
        for one, row in zip(piece, rows, strict=True):
            made.append(NewVector(one.adapter_id, one.kind, encoder, one.text_hash, to_stored(row)))
    return made
