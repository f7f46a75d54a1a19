"""What makes LoRAs doubles beside their hashes, kept in memory: the version of the model site, and the stem."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from lora_manager.db.columns.table import Ints
from lora_manager.db.columns.vocabulary import NO_VALUE
from lora_manager.db.revision import catalogue_revision

_ROWS = (
    "SELECT adapter.id, version_id, stem FROM adapter JOIN network_file ON network_file.adapter_id = adapter.id "
    "AND is_primary WHERE adapter.revision > ?"
)


@dataclass(frozen=True)
class DuplicateKeys:
    """Numbers by adapter id: equal ones belong together, NO_VALUE is none. `stems` are the codes of all stems."""

    version: Ints
    stem: Ints
    stems: dict[str, int]

    def of(self, name: str, ids: Ints) -> Ints:
        """Return the numbers "version" or "stem" of these adapters."""
        by_id: Ints = getattr(self, name)
        is_known = ids < len(by_id)
        found: Ints = np.where(is_known, by_id[np.where(is_known, ids, 0)] if len(by_id) else NO_VALUE, NO_VALUE)
        return found


_NOTHING = DuplicateKeys(np.zeros(0, np.int64), np.zeros(0, np.int64), {})


class DuplicateKeyStore:
    """Reads the keys once, then those of the adapters that changed. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._revision = -1
        self._keys = _NOTHING

    def current(self, connection: Connection) -> DuplicateKeys:
        """Return the keys as they are now."""
        with self._lock:
            revision = catalogue_revision(connection)
            if revision < self._revision:  # a backup was brought back
                self._keys, self._revision = _NOTHING, -1
            if revision > self._revision:
                rows = connection.exec_driver_sql(_ROWS, (self._revision,)).all()
                if rows:
                    self._keys = _with(self._keys, [(row[0], row[1], row[2]) for row in rows])
                self._revision = revision
            return self._keys


def _with(keys: DuplicateKeys, rows: list[tuple[int, int | None, str]]) -> DuplicateKeys:
    ids, versions, stems = zip(*rows, strict=True)
    codes = dict(keys.stems)
    behind_last = max(len(keys.version), max(ids) + 1)
    at = np.array(ids, np.int64)
    version, stem = _longer(keys.version, behind_last), _longer(keys.stem, behind_last)
    version[at] = [NO_VALUE if value is None else value for value in versions]
    stem[at] = [codes.setdefault(value, len(codes)) for value in stems]
    return DuplicateKeys(version, stem, codes)


def _longer(values: Ints, length: int) -> Ints:
    longer = np.full(length, NO_VALUE, np.int64)
    longer[: len(values)] = values
    return longer
