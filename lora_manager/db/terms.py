"""The single words that the full-text index holds, with how many adapters have each: for completion and spelling."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable

from sqlalchemy import Connection

from lora_manager.search.card_text import FIELDS

# In the connection's own temporary schema: it holds nothing, it only shows what the index has.
_CREATE = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.adapter_terms USING fts5vocab(main, adapter_fts, 'col')"
_BETWEEN = "SELECT term, col, doc FROM temp.adapter_terms WHERE term >= ? AND term < ?"
_AMONG = (
    "SELECT term, col, doc FROM json_each(?) AS wanted "
    "CROSS JOIN temp.adapter_terms ON term = CAST(wanted.value AS TEXT)"
)
_BEHIND_ALL = "\U0010ffff"


def folded(word: str) -> str:
    """Return a word as the index holds it: without case and accents."""
    if word.isascii():
        return word.lower()
    parts = unicodedata.normalize("NFKD", word.lower())
    return unicodedata.normalize("NFC", "".join(sign for sign in parts if not unicodedata.combining(sign)))


def terms_beginning(connection: Connection, begin: str, fields: Collection[str] = FIELDS) -> Counter[str]:
    """Return the words that begin so in these fields. `begin` is folded.

    A word that stands in several fields counts as often as in the one where most have it.
    """
    connection.exec_driver_sql(_CREATE)
    rows = connection.exec_driver_sql(_BETWEEN, (begin, begin + _BEHIND_ALL))
    return _counted(((row[0], row[1], row[2]) for row in rows), fields)


def terms_among(connection: Connection, words: Iterable[str], fields: Collection[str] = FIELDS) -> Counter[str]:
    """Return those of these folded words that stand in these fields."""
    connection.exec_driver_sql(_CREATE)
    rows = connection.exec_driver_sql(_AMONG, (json.dumps(list(words)),))
    return _counted(((row[0], row[1], row[2]) for row in rows), fields)


def _counted(rows: Iterable[tuple[str, str, int]], fields: Collection[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for term, field, count in rows:
        if field in fields:
            found[term] = max(found[term], count)
    return found
