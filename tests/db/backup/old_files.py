"""Databases of earlier versions, made by running the migrations as far as those went."""

from __future__ import annotations

from pathlib import Path

from alembic import command

from lora_manager.db import migrate as module
from lora_manager.db.engine import Database, sqlite_url
from tests.helpers.backups import raw

NOW = "2026-01-01T00:00:00.000Z"
REVISIONS = ("0001", "0002", "0003", "0004")


def old_database(path: Path, revision: str, name: str = "Amber") -> Path:
    """A closed database of this revision with one LoRA and a root."""
    database = Database(sqlite_url(path))
    config = module._config()
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    database.close()
    with raw(path) as connection:
        for table, values in (("adapter", {"name": name, "sort_name": name.casefold()}), ("root", {"path": "/loras"})):
            insert_row(connection, table, values)
    return path


def insert_row(connection: object, table: str, values: dict[str, object]) -> None:
    """A row whose other columns hold what they must."""
    execute = connection.execute  # type: ignore[attr-defined]
    row = dict(values)
    for _, column, kind, required, default, key in execute(f"PRAGMA table_info('{table}')").fetchall():
        if required and not key and default is None and column not in row:
            is_text = "CHAR" in kind or kind in ("TEXT", "JSON")
            row[column] = NOW if column.endswith("_at") else "{}" if kind == "JSON" else "" if is_text else 0
    columns, places = ", ".join(f'"{column}"' for column in row), ", ".join("?" * len(row))
    execute(f'INSERT INTO "{table}" ({columns}) VALUES ({places})', tuple(row.values()))
