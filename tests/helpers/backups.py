"""What tests of backups share: a raw connection, many rows, the whole of a database as one text."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import text

from lora_manager.clock import utc_now
from lora_manager.db.engine import Database
from lora_manager.db.revision import touch_catalogue


@contextmanager
def raw(database: Database | Path) -> Iterator[sqlite3.Connection]:
    """A connection of its own, outside the pool."""
    path = database if isinstance(database, Path) else database.path
    assert path is not None
    with closing(sqlite3.connect(path, isolation_level=None, timeout=20)) as connection:
        yield connection


def add_tags(database: Database, begin: str, count: int) -> None:
    """Rows, long enough to fill pages."""
    rows = [{"key": f"{begin}{number:06}", "name": "n" * 60} for number in range(count)]
    with database.write() as connection:
        connection.execute(text("INSERT INTO tag (key, name) VALUES (:key, :name)"), rows)
        touch_catalogue(connection)


def add_adapter(database: Database, name: str) -> int:
    """A LoRA without a file."""
    row = {"name": name, "now": utc_now()}
    columns = "name, sort_name, base_model, family, favourite, rating, active, ordinal, added_at, updated_at, uses"
    rest = "made_by_hand, trained_words, stats, sources"
    with database.write() as connection:
        statement = (
            f"INSERT INTO adapter ({columns}, {rest}) "
            "VALUES (:name, :name, '', '', 0, 0, 1, 0, :now, :now, 0, 0, '[]', '{}', '{}') RETURNING id"
        )
        adapter_id = int(connection.execute(text(statement), row).scalar_one())
        touch_catalogue(connection, [adapter_id])
    return adapter_id


def names(database: Database | Path) -> list[str]:
    """The names of all LoRAs, in order."""
    with raw(database) as connection:
        return [row[0] for row in connection.execute("SELECT name FROM adapter ORDER BY id")]


def is_sound(path: Path) -> bool:
    """Whether SQLite finds nothing wrong with a file."""
    with raw(path) as connection:
        whole = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return whole and connection.execute("PRAGMA foreign_key_check").fetchall() == []


def dump(database: Database | Path) -> str:
    """A digest of everything that a file says, as SQL."""
    with raw(database) as connection:
        return hashlib.sha256("\n".join(connection.iterdump()).encode()).hexdigest()
