"""The columns that a process keeps: read once, then brought up to each revision that somebody asks at."""

from __future__ import annotations

import logging
import threading
import time

from sqlalchemy import Connection

from lora_manager.db.columns.load import load_columns
from lora_manager.db.columns.refresh import refreshed
from lora_manager.db.columns.table import Columns
from lora_manager.db.revision import catalogue_revision

log = logging.getLogger(__name__)


class ColumnStore:
    """Hands out the columns. Thread-safe: who asks while they are read waits for them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._columns: Columns | None = None

    def current(self, connection: Connection) -> Columns:
        """Return the columns at the connection's revision, or a later one that another reader has seen already."""
        revision = catalogue_revision(connection)
        known = self._columns
        if known is not None and known.revision >= revision:
            return known
        with self._lock:
            known = self._columns
            if known is None:
                started = time.monotonic()
                known = load_columns(connection, revision)
                log.debug("Read the columns of %d adapters in %.2f s", len(known), time.monotonic() - started)
            elif known.revision < revision:
                known = refreshed(connection, known, revision)
            self._columns = known
            return known
