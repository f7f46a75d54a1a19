"""The tastes that a process keeps in memory: made anew when preferences, catalogue or guesses changed, or time went."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import NamedTuple

from sqlalchemy import Connection

from lora_manager.db.catalogue import Catalogue
from lora_manager.db.preferences import PreferenceRow, preferences_of, preferences_revision
from lora_manager.services.learning.guesses import Guesses
from lora_manager.services.learning.taste import Taste, beliefs

KEPT_TASTES = 8
"""Users whose taste is kept in memory: 0.4 MB each at 100,000 adapters."""
_MOMENTS_A_DAY = 24
"""Evidence fades all the time; so often that is looked at again."""
_GUESSED = ("style", "archetype")


class _Kept(NamedTuple):
    revision: int
    rows: list[PreferenceRow]
    key: tuple[int, ...]
    taste: Taste


class Tastes:
    """Hands out tastes. Thread-safe."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._guesses = Guesses()
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def of(self, connection: Connection, user_name: str, now: float) -> Taste:
        """Return a user's taste at `now` (days)."""
        columns = self._catalogue.columns(connection)
        revision = preferences_revision(connection)
        with self._lock:
            known = self._kept.get(user_name)
            is_same = known is not None and known.revision == revision
            rows = known.rows if known is not None and is_same else preferences_of(connection, user_name)
            needs_guesses = any(row.kind in _GUESSED for row in rows)
            stamp = self._guesses.refresh(connection) if needs_guesses else 0
            key = (columns.revision, stamp, int(now * _MOMENTS_A_DAY))
            if known is not None and is_same and known.key == key:
                self._kept.move_to_end(user_name)
                return known.taste
            taste = Taste(columns, self._guesses, beliefs(rows, now))
            self._kept[user_name] = _Kept(revision, rows, key, taste)
            self._kept.move_to_end(user_name)
            if len(self._kept) > KEPT_TASTES:
                self._kept.popitem(last=False)
            return taste
