"""One consistent state of a database: copied while others write, counted, and checked."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lora_manager.db.backup.work import BackupCancelledError, Work
from lora_manager.errors import LoraManagerError

PAGES_AT_ONCE = 2048
_CHECK_EVERY = 200_000
"""Steps of SQLite's machine between two looks at whether the work is to stop."""
_PASSING = frozenset(
    {"job", "state", "scanned_folder", "problem", "stale_text", "alembic_version", "adapter_digest", "vector"}
)
"""Tables whose rows come and go by themselves: that they differ is no reason for another backup."""
_SMALL = {
    "setting": "SELECT key, value FROM setting ORDER BY key",
    "saved_filter": "SELECT * FROM saved_filter ORDER BY id",
    "access_token": "SELECT id, digest FROM access_token ORDER BY id",
    "root": "SELECT id, path FROM root ORDER BY id",
    "image": "SELECT sum(rating), sum(rating * id) FROM image",
    "preference": "SELECT sum(pinned * id), sum(forgotten_before), sum(evidence) FROM preference",
}
"""What is changed in place without the catalogue's revision moving on, and is quickly read whole."""
_NEWER = {("image", "favourite"): "SELECT sum(favourite * id) FROM image"}
"""The same of columns that older catalogues do not have: one of those is backed up before it is brought up to date."""


class DatabaseDamagedError(LoraManagerError):
    """The database itself is damaged, so that no backup can be made of it."""

    code = "database_damaged"


@dataclass(frozen=True)
class State:
    """What a database holds at one moment. `mark` is equal for two states in which nothing worth keeping differs."""

    schema: str
    counts: dict[str, int]
    mark: str
    revision: int


def read_state(connection: sqlite3.Connection) -> State:
    """Return what a database holds, as the connection's transaction sees it."""
    tables = own_tables(connection)
    counts = {name: _number(connection, f'SELECT count(*) FROM "{name}"') for name in tables}
    schema = _text(connection, "SELECT version_num FROM alembic_version") if "alembic_version" in tables else ""
    revision = int(_text(connection, "SELECT value FROM state WHERE key = 'revision'") or 0) if "state" in tables else 0
    kept = [name for name in tables if name not in _PASSING]
    seen = {
        "schema": schema,
        "revision": revision,
        "counts": [(name, counts[name]) for name in kept],
        "last": [(name, _last_row(connection, name)) for name in kept],
        "small": [_rows(connection, statement) for statement in _small_statements(connection, kept)],
    }
    mark = hashlib.sha256(json.dumps(seen, default=repr).encode()).hexdigest()[:32]
    return State(schema, counts, mark, revision)


def _small_statements(connection: sqlite3.Connection, tables: Collection[str]) -> list[str]:
    found = [statement for table, statement in _SMALL.items() if table in tables]
    for (table, column), statement in _NEWER.items():
        if table in tables and column in {row[1] for row in _rows(connection, f"PRAGMA table_info({table})")}:
            found.append(statement)
    return found


def own_tables(connection: sqlite3.Connection, side: str = "main") -> list[str]:
    """Return the tables, without the full-text index and what SQLite keeps for itself: those follow from the rest.

    `side` is the name under which the file is attached.
    """
    rows = _rows(connection, f"SELECT name, sql FROM {side}.sqlite_master WHERE type = 'table' ORDER BY name")
    virtual = [name for name, sql in rows if (sql or "").upper().startswith("CREATE VIRTUAL")]
    hidden = ("sqlite_", *(f"{name}_" for name in virtual))
    return [name for name, _ in rows if name not in virtual and not name.startswith(hidden)]


def copy_state(source: sqlite3.Connection, target: Path, work: Work) -> None:
    """Copy what a connection's open read transaction sees into a new file.

    Others go on writing meanwhile: in WAL mode a reader's state stays as it is, and the backup API copies pages as the
    source's own transaction sees them. (Beside a rollback journal, on a network share, writers wait until it is done.)
    """
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        # The copy is thrown away when anything fails: no journal, no waiting for the disk.
        copy.execute("PRAGMA journal_mode=OFF")
        copy.execute("PRAGMA synchronous=OFF")

        def on_step(_status: int, remaining: int, total: int) -> None:
            work.at(1 - remaining / max(total, 1))

        source.backup(copy, pages=PAGES_AT_ONCE, progress=on_step)
    with target.open("r+b") as file:  # a copy of a WAL database needs no log of its own to be read
        file.seek(18)
        file.write(b"\x01\x01")


def check_copy(database: Path, counts: dict[str, int], work: Work) -> str:
    """Return what is wrong with a closed database file that should hold these rows, or ""."""
    work.at(0.0)
    with closing(sqlite3.connect(database, isolation_level=None)) as connection, stoppable(connection, work):
        try:
            connection.execute("PRAGMA cache_size=-64000")
            found = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
            if found != ["ok"]:
                return str(found[0]).splitlines()[0]
            tables = own_tables(connection)
            now = {name: _number(connection, f'SELECT count(*) FROM "{name}"') for name in tables}
        except sqlite3.DatabaseError as error:
            if "interrupted" in str(error) or "full" in str(error):
                raise
            return str(error)
    wrong = sorted(name for name in {*counts, *now} if counts.get(name) != now.get(name))
    return f"the table '{wrong[0]}' does not hold as many rows as it did" if wrong else ""


@contextmanager
def stoppable(connection: sqlite3.Connection, work: Work) -> Iterator[None]:
    """Let long statements be given up. Raises BackupCancelledError when they were."""
    connection.set_progress_handler(lambda: int(work.cancelled()), _CHECK_EVERY)
    try:
        yield
    except sqlite3.OperationalError as error:
        if work.cancelled():
            raise BackupCancelledError("Stopped; nothing was left behind.") from error
        raise
    finally:
        connection.set_progress_handler(None, 0)


def _last_row(connection: sqlite3.Connection, name: str) -> int:
    try:
        return _number(connection, f'SELECT max(rowid) FROM "{name}"')
    except sqlite3.OperationalError:
        return 0  # a table without row numbers: how many there are has to do


def _rows(connection: sqlite3.Connection, statement: str) -> list[tuple[Any, ...]]:
    return list(connection.execute(statement))


def _number(connection: sqlite3.Connection, statement: str) -> int:
    return int(connection.execute(statement).fetchone()[0] or 0)


def _text(connection: sqlite3.Connection, statement: str) -> str:
    row = connection.execute(statement).fetchone()
    return str(row[0]) if row and row[0] is not None else ""
