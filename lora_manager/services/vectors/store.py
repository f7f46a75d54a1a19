"""The vectors in memory: one matrix for each kind, brought up to date by stamps when somebody asks."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from sqlalchemy import Connection

from lora_manager.db.revision import catalogue_revision
from lora_manager.db.stamps import last_stamp
from lora_manager.db.vectors import all_adapters, vectors_since
from lora_manager.search.vectors.matrix import VectorMatrix


@dataclass
class _Held:
    encoder: str
    stamp: int = -1
    matrix: VectorMatrix = field(default_factory=VectorMatrix)


class VectorStore:
    """Thread-safe. A matrix is of one encoder: with another one it begins anew."""

    def __init__(self) -> None:
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()
        self._held: dict[str, _Held] = {}
        self._dropped_at = -1

    def matrix(self, connection: Connection, kind: str, encoder: str) -> VectorMatrix:
        """Return the vectors of a kind as the database holds them now; reads only what was written since."""
        with self._lock:
            lock = self._locks.setdefault(kind, threading.Lock())
        with lock:
            held = self._held.get(kind)
            if held is None or held.encoder != encoder:
                held = _Held(encoder)
            self._bring_up_to_date(connection, kind, held)
            self._held[kind] = held
            return held.matrix

    def holds(self, kind: str, encoder: str) -> bool:
        """Say whether vectors of a kind by this encoder were read already."""
        held = self._held.get(kind)
        return held is not None and held.encoder == encoder

    def forget(self) -> None:
        """Forget everything: the database is another one now."""
        self._held.clear()

    @property
    def memory_bytes(self) -> int:
        """How much memory all matrices take."""
        return sum(held.matrix.memory_bytes for held in list(self._held.values()))

    def drop_gone(self, connection: Connection) -> None:
        """Take the vectors of adapters away that are gone, if the catalogue changed since the last time."""
        revision = catalogue_revision(connection)
        held = list(self._held.values())
        if revision == self._dropped_at or not held:
            return
        there = all_adapters(connection)
        for one in held:
            one.matrix.remove([adapter_id for adapter_id in one.matrix.ids() if adapter_id not in there])
        self._dropped_at = revision

    def _bring_up_to_date(self, connection: Connection, kind: str, held: _Held) -> None:
        stamp = last_stamp(connection)
        if stamp != held.stamp:
            held.matrix.put(vectors_since(connection, kind, held.encoder, held.stamp))
            held.stamp = stamp
