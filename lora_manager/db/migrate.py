"""Bring a database to the newest schema: one explicit transaction, backed up first and put back on failure."""

from __future__ import annotations

import contextlib
import glob
import logging
import re
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from lora_manager.db.backup.folder import Backup, BackupError
from lora_manager.db.backup.making import Made, folder_for, make_backup, unpack_checked
from lora_manager.db.backup.placing import put_in_place
from lora_manager.db.backup.work import Work
from lora_manager.db.engine import Database, sqlite_url
from lora_manager.db.location import copies_folder
from lora_manager.errors import CatalogueError, LoraManagerError

log = logging.getLogger(__name__)

SCRIPTS = Path(__file__).parent / "migrations"

_BEFORE = ".before-"
"""What the copies of version 0.2 are called, which lay beside the file."""
_OLD_COPY = re.compile(r"\d{4}\.\d+(\.part)?")
"""What those of versions 0.3 and 0.4 are called, in a folder of their own."""
_DAMAGED = ("malformed", "not a database")
"""What SQLite says of a file that is broken, and not just out of reach."""


class MigrationError(LoraManagerError):
    """The database could not be brought to this version's schema; it was left as it was."""

    code = "migration_failed"


class NewerDatabaseError(MigrationError):
    """The database, or a backup, is of a newer version than this one."""


def migrate(database: Database, state_folder: Path | None = None) -> None:
    """Upgrade `database` in place, or do nothing when it is current.

    A file is backed up first, in the state folder (else beside it), where retention keeps the backup. Raises
    MigrationError when the file is no database or another program's, was written by a newer version, or when the backup
    or a migration fails; then the file is what it was before.
    """
    config = _config()
    newest = ScriptDirectory.from_config(config).get_current_head()
    try:
        current = _current_revision(database)
    except MigrationError as error:
        raise MigrationError(f"{error}{_how_to_restore(database, state_folder)}") from error.__cause__
    if current == newest:
        return
    if current is not None and current not in _known_revisions(config):
        raise NewerDatabaseError(
            f"The catalogue {database.url.database} was written by a newer version of LoRA Manager ({current}). "
            "Update LoRA Manager, or name another database with --db."
        )
    made: Made | None = None
    try:
        with database.write() as connection:
            # Another process may have migrated while we waited for the lock.
            if _revision(connection) != newest:
                # With the lock held: nobody writes between the backup and the migration.
                made = _back_up(database, state_folder) if current is not None else None
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
    except Exception as error:
        log.exception("Migration from %s to %s failed", current, newest)
        if made is not None:
            _put_back(database, state_folder, made.backup)
        raise MigrationError(f"The catalogue could not be updated ({error}); it was left as it was.") from error
    if made is not None:
        _remove_old_copies(database)


def upgrade_copy(file: Path) -> None:
    """Bring a closed file that nobody else knows to the newest schema. Raises MigrationError."""
    database = Database(sqlite_url(file))
    config = _config()
    try:
        if _current_revision(database) not in _known_revisions(config):
            raise NewerDatabaseError("It was made by a newer version of LoRA Manager. Update LoRA Manager first.")
        with database.write() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except (SQLAlchemyError, CatalogueError) as error:
        raise MigrationError(f"It could not be brought up to date ({error}).") from error
    finally:
        database.close()


def schema_is_newer(schema: str) -> bool:
    """Say whether a schema is one that this version does not know."""
    return schema not in _known_revisions(_config())


def _how_to_restore(database: Database, state_folder: Path | None) -> str:
    """Return how the newest whole backup is brought back, "" where there is none."""
    try:
        folder = folder_for(database, state_folder)
        newest = next((backup for backup in folder.items() if not backup.problem), None)
    except BackupError:
        return ""
    if newest is None:
        return ""
    moment = newest.created_at[:16].replace("T", " ")
    return (
        f" Or bring its newest backup back, of {moment} (UTC): `python -m lora_manager "
        f'backup restore {newest.name} --db "{database.path}" --lora-manager-dir "{folder.folder.parent}"`.'
    )


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


def _back_up(database: Database, state_folder: Path | None) -> Made | None:
    if database.path is None:
        return None
    return make_backup(database, folder_for(database, state_folder), "before_migration")


def _remove_old_copies(database: Database) -> None:
    """Remove what versions before 0.5 copied before a migration and left behind."""
    if database.path is None:
        return
    folder = copies_folder(database.path)
    beside = database.path.parent.glob(f"{glob.escape(database.path.name)}{_BEFORE}*")
    for copy in (*(path for path in folder.glob("*") if _OLD_COPY.fullmatch(path.name)), *beside):
        with contextlib.suppress(OSError):  # another program reads it; the next migration removes it
            copy.unlink()
    with contextlib.suppress(OSError):  # it is not empty, or not there
        folder.rmdir()


def _put_back(database: Database, state_folder: Path | None, backup: Backup) -> None:
    """Put the backup back when the rolled-back file is damaged. A rolled-back transaction normally suffices."""
    if database.path is None:
        return
    database.close()  # what the open connections remember says nothing of the file
    try:
        damaged = _is_damaged(database)
    except (DBAPIError, CatalogueError):
        log.exception("%s cannot be checked now. What it was before lies in %s", database.path, backup.path)
        return
    database.close()
    if not damaged:
        return
    folder = folder_for(database, state_folder)
    with folder.workplace() as place:
        unpack_checked(folder, backup, place / "unpacked", Work())
        put_in_place(place / "unpacked", database.path)


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
