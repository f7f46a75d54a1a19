"""Bring a database to the newest schema: one explicit transaction, the file copied first and put back on failure."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError

from lora_manager.db.engine import Database
from lora_manager.errors import CatalogueError, LoraManagerError

log = logging.getLogger(__name__)

SCRIPTS = Path(__file__).parent / "migrations"


class MigrationError(LoraManagerError):
    """The database could not be brought to this version's schema; it was left as it was."""

    code = "migration_failed"


def migrate(database: Database) -> None:
    """Upgrade `database` in place, or do nothing when it is current.

    Raises MigrationError when the file is no database or another program's, was written by a newer version, or when a
    migration fails; then the file is what it was before.
    """
    config = _config()
    newest = ScriptDirectory.from_config(config).get_current_head()
    current = _current_revision(database)
    if current == newest:
        return
    if current is not None and current not in _known_revisions(config):
        raise MigrationError(
            f"The catalogue {database.url.database} was written by a newer version of LoRA Manager ({current}). "
            "Update LoRA Manager, or name another database with --db."
        )
    copy = _copy_before(database, current)
    try:
        # Another process may have migrated while we waited for the lock: alembic then finds nothing to do.
        with database.write() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except Exception as error:
        log.exception("Migration from %s to %s failed", current, newest)
        _put_back(database, copy)
        raise MigrationError(f"The catalogue could not be updated ({error}); it was left as it was.") from error
    if copy is not None:
        copy.unlink(missing_ok=True)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config


def _current_revision(database: Database) -> str | None:
    try:
        with database.read() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
            if current is None:
                _refuse_foreign(connection)
            return current
    except (DBAPIError, CatalogueError) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        raise MigrationError(
            f"{database.url.database} cannot be opened as a catalogue ({reason}). Name another with --db."
        ) from error


def _refuse_foreign(connection: Connection) -> None:
    """Raise MigrationError when a database that we never wrote to holds tables: they are another program's."""
    tables = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
    if tables:
        raise MigrationError(
            f"{connection.engine.url.database} is the database of another program (it holds '{tables[0]}'). "
            "Name another with --db."
        )


def _known_revisions(config: Config) -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}


def _copy_before(database: Database, current: str | None) -> Path | None:
    if database.path is None or current is None:
        return None
    copy = database.path.with_name(f"{database.path.name}.before-{current}")
    temporary = copy.with_name(copy.name + ".part")
    temporary.unlink(missing_ok=True)
    with database.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        if raw is None:
            raise MigrationError("The database connection was lost before the migration; start again.")
        # One consistent state, whoever else writes meanwhile; it cannot run inside a transaction.
        raw.execute("VACUUM INTO ?", (str(temporary),))
    os.replace(temporary, copy)
    return copy


def _put_back(database: Database, copy: Path | None) -> None:
    """Put the copy back when the rolled-back file is not intact. A rolled-back transaction normally suffices."""
    if copy is None or database.path is None:
        return
    database.close()  # what the open connections remember says nothing of the file
    if _is_intact(database):
        copy.unlink(missing_ok=True)
        return
    database.close()
    for leftover in ("-wal", "-shm"):
        database.path.with_name(database.path.name + leftover).unlink(missing_ok=True)
    os.replace(copy, database.path)


def _is_intact(database: Database) -> bool:
    try:
        with database.read() as connection:
            return connection.exec_driver_sql("PRAGMA quick_check").scalar() == "ok"
    except DBAPIError:
        return False
