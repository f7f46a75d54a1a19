"""What a restore does not take back: it is carried from the database of now into that of then.

Tokens, for one that was revoked must stay revoked. Jobs, for the ids of those that run must not be given anew. The
settings, and the values about the database itself (who holds which lease). Where the roots lie, for that is a matter of
this machine; and their ids, which every running program knows.

What is derived of adapters (digests, vectors) comes from the backup too, under later stamps than any program has seen:
so all of it is read again, and what does not fit the adapter any more is made anew in the background.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from lora_manager.db.backup.snapshot import own_tables
from lora_manager.db.stamps import STAMP_KEY

CARRIED = ("access_token", "job", "setting", "state")
REVISIONS_APART = 1_000_000
"""How far the revision moves on where that of now cannot be read: behind whatever any program has seen."""
_STAMPED = ("adapter_digest", "vector")
_NEVER_ENDED = "The database was brought back from a backup of a moment at which this was under way."


def settle(restored: sqlite3.Connection, revision: int) -> None:
    """Have everything read anew at this revision, and nothing go on that was under way when the backup was made."""
    restored.execute("UPDATE adapter SET revision = ?", (revision,))
    restored.execute("DELETE FROM scanned_folder")  # the next scan looks into every folder
    restored.execute("UPDATE change_set SET state = 'stopped' WHERE state = 'open'")
    restored.execute("UPDATE file_operation SET state = 'failed', error = ? WHERE state = 'begun'", (_NEVER_ENDED,))
    _write_state(restored, "revision", revision)
    _stamp_all(restored, REVISIONS_APART)


def carry_over(live: sqlite3.Connection, restored: sqlite3.Connection) -> None:
    """Carry what is not taken back, in one transaction. `restored` keeps its revision. Raises sqlite3.Error."""
    known = {*own_tables(live)} & {*own_tables(restored)}
    restored.execute("BEGIN")
    try:
        for table in (table for table in CARRIED if table in known):
            _carry(live, restored, table, "WHERE key != 'revision'" if table == "state" else "")
        if "root" in known:
            _carry_roots(live, restored)
        _stamp_all(restored, 1)
    except BaseException:
        restored.execute("ROLLBACK")
        raise
    restored.execute("COMMIT")


def revision_of(connection: sqlite3.Connection) -> int:
    """Return the catalogue's revision. Raises sqlite3.Error."""
    return _read_state(connection, "revision")


def forget_tokens(restored: sqlite3.Connection) -> None:
    """Let nobody in by a token, where nobody can say which were revoked since."""
    restored.execute("DELETE FROM access_token")


def _stamp_all(restored: sqlite3.Connection, apart: int) -> None:
    """Give all that is derived a stamp this far behind the last one."""
    stamp = _read_state(restored, STAMP_KEY) + apart
    for table in _STAMPED:
        restored.execute(f"UPDATE {table} SET stamp = ?", (stamp,))
    _write_state(restored, STAMP_KEY, stamp)


def _read_state(connection: sqlite3.Connection, key: str) -> int:
    row = connection.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone()
    return int(row[0]) if row else 0


def _write_state(connection: sqlite3.Connection, key: str, value: int) -> None:
    connection.execute("DELETE FROM state WHERE key = ?", (key,))
    connection.execute("INSERT INTO state (key, value) VALUES (?, ?)", (key, str(value)))


def _carry(live: sqlite3.Connection, restored: sqlite3.Connection, table: str, where: str) -> None:
    columns = _common_columns(live, restored, table)
    rows = live.execute(f'SELECT {", ".join(columns)} FROM "{table}" {where}').fetchall()
    restored.execute(f'DELETE FROM "{table}" {where}')
    _insert(restored, table, columns, rows)


def _carry_roots(live: sqlite3.Connection, restored: sqlite3.Connection) -> None:
    """Each root lies where it lies now; roots of now that there were not then keep their ids."""
    columns = _common_columns(live, restored, "root")
    then = dict(restored.execute("SELECT path, id FROM root").fetchall())
    now = live.execute(f"SELECT {', '.join(columns)} FROM root").fetchall()
    at_id, at_path = columns.index('"id"'), columns.index('"path"')
    ids = {row[at_id] for row in now}
    # A path that only a root of then has keeps its rows: those of its files.
    rows = [row for row in now if then.get(row[at_path], row[at_id]) in ids]
    moved = {row[at_id]: row[at_path] for row in rows}
    for root_id in moved:  # two may have changed places: the paths are unique at every moment
        restored.execute("UPDATE root SET path = 'moving ' || id WHERE id = ?", (root_id,))
    for root_id, path in moved.items():
        restored.execute("UPDATE root SET path = ? WHERE id = ?", (path, root_id))
    there = {root_id for (root_id,) in restored.execute("SELECT id FROM root")}
    _insert(restored, "root", columns, [row for row in rows if row[at_id] not in there])


def _insert(restored: sqlite3.Connection, table: str, columns: Sequence[str], rows: Sequence[Any]) -> None:
    places = ", ".join("?" * len(columns))
    restored.executemany(f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES ({places})', rows)


def _common_columns(live: sqlite3.Connection, restored: sqlite3.Connection, table: str) -> list[str]:
    now, then = (
        [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')] for connection in (live, restored)
    )
    return [f'"{name}"' for name in now if name in then]
