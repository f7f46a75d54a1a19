"""What a backup holds that the database does not, and the other way round: for whoever thinks of bringing it back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from lora_manager.db.backup.folder import Backup, BackupFolder
from lora_manager.db.backup.making import unpack_checked
from lora_manager.db.backup.snapshot import own_tables
from lora_manager.db.backup.work import Work

_SHOWN = 5
"""So many names are told of those that are only on one side."""
_SAME = "other.id = mine.id AND other.added_at = mine.added_at"
"""An id can be given again after a restore: only with its date it says that it is the same LoRA."""
_EDITS = "SELECT adapter_id, field, value FROM {side}.user_edit"
_EDITED = f"""
SELECT adapter_id FROM ({_EDITS.format(side="now")} EXCEPT {_EDITS.format(side="main")})
UNION SELECT adapter_id FROM ({_EDITS.format(side="main")} EXCEPT {_EDITS.format(side="now")})
"""
"""Whose edits differ, whenever they were made: what a restore takes back, another one brings with its old date."""


@dataclass(frozen=True)
class TableDifference:
    """How many rows a table has. `now` is None where the database cannot be read."""

    name: str
    now: int | None
    then: int


@dataclass(frozen=True)
class Differences:
    """LoRAs that only one side knows (how many, and some of their names), and those whose edits are others now.

    `unreadable` says why the database of now could not be looked at, "" when it could.
    """

    created_at: str
    tables: tuple[TableDifference, ...]
    only_now: int = 0
    only_then: int = 0
    edited_since: int = 0
    names_now: tuple[str, ...] = ()
    names_then: tuple[str, ...] = ()
    unreadable: str = ""


def differences(folder: BackupFolder, backup: Backup, database: Path, work: Work | None = None) -> Differences:
    """Compare a backup with the database. Raises BackupDamagedError, BackupError."""
    with folder.workplace() as place:
        facts = unpack_checked(folder, backup, place / "then", work or Work(), is_checked=False)
        then = tuple(TableDifference(name, None, count) for name, count in sorted(facts.counts.items()))
        if not database.exists():
            return Differences(facts.created_at, then, unreadable="it is not there")
        try:
            with closing(sqlite3.connect(place / "then", isolation_level=None)) as connection:
                connection.execute("ATTACH DATABASE ? AS now", (str(database),))
                return _compared(connection, facts.created_at, facts.counts)
        except sqlite3.DatabaseError as error:
            return Differences(facts.created_at, then, unreadable=str(error))


def _compared(connection: sqlite3.Connection, created_at: str, then: dict[str, int]) -> Differences:
    connection.execute("BEGIN")
    tables = own_tables(connection, "now")
    now = {name: int(connection.execute(f'SELECT count(*) FROM now."{name}"').fetchone()[0]) for name in tables}
    counts = tuple(
        TableDifference(name, now.get(name, 0), then.get(name, 0))
        for name in sorted({*now, *then})
        if now.get(name, 0) != then.get(name, 0)
    )
    in_both = f"SELECT count(*) FROM main.adapter AS mine WHERE id IN ({_EDITED}) AND EXISTS ({_other('now')})"
    only_now, names_now = _only(connection, "now", "main")
    only_then, names_then = _only(connection, "main", "now")
    return Differences(
        created_at,
        counts,
        only_now,
        only_then,
        int(connection.execute(in_both).fetchone()[0]),
        names_now,
        names_then,
    )


def _other(side: str) -> str:
    return f"SELECT 1 FROM {side}.adapter AS other WHERE {_SAME}"


def _only(connection: sqlite3.Connection, side: str, other: str) -> tuple[int, tuple[str, ...]]:
    """How many LoRAs only one side knows, and the names of some."""
    alone = f"FROM {side}.adapter AS mine WHERE NOT EXISTS ({_other(other)})"
    count = int(connection.execute(f"SELECT count(*) {alone}").fetchone()[0])
    names = connection.execute(f"SELECT name {alone} ORDER BY sort_name, id LIMIT {_SHOWN}").fetchall()
    return count, tuple(str(name) for (name,) in names)
