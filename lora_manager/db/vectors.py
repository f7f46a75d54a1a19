"""Vectors of adapters in the database: writing them, reading what is new, and how far the making of them is.

The making goes through the adapters in the order of their last change. A mark says how far it came, for each pass
(which kinds, by which encoder): so what changed is looked at again, and work that was cut short goes on.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, tuple_

from lora_manager.db.chunks import chunks
from lora_manager.db.plain_rows import WANTED, rows_of
from lora_manager.db.revision import catalogue_revision
from lora_manager.db.stamps import next_stamp
from lora_manager.db.tables import State, Vector

_MARK = "vectors:"
_BEHIND = (
    "SELECT revision, id FROM adapter WHERE (revision, id) > (?, ?) AND revision <= ? ORDER BY revision, id LIMIT ?"
)
_ALL = "SELECT adapter_id, data FROM vector WHERE kind = ? AND encoder = ?"
_PREVIEWS = (
    "SELECT adapter_id, root.path, preview, preview_version FROM network_file JOIN root ON root.id = root_id "
    f"WHERE adapter_id IN {WANTED} AND is_primary AND preview IS NOT NULL AND state = 'present'"
)
_THERE = f"SELECT id FROM adapter WHERE id IN {WANTED}"
_COUNT_BEHIND = "SELECT count(*) FROM adapter WHERE (revision, id) > (?, ?)"
PASS = "pass:"
"""The names of passes begin with it; other words that are remembered here do not."""
LONGEST_PASS = 56
"""Characters of a pass's name: with the mark before it, it is a key of `state`."""


@dataclass(frozen=True)
class Mark:
    """The last adapter that was looked at: the revision with which it last changed, and its id."""

    revision: int = -1
    adapter_id: int = 0


@dataclass(frozen=True)
class NewVector:
    """A vector to write: `data` as float16, b"" to say that this text has none."""

    adapter_id: int
    kind: str
    encoder: str
    text_hash: str
    data: bytes


def write_vectors(connection: Connection, vectors: Sequence[NewVector]) -> None:
    """Write vectors in the place of those of the same adapters and kinds."""
    if not vectors:
        return
    stamp = next_stamp(connection)
    alive = those_there(connection, {one.adapter_id for one in vectors})
    rows = [
        {**vars(one), "dimensions": len(one.data) // 2, "stamp": stamp} for one in vectors if one.adapter_id in alive
    ]
    for part in chunks(rows):
        keys = [(row["adapter_id"], row["kind"]) for row in part]
        connection.execute(delete(Vector).where(tuple_(Vector.adapter_id, Vector.kind).in_(keys)))
        connection.execute(insert(Vector), list(part))


def known_texts(connection: Connection, adapter_ids: Sequence[int], encoder: str) -> dict[tuple[int, str], str]:
    """Return the hashes of the texts whose vectors this encoder has made, by adapter and kind."""
    found: dict[tuple[int, str], str] = {}
    for part in chunks(list(adapter_ids)):
        statement = select(Vector.adapter_id, Vector.kind, Vector.text_hash).where(
            Vector.adapter_id.in_(part), Vector.encoder == encoder
        )
        found.update(((row.adapter_id, row.kind), row.text_hash) for row in connection.execute(statement))
    return found


def vectors_since(connection: Connection, kind: str, encoder: str, stamp: int) -> Iterator[tuple[int, bytes]]:
    """Return (adapter id, float16 data) of what was written after a stamp; of everything after -1."""
    statement, parameters = (_ALL, (kind, encoder)) if stamp < 0 else (f"{_ALL} AND stamp > ?", (kind, encoder, stamp))
    rows: Iterable[Any] = connection.exec_driver_sql(statement, parameters)
    return iter(rows)


def all_adapters(connection: Connection) -> set[int]:
    """Return the ids of all adapters."""
    return set(connection.exec_driver_sql("SELECT id FROM adapter").scalars())


def those_there(connection: Connection, adapter_ids: Collection[int]) -> set[int]:
    """Return those of these adapters that are there: one may have gone since its vector was read, or encoded."""
    return {row[0] for row in rows_of(connection, _THERE, sorted(adapter_ids))}


def changed_adapters(connection: Connection, mark: Mark, limit: int) -> list[Mark]:
    """Return the adapters behind a mark, in the order of their last change.

    What a scan has written and not told of yet is left for later: more may be written under the same revision.
    """
    rows = connection.exec_driver_sql(_BEHIND, (mark.revision, mark.adapter_id, catalogue_revision(connection), limit))
    return [Mark(*row) for row in rows]


def count_adapters(connection: Connection, mark: Mark) -> tuple[int, int]:
    """Return how many adapters do not lie behind a mark, and how many there are."""
    total = int(connection.exec_driver_sql("SELECT count(*) FROM adapter").scalar() or 0)
    left = int(connection.exec_driver_sql(_COUNT_BEHIND, (mark.revision, mark.adapter_id)).scalar() or 0)
    return total - left, total


def read_mark(connection: Connection, name: str) -> Mark:
    """Return how far a pass came, the beginning for one that never ran."""
    revision, _, adapter_id = (read_word(connection, name) or "-1 0").partition(" ")
    return Mark(int(revision), int(adapter_id))


def forget_marks(connection: Connection) -> None:
    """Have every adapter looked at again, by every pass: the catalogue is another one now."""
    connection.execute(delete(State).where(State.key.startswith(f"{_MARK}{PASS}", autoescape=True)))


def write_mark(connection: Connection, name: str, mark: Mark) -> None:
    """Remember how far a pass came."""
    write_word(connection, name, f"{mark.revision} {mark.adapter_id}")


def read_word(connection: Connection, name: str) -> str:
    """Return what is remembered under a name, "" for nothing."""
    return connection.scalar(select(State.value).where(State.key == _key(name))) or ""


def write_word(connection: Connection, name: str, value: str) -> None:
    """Remember a text under a name."""
    connection.execute(delete(State).where(State.key == _key(name)))
    connection.execute(insert(State).values(key=_key(name), value=value))


def _key(name: str) -> str:
    return _MARK + name[:LONGEST_PASS]


def previews(connection: Connection, adapter_ids: Sequence[int]) -> list[tuple[int, str, str]]:
    """Return (adapter id, path of its preview, the preview's version) of those that have one."""
    rows = rows_of(connection, _PREVIEWS, adapter_ids)
    return [(adapter_id, os.path.join(root, preview), version or "") for adapter_id, root, preview, version in rows]
