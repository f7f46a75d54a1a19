"""What was guessed of every adapter (archetype and style), kept in memory for those who weigh all at once."""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from lora_manager.db.columns.table import Ints
from lora_manager.db.columns.vocabulary import NO_VALUE, Vocabulary
from lora_manager.db.event_sources import guesses_since
from lora_manager.db.stamps import last_stamp

Codes = NDArray[np.int16]


class Guesses:
    """Codes of the guessed archetype and style by adapter id. Reads only what is new. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.stamp = 0
        self.vocabulary = Vocabulary()
        self._archetypes: Codes = np.full(0, NO_VALUE, np.int16)
        self._styles: Codes = np.full(0, NO_VALUE, np.int16)

    def refresh(self, connection: Connection) -> int:
        """Read what was guessed since; returns the stamp up to which everything is known."""
        with self._lock:
            stamp = last_stamp(connection)
            if stamp <= self.stamp:
                return self.stamp
            found = guesses_since(connection, self.stamp)
            most = max((guess.adapter_id for guess in found), default=-1)
            archetypes, styles = _grown(self._archetypes, most), _grown(self._styles, most)
            for guess in found:
                archetypes[guess.adapter_id] = self.vocabulary.code(guess.archetype)
                styles[guess.adapter_id] = self.vocabulary.code(guess.style)
            self._archetypes, self._styles, self.stamp = archetypes, styles, stamp
            return stamp

    def archetypes(self, ids: Ints) -> Codes:
        """Return the code of the guessed archetype of each adapter, NO_VALUE where there is none."""
        return _at(self._archetypes, ids)

    def styles(self, ids: Ints) -> Codes:
        """Return the code of the guessed style of each adapter, NO_VALUE where there is none."""
        return _at(self._styles, ids)


def _grown(codes: Codes, most: int) -> Codes:
    """Return a copy with room for this id: who reads meanwhile keeps what they have."""
    found = np.full(max(most + 1, len(codes)), NO_VALUE, np.int16)
    found[: len(codes)] = codes
    return found


def _at(codes: Codes, ids: Ints) -> Codes:
    found = np.full(len(ids), NO_VALUE, np.int16)
    is_known = ids < len(codes)
    found[is_known] = codes[ids[is_known]]
    return found
