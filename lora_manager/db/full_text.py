"""Full-text search behind one small class: SQLite's FTS5 today, something else for another database later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from lora_manager.search.card_text import FIELDS, CardText, tags_text

WEIGHTS = {
    "name": 10.0,
    "version": 2.0,
    "file_name": 6.0,
    "folder": 2.0,
    "tags": 5.0,
    "triggers": 8.0,
    "author": 4.0,
    "notes": 2.0,
    "description": 1.0,
}
"""bm25 weight of each column: a word in the name says more than the same word in a description."""

_COLUMNS = ", ".join(FIELDS)
_INSERT = f"INSERT INTO adapter_fts (rowid, {_COLUMNS}) VALUES ({', '.join('?' * (len(FIELDS) + 1))})"
_BM25 = f"bm25(adapter_fts, {', '.join(str(WEIGHTS[field]) for field in FIELDS)})"


class FullText:
    """The full-text index over card texts, keyed by adapter id."""

    @staticmethod
    def create(connection: Connection) -> None:
        """Create the index."""
        connection.exec_driver_sql(
            f"CREATE VIRTUAL TABLE adapter_fts USING fts5({_COLUMNS}, "
            "tokenize='unicode61 remove_diacritics 2', prefix='1 2')"
        )

    @staticmethod
    def insert(connection: Connection, rows: Iterable[tuple[int, CardText]]) -> None:
        """Add texts of adapters that are not in the index."""
        values = [(adapter_id, *text) for adapter_id, text in rows]
        if values:
            connection.exec_driver_sql(_INSERT, values)

    @staticmethod
    def delete(connection: Connection, adapter_ids: Sequence[int]) -> None:
        """Take adapters out of the index; unknown ids are fine."""
        if adapter_ids:
            connection.exec_driver_sql("DELETE FROM adapter_fts WHERE rowid = ?", [(i,) for i in adapter_ids])

    @staticmethod
    def replace(connection: Connection, rows: Sequence[tuple[int, CardText]]) -> None:
        """Put the texts in place of what the index held for these adapters."""
        FullText.delete(connection, [adapter_id for adapter_id, _ in rows])
        FullText.insert(connection, rows)

    @staticmethod
    def set_tags(connection: Connection, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
        """Put other tags into the texts of adapters."""
        if rows:
            values = [(tags_text(tags), adapter_id) for adapter_id, tags in rows]
            connection.exec_driver_sql("UPDATE adapter_fts SET tags = ? WHERE rowid = ?", values)

    @staticmethod
    def search(connection: Connection, match: str, limit: int = -1) -> list[tuple[int, float]]:
        """Return (adapter id, score) of what matches an FTS5 expression, best first; a higher score is better.

        `match` must come from lora_manager.search.match: it is never the user's raw text.
        """
        rows = connection.exec_driver_sql(
            f"SELECT rowid, {_BM25} AS score FROM adapter_fts WHERE adapter_fts MATCH ? ORDER BY score, rowid LIMIT ?",
            (match, limit),
        )
        return [(row[0], -row[1]) for row in rows]

    @staticmethod
    def ids(connection: Connection, match: str) -> NDArray[np.int64]:
        """Return the ids of all adapters that match an FTS5 expression, in no order."""
        # As one text: of a common word there are 100,000 rows, and a Python object for each takes three times as long.
        joined = connection.exec_driver_sql(
            "SELECT group_concat(rowid) FROM adapter_fts WHERE adapter_fts MATCH ?", (match,)
        ).scalar()
        return np.fromstring(joined or "", np.int64, sep=",")

    @staticmethod
    def count(connection: Connection, match: str, most: int) -> int:
        """Return how many adapters match an FTS5 expression; `most` stands for so many or more."""
        counted = "SELECT count(*) FROM (SELECT 1 FROM adapter_fts WHERE adapter_fts MATCH ? LIMIT ?)"
        return int(connection.exec_driver_sql(counted, (match, most)).scalar() or 0)

    @staticmethod
    def matching_among(connection: Connection, match: str, adapter_ids: Sequence[int]) -> list[int]:
        """Return those of `adapter_ids` (a page of them, not a library) that match."""
        marks = ", ".join("?" * len(adapter_ids))
        rows = connection.exec_driver_sql(
            f"SELECT rowid FROM adapter_fts WHERE adapter_fts MATCH ? AND rowid IN ({marks})", (match, *adapter_ids)
        )
        return [row[0] for row in rows]

    @staticmethod
    def document_count(connection: Connection, term: str) -> int:
        """Return how many adapters hold an FTS5 term or phrase (already quoted)."""
        count = connection.exec_driver_sql(
            "SELECT count(*) FROM adapter_fts WHERE adapter_fts MATCH ?", (term,)
        ).scalar()
        return int(count or 0)
