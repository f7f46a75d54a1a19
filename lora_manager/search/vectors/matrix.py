"""Vectors of one kind in memory, and the nearest of them: exact cosines over one float32 matrix.

A change writes its own rows only. For 100,000 rows of 384 a question takes some milliseconds, so there is no
approximate index: those lose up to half of the true neighbours at that size (reference/recommendation, "Search").
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Iterable

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
STORED = np.dtype("<f2")
"""How a vector lies in the database: float16, little-endian."""
_LEAST_ROOM = 256


def to_stored(vector: Vector) -> bytes:
    """Return a vector as the database keeps it."""
    return vector.astype(STORED).tobytes()


class VectorMatrix:
    """Rows of length 1 by adapter id. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows = np.zeros((0, 0), np.float32)
        self._ids = np.zeros(0, np.int64)
        self._place: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._place)

    def __contains__(self, adapter_id: object) -> bool:
        return adapter_id in self._place

    @property
    def memory_bytes(self) -> int:
        """How much memory the rows take."""
        return int(self._rows.nbytes + self._ids.nbytes)

    def ids(self) -> list[int]:
        """Return whose vectors there are."""
        with self._lock:
            return list(self._place)

    def put(self, items: Iterable[tuple[int, bytes]]) -> None:
        """Add or replace vectors as the database keeps them; b"" takes one away.

        Most of the first ones say how many dimensions there are; one of another number, or without direction, or that
        is damaged, is left out.
        """
        items = [(adapter_id, data) for adapter_id, data in items if isinstance(data, bytes)]
        gone = [adapter_id for adapter_id, data in items if not data]
        with self._lock:
            kept = [(adapter_id, data) for adapter_id, data in items if data]
            if kept:
                self._put(kept)
            for adapter_id in gone:
                self._remove(adapter_id)

    def remove(self, adapter_ids: Iterable[int]) -> None:
        """Take vectors away."""
        with self._lock:
            for adapter_id in adapter_ids:
                self._remove(adapter_id)

    def vector(self, adapter_id: int) -> Vector | None:
        """Return an adapter's vector."""
        with self._lock:
            place = self._place.get(adapter_id)
            return None if place is None else self._rows[place].copy()

    def cosines(self, vector: Vector) -> tuple[NDArray[np.int64], Vector]:
        """Return all ids and the cosine of each to a vector of length 1, in no order."""
        with self._lock:
            count = len(self._place)
            if count == 0 or vector.shape != (self._rows.shape[1],):
                return np.zeros(0, np.int64), np.zeros(0, np.float32)
            return self._ids[:count].copy(), self._rows[:count] @ vector

    def top(self, vector: Vector, k: int, excluded: Collection[int] = ()) -> list[tuple[int, float]]:
        """Return the ids and cosines of the k nearest, best first; of equal ones the smaller id first."""
        ids, scores = self.cosines(vector)
        if excluded:
            scores[np.isin(ids, np.fromiter(excluded, np.int64, len(excluded)))] = -np.inf
        wanted = min(max(k, 0), len(scores))
        if wanted == 0:
            return []
        best = np.argpartition(-scores, wanted - 1)[:wanted]
        best = best[np.lexsort((ids[best], -scores[best]))]
        found = zip(ids[best].tolist(), scores[best].tolist(), strict=True)
        return [(adapter_id, score) for adapter_id, score in found if score > -np.inf]

    def _put(self, items: list[tuple[int, bytes]]) -> None:
        dimensions = self._rows.shape[1] or _usual_length(items) // STORED.itemsize
        fit = [(adapter_id, data) for adapter_id, data in items if len(data) == dimensions * STORED.itemsize]
        if not fit:
            return
        stored = np.frombuffer(b"".join(data for _, data in fit), STORED).reshape(len(fit), dimensions)
        rows = stored.astype(np.float32)
        lengths = np.linalg.norm(rows, axis=1)
        is_good = np.isfinite(lengths) & (lengths > 0)
        rows[is_good] /= lengths[is_good, None]
        good = np.flatnonzero(is_good).tolist()
        new = {fit[index][0] for index in good} - self._place.keys()
        self._make_room(len(self._place) + len(new), dimensions)
        places = np.fromiter((self._place_of(fit[index][0]) for index in good), np.int64, len(good))
        self._rows[places] = rows[good]

    def _place_of(self, adapter_id: int) -> int:
        place = self._place.get(adapter_id)
        if place is None:
            place = self._place[adapter_id] = len(self._place)
            self._ids[place] = adapter_id
        return place

    def _make_room(self, count: int, dimensions: int) -> None:
        """Room for a quarter more than is needed: growing copies everything."""
        if count <= len(self._ids) and self._rows.shape[1] == dimensions:
            return
        room = max(_LEAST_ROOM, count + (count // 4 if len(self._place) else 0))
        rows, ids = np.zeros((room, dimensions), np.float32), np.zeros(room, np.int64)
        used = len(self._place)
        if used:
            rows[:used], ids[:used] = self._rows[:used], self._ids[:used]
        self._rows, self._ids = rows, ids

    def _remove(self, adapter_id: int) -> None:
        """The last row takes the place of the one that goes."""
        place = self._place.pop(adapter_id, None)
        if place is None:
            return
        last = len(self._place)
        if place != last:
            self._rows[place], self._ids[place] = self._rows[last], self._ids[last]
            self._place[int(self._ids[place])] = place


def _usual_length(items: list[tuple[int, bytes]]) -> int:
    """The length in bytes that most have; of equally many the greater one."""
    counted = Counter(len(data) for _, data in items)
    return max(counted, key=lambda length: (counted[length], length))
