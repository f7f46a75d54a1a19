"""The index of the ranking that a process keeps: read once, then brought up to date by the stamps of the digests."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from lora_manager.db.digests import MOST_ROWS, IndexedDigest, digest_count, digests_since
from lora_manager.db.engine import Database
from lora_manager.db.stamps import last_stamp
from lora_manager.errors import BadInputError, CatalogueError
from lora_manager.search.ranking.document import unpack
from lora_manager.search.ranking.index import Priors, RankIndex

log = logging.getLogger(__name__)

STOP_S = 30.0
PATIENCE_S = 5.0
"""How long somebody waits for an index that is being read for the first time."""
MOST_AT_ONCE = 0.5
"""The part of an index up to which taking in what changed is quicker than reading everything."""

FEW = 300
"""Changed digests that are taken in while somebody waits for an answer: it takes milliseconds."""

Item = tuple[int, bytes, Priors]


class IndexStore:
    """Hands out the index. Thread-safe: while it is brought up to date, others are given the one before."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._index: RankIndex | None = None
        self._seen = -1
        self._place = (0, 0)
        self._behind: threading.Thread | None = None

    @property
    def kept(self) -> RankIndex | None:
        """The index as it was last handed out; None before the first."""
        return self._index

    def current(self, connection: Connection, patience_s: float = PATIENCE_S) -> RankIndex | None:
        """Return the index as the digests are now, or a little older while much of it is brought up to date.

        None where somebody reads it for the first time and is not done in `patience_s` seconds. An index that lacks
        most of the digests is as good as none: those of a library that was just scanned have come since.
        """
        stamp = last_stamp(connection)
        known = self._index
        if known is not None and self._seen >= stamp:
            return known
        if _lacks_most(connection, known):
            return self._waited_for(connection, stamp, patience_s)
        if self._lock.acquire(blocking=False):
            try:
                self._take_in_few(connection, stamp)
            finally:
                self._lock.release()
        return self._index

    def _waited_for(self, connection: Connection, stamp: int, patience_s: float) -> RankIndex | None:
        """The index, read on a thread of its own: of 100,000 adapters that takes longer than anybody waits."""
        until = time.monotonic() + patience_s
        for _ in range(2):  # what is under way may have begun before the digests that are missing
            if not self._is_behind(connection, stamp):
                break
            self._catch_up_behind().join(max(until - time.monotonic(), 0.0))
        index = self._index
        return index if index is not None and (index.count or self._seen >= stamp) else None

    def _is_behind(self, connection: Connection, stamp: int) -> bool:
        return _lacks_most(connection, self._index) and (self._index is None or self._seen < stamp)

    def _take_in_few(self, connection: Connection, stamp: int) -> None:
        """Take in what changed if it is little, else have it taken in behind."""
        known = self._index
        if known is None or self._seen >= stamp:
            return
        few = digests_since(connection, *self._place, FEW + 1)
        if len(few) <= FEW and not known.merges_with(len(few)):
            self._take_in(connection, stamp)
        else:
            self._catch_up_behind()

    def catch_up(self) -> None:
        """Take in everything there is, on this thread. Raises CatalogueError."""
        with self._lock, self._database.read() as connection:
            self._take_in(connection, last_stamp(connection))

    def close(self) -> None:
        """Wait for what is being taken in."""
        behind = self._behind
        if behind is not None:
            behind.join(STOP_S)

    def _catch_up_behind(self) -> threading.Thread:
        """Take in much, on a thread of its own: of many adapters that takes seconds, and somebody waits here."""
        behind = self._behind
        if behind is None or not behind.is_alive():
            behind = threading.Thread(target=self._catch_up_quietly, name="lora-manager-index", daemon=True)
            behind.start()
            self._behind = behind
        return behind

    def _catch_up_quietly(self) -> None:
        try:
            self.catch_up()
        except CatalogueError as error:
            log.warning("The index of the recommender waits for the catalogue: %s", error)

    def _take_in(self, connection: Connection, stamp: int) -> None:
        known = self._index
        if known is not None and self._seen >= stamp:
            return
        started = time.monotonic()
        new, place = _read(connection, self._place)
        if known is None or len(new) > MOST_AT_ONCE * known.count:
            # After a restore every row has a later stamp: what is read again is all there is.
            new, place = (new, place) if self._place == (0, 0) else _read(connection, (0, 0))
            self._index = _built(new)
        elif new:
            self._index = known.changed(_sound(new))
        self._place, self._seen = place, stamp
        log.debug("Took %d digests into the index in %.2f s", len(new), time.monotonic() - started)


def _lacks_most(connection: Connection, index: RankIndex | None) -> bool:
    return index is None or 2 * index.count < digest_count(connection)


def _read(connection: Connection, place: tuple[int, int]) -> tuple[list[Item], tuple[int, int]]:
    """What was written behind a place, and the place behind it."""
    found: list[Item] = []
    while True:
        rows = digests_since(connection, *place, MOST_ROWS)
        found += [_item(row) for row in rows]
        if rows:
            place = (rows[-1].stamp, rows[-1].adapter_id)
        if len(rows) < MOST_ROWS:
            return found, place


def _item(row: IndexedDigest) -> Item:
    return (
        row.adapter_id,
        row.document,
        Priors(
            popularity=row.popularity,
            quality=row.quality,
            family=row.family,
            author=row.author or "",
            base=row.base_model,
            archetype=row.archetype or "",
        ),
    )


def _built(items: Sequence[Item]) -> RankIndex:
    try:
        return RankIndex.of(items)
    except BadInputError:
        return RankIndex.of(_sound(items))


def _sound(items: Sequence[Item]) -> Iterator[Item]:
    """Those whose document can be read: one of an older program is made anew, and comes with a later stamp."""
    for item in items:
        try:
            unpack(item[1])
        except BadInputError as error:
            log.debug("The digest of adapter %d is passed over: %s", item[0], error)
            continue
        yield item
