"""Digests: what the recommender knows of each adapter, derived in the background from everything else.

A digest remembers the revision of the adapter that it was made of and the recipe it was made by: one of an older
revision or another recipe is stale. One that comes out the same as before keeps its stamp.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection

from lora_manager.db.json_texts import json_text, json_value
from lora_manager.db.plain_rows import WANTED, rows_of
from lora_manager.db.revision import catalogue_revision
from lora_manager.db.stamps import next_stamp
from lora_manager.formats.example_prompts import ExamplePrompt, unpack_examples

MOST_ROWS = 1_000
"""Digests that are read at once, unless somebody says another number."""

_IS_THERE = "EXISTS (SELECT 1 FROM network_file WHERE adapter_id = adapter.id AND state IN ('present', 'incomplete'))"
_COLUMNS = (
    "document", "examples", "keywords", "archetype", "archetype_confidence", "style", "style_confidence", "quality",
    "quality_parts", "popularity",
)  # fmt: skip
_STALE = (
    "SELECT adapter.id FROM adapter LEFT JOIN adapter_digest ON adapter_digest.adapter_id = adapter.id "
    "WHERE adapter.revision > ? AND adapter.revision <= ? AND (adapter_digest.adapter_id IS NULL "
    f"OR adapter_digest.revision < adapter.revision OR adapter_digest.recipe != ?) AND {_IS_THERE} "
    "ORDER BY adapter.revision DESC, adapter.id"
)
_HELD = f"SELECT adapter_id, {', '.join(_COLUMNS)} FROM adapter_digest WHERE adapter_id IN {WANTED}"
_KNOWN = f"SELECT id FROM adapter WHERE id IN {WANTED}"
_SAME_AGAIN = "UPDATE adapter_digest SET revision = ?, recipe = ? WHERE adapter_id = ?"
_WRITE = (
    f"INSERT OR REPLACE INTO adapter_digest (adapter_id, revision, recipe, stamp, {', '.join(_COLUMNS)}) "
    f"VALUES (?, ?, ?, ?, {', '.join('?' * len(_COLUMNS))})"
)
_NUMBER = "max(0.0, min(1.0, CAST({0} AS REAL))) AS {0}"
_BLOB = "CASE typeof({0}) WHEN 'blob' THEN {0} ELSE x'' END AS {0}"
_SINCE = (
    # A damaged row would otherwise keep all others out of the index: it counts as empty.
    f"SELECT adapter_id, stamp, {_BLOB.format('document')}, {_NUMBER.format('popularity')}, "
    f"{_NUMBER.format('quality')}, coalesce(adapter.archetype, adapter_digest.archetype), "
    "style, family, base_model, author_username FROM adapter_digest JOIN adapter ON adapter.id = adapter_id "
    "WHERE (stamp, adapter_id) > (?, ?) ORDER BY stamp, adapter_id LIMIT ?"
)
_INSIGHT = (
    "SELECT adapter_id, keywords, archetype, archetype_confidence, style, style_confidence, quality, quality_parts, "
    f"popularity FROM adapter_digest WHERE adapter_id IN {WANTED}"
)
_EXAMPLES = f"SELECT adapter_id, {_BLOB.format('examples')} FROM adapter_digest WHERE adapter_id IN {WANTED}"


@dataclass(frozen=True)
class Digest:
    """A digest as it is made. revision: that of the adapter it was made of. The rest: see db.tables.learning.

    keywords: [{"word", "score"}], quality_parts: [{"name", "value", "weight", "text"}], as the API shows them.
    """

    adapter_id: int
    revision: int
    document: bytes
    examples: bytes
    keywords: list[Any] = field(default_factory=list)
    archetype: str | None = None
    archetype_confidence: float | None = None
    style: str | None = None
    style_confidence: float | None = None
    quality: float = 0.0
    quality_parts: list[Any] = field(default_factory=list)
    popularity: float = 0.0


class IndexedDigest(NamedTuple):
    """What of a digest is kept in memory. archetype: the one that is said, else the guessed one."""

    adapter_id: int
    stamp: int
    document: bytes
    popularity: float
    quality: float
    archetype: str | None
    style: str | None
    family: str
    base_model: str
    author: str | None


class StoredInsight(NamedTuple):
    """What was found out of an adapter: archetype and style as guessed, with their confidence (0 to 1)."""

    keywords: list[Any]
    archetype: str | None
    archetype_confidence: float | None
    style: str | None
    style_confidence: float | None
    quality: float
    quality_parts: list[Any]
    popularity: float


def stale_ids(connection: Connection, recipe: int, after_revision: int = -1) -> list[int]:
    """Return the adapters whose file is there and whose digest is missing or stale, what changed last first.

    `after_revision`: only those that changed later than this revision of the catalogue. What a scan has written and
    not told of yet (db.revision.stamp_adapters) is left for later: it may be written again under the same revision.
    """
    parameters = (after_revision, catalogue_revision(connection), recipe)
    return list(connection.exec_driver_sql(_STALE, parameters).scalars())


def count_there(connection: Connection) -> int:
    """Return how many adapters there are to be digested at all, as far as an index tells: one for each file."""
    statement = "SELECT count(*) FROM network_file WHERE state IN ('present', 'incomplete')"
    return int(connection.exec_driver_sql(statement).scalar() or 0)


def write_digests(connection: Connection, digests: Sequence[Digest], recipe: int) -> list[int]:
    """Write digests, all of one stamp; returns the ids of those that are another than before.

    One that is the same only remembers its revision and recipe. An adapter that is gone is left out.
    """
    ids = [digest.adapter_id for digest in digests]
    known = {adapter_id for (adapter_id,) in rows_of(connection, _KNOWN, ids)}
    held = {row[0]: tuple(row[1:]) for row in rows_of(connection, _HELD, ids)}
    same: list[tuple[int, ...]] = []
    rows: list[tuple[Any, ...]] = []
    for digest in digests:
        values = _values(digest)
        if digest.adapter_id not in known:
            continue
        if held.get(digest.adapter_id) == values:
            same.append((digest.revision, recipe, digest.adapter_id))
        else:
            rows.append((digest.adapter_id, digest.revision, recipe, *values))
    if same:
        connection.exec_driver_sql(_SAME_AGAIN, same)
    if rows:
        stamp = next_stamp(connection)
        connection.exec_driver_sql(_WRITE, [(*row[:3], stamp, *row[3:]) for row in rows])
    return [row[0] for row in rows]


def digests_since(connection: Connection, stamp: int, after_id: int = 0, limit: int = MOST_ROWS) -> list[IndexedDigest]:
    """Return the digests behind this place in the order of (stamp, adapter id): go on from the last one's.

    Fewer than `limit` mean that these are all there are now. Digests of adapters whose files are missing or in the
    trash are among them; those of adapters that are gone are not, and nobody tells of them: see `digest_ids`.
    """
    rows = connection.exec_driver_sql(_SINCE, (stamp, after_id, limit))
    return [IndexedDigest(*row) for row in rows]


def digest_ids(connection: Connection) -> list[int]:
    """Return the ids of all adapters that have a digest, in order."""
    return list(connection.exec_driver_sql("SELECT adapter_id FROM adapter_digest ORDER BY adapter_id").scalars())


def digest_count(connection: Connection) -> int:
    """Return how many adapters have a digest."""
    return int(connection.exec_driver_sql("SELECT count(*) FROM adapter_digest").scalar_one())


def insights_of(connection: Connection, adapter_ids: Sequence[int]) -> dict[int, StoredInsight]:
    """Return what was found out of adapters; those without a digest, or whose digest is damaged, are left out."""
    found = ((row[0], _insight(row[1:])) for row in rows_of(connection, _INSIGHT, adapter_ids))
    return {adapter_id: insight for adapter_id, insight in found if insight is not None}


def said_of(connection: Connection, adapter_id: int) -> tuple[str | None, str] | None:
    """Return the archetype that a source or the user says, if any, and the family; None where there is no adapter."""
    row = connection.exec_driver_sql("SELECT archetype, family FROM adapter WHERE id = ?", (adapter_id,)).first()
    return None if row is None else (row[0] or None, row[1] or "")


def examples_of(connection: Connection, adapter_ids: Sequence[int]) -> dict[int, tuple[ExamplePrompt, ...]]:
    """Return the example prompts of adapters, the user's own first; those without a digest are left out."""
    rows: Iterable[Any] = rows_of(connection, _EXAMPLES, adapter_ids)
    return {adapter_id: unpack_examples(packed) for adapter_id, packed in rows}


def _values(digest: Digest) -> tuple[Any, ...]:
    return tuple(
        json_text(value) if isinstance(value, list) else value
        for value in (getattr(digest, column) for column in _COLUMNS)
    )


def _insight(row: Sequence[Any]) -> StoredInsight | None:
    keywords, archetype, certain, style, style_certain, quality, parts, popularity = row
    try:
        found = StoredInsight(
            json_value(keywords), archetype, certain, style, style_certain, quality, json_value(parts), popularity
        )
    except (ValueError, RecursionError):
        return None
    lists, texts, numbers = (found.keywords, found.quality_parts), (archetype, style), (certain, style_certain, quality)
    is_sound = (
        all(isinstance(one, list) and all(isinstance(entry, dict) for entry in one) for one in lists)
        and all(text is None or isinstance(text, str) for text in texts)
        and all(number is None or _is_share(number) for number in (*numbers, popularity))
    )
    return found if is_sound else None


def _is_share(number: Any) -> bool:
    return isinstance(number, int | float) and 0.0 <= number <= 1.0
