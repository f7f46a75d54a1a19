"""Bring a database to the newest schema: one explicit transaction, the file copied first and put back on failure."""

from __future__ import annotations

import contextlib
import glob
import logging
import os
import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError

from lora_manager.db.engine import Database
from lora_manager.db.location import copies_folder
from lora_manager.errors import CatalogueError, LoraManagerError
from lora_manager.formats.file_replace import remove_file, replace_file

log = logging.getLogger(__name__)

SCRIPTS = Path(__file__).parent / "migrations"

_BEFORE = ".before-"
"""What the copies of version 0.2 are called, which lay beside the file."""
_DAMAGED = ("malformed", "not a database")
"""What SQLite says of a file that is broken, and not just out of reach."""


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
    copy: Path | None = None
    try:
        with database.write() as connection:
            # Another process may have migrated while we waited for the lock.
            if _revision(connection) != newest:
                copy = _copy_before(database, current)
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
    except Exception as error:
        log.exception("Migration from %s to %s failed", current, newest)
        _put_back(database, copy)
        raise MigrationError(f"The catalogue could not be updated ({error}); it was left as it was.") from error
    if copy is not None:
        _remove_copies(database)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config


def _current_revision(database: Database) -> str | None:
    try:
        with database.read() as connection:
            current = _revision(connection)
            if current is None:
                _refuse_foreign(connection)
            return current
    except (DBAPIError, CatalogueError) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        raise MigrationError(
            f"{database.url.database} cannot be opened as a catalogue ({reason}). Name another with --db."
        ) from error


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


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
    """Copy the file as it is before the migration, under a name of this process's own, in a folder of its own.

    The folder is one that no web server hands out, whatever the copy is called. Called with the write lock held, so
    that nobody writes between the copy and the migration. Another connection makes it: VACUUM cannot run inside a
    transaction, and reads beside one.
    """
    if database.path is None or current is None:
        return None
    copy = copies_folder(database.path) / f"{current}.{os.getpid()}"
    unfinished = copy.with_name(f"{copy.name}.part")  # a try before may have left a copy that is still good
    copy.parent.mkdir(exist_ok=True)
    remove_file(unfinished)
    try:
        with database.engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            if raw is None:
                raise MigrationError("The database connection was lost before the migration; start again.")
            raw.execute("VACUUM INTO ?", (str(unfinished),))
        replace_file(unfinished, copy)
    except (OSError, sqlite3.Error):
        with contextlib.suppress(OSError):  # the first failure is the one to tell
            remove_file(unfinished)
        _remove_folder(copy.parent)
        raise
    return copy


def _remove_copies(database: Database) -> None:
    """Remove this migration's copy, and those that killed processes left."""
    if database.path is None:
        return
    folder = copies_folder(database.path)
    older = database.path.parent.glob(f"{glob.escape(database.path.name)}{_BEFORE}*")
    for copy in (*folder.glob("*"), *older):
        with contextlib.suppress(OSError):  # another program reads it; the next migration removes it
            copy.unlink()
    _remove_folder(folder)


def _remove_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # another process has its copy in it
        folder.rmdir()


def _put_back(database: Database, copy: Path | None) -> None:
    """Put the copy back when the rolled-back file is damaged. A rolled-back transaction normally suffices."""
    if copy is None or database.path is None:
        return
    database.close()  # what the open connections remember says nothing of the file
    try:
        damaged = _is_damaged(database)
    except (DBAPIError, CatalogueError):
        log.exception("%s cannot be checked now. What it was before lies in %s", database.path, copy)
        return
    database.close()
    if not damaged:
        remove_file(copy)
        _remove_folder(copy.parent)
        return
    for leftover in ("-wal", "-shm"):
        remove_file(database.path.with_name(database.path.name + leftover))
    replace_file(copy, database.path)
    _remove_folder(copy.parent)


def _is_damaged(database: Database) -> bool:
    """Say whether the file is broken. Raises DBAPIError or CatalogueError when that cannot be seen now."""
    try:
        with database.read() as connection:
            return connection.exec_driver_sql("PRAGMA quick_check").scalar() != "ok"
    except (DBAPIError, CatalogueError) as error:
        cause = error.__cause__ if isinstance(error, CatalogueError) else error
        if isinstance(cause, DBAPIError) and any(words in str(cause.orig) for words in _DAMAGED):
            return True
        raise
