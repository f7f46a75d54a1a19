"""The engine: one SQLite file in WAL mode, many readers, one writer at a time."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from lora_manager.db.engine_turns import Turns
from lora_manager.db.location import named_file, on_network_file_system
from lora_manager.errors import BadInputError, CatalogueError

BUSY_TIMEOUT_MS = 60_000
"""How long a statement waits for another process's write before it fails."""

_NO_FAULT_OF_OURS = ("disk is full", "readonly database", "disk i/o error", "database is locked", "malformed")
"""What SQLite says of a disk, a file or another program. Everything else it says is a mistake in a statement."""

_WRITES = {"lora_manager_writes": True}

DatabaseUrl = str | URL
"""A SQLAlchemy URL, as text or parsed."""


class Database:
    """The catalogue's database. Reads come from a pool; writes are serialised in this process and begin immediately.

    A deferred transaction that turns into a writer fails at once when another process writes, whatever the timeout;
    BEGIN IMMEDIATE waits instead.
    """

    def __init__(self, url: DatabaseUrl) -> None:
        self.url = _parsed(url)
        self._write_lock = threading.RLock()
        self._turns = Turns()
        if self.path is not None:
            _make_folder(self.path.parent)
        self._file = _FileInUse(self.path)
        self.engine = _make_engine(self.url, self._file)

    @property
    def path(self) -> Path | None:
        """The SQLite file, or None for another kind of database or one in memory."""
        name = self.url.database
        if self.url.get_backend_name() != "sqlite" or not name or name == ":memory:":
            return None
        return Path(name).absolute()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection that sees one consistent state. Raises CatalogueError when the file is unusable."""
        with self._turns.use():
            self._file.check()
            with self._plain_errors(), self.engine.connect() as connection, connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Yield a connection inside a write transaction: committed at the end, rolled back on an exception.

        Raises CatalogueError when the disk or the file is unusable.
        """
        with (
            self._turns.use(),
            self._write_lock,
            self._checked(),
            self._plain_errors(),
            self.engine.connect().execution_options(**_WRITES) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def writers_wait(self) -> Iterator[None]:
        """Have every other thread's writes wait, while the file is read or replaced by its own means."""
        with self._write_lock:
            yield

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Have everybody of this process wait, with every connection closed: the file may be exchanged meanwhile.

        Not called from within a read or write. Raises CatalogueError when somebody reads or writes for too long.
        """
        with self._turns.alone():
            self.close()
            try:
                yield
            finally:
                self.close()

    @contextmanager
    def _checked(self) -> Iterator[None]:
        self._file.check()
        yield

    @contextmanager
    def _plain_errors(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            if any(words in str(error.orig).lower() for words in _NO_FAULT_OF_OURS):
                place = self.path or self.url.render_as_string(hide_password=True)
                raise CatalogueError(
                    f"The catalogue {place} cannot be used now ({error.orig}). Check the space on its disk and its "
                    "permissions, then try again; what was not saved is lost, everything before is kept."
                ) from error
            raise

    def close(self) -> None:
        """Close every pooled connection. The next one may be of another file."""
        self.engine.dispose()
        self._file.forget()


class _FileInUse:
    """The file that the connections are of. Once it is deleted or replaced, what they write is kept nowhere.

    SQLite looks for that itself where the journal is no WAL. Only POSIX lets a file go that is in use; on a network
    share its number says nothing.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.on_network = path is not None and on_network_file_system(path)
        self._is_watched = path is not None and os.name == "posix" and not self.on_network
        self._number: int | None = None

    def note(self) -> None:
        """Remember the file as it is now, at the first connection."""
        if self._number is None and self._is_watched:
            self._number = self._present_number()

    def forget(self) -> None:
        """Let the next connection be of any file."""
        self._number = None

    def check(self) -> None:
        """Raise CatalogueError when the connections are of a file that is not there any more."""
        if self._number is not None and self._present_number() != self._number:
            raise CatalogueError(
                f"The catalogue {self.path} was deleted or replaced while it was in use, and nothing more can be saved "
                "in what was there: restart LoRA Manager, or the web UI that it runs in."
            )

    def _present_number(self) -> int | None:
        try:
            return os.stat(self.path or "").st_ino
        except FileNotFoundError:
            return None
        except OSError:
            return self._number  # out of reach says nothing of the file: SQLite says what is wrong


def sqlite_url(path: Path) -> URL:
    """Return the SQLAlchemy URL of a SQLite file: parsed, for as text a path with a "?" would end there."""
    return URL.create("sqlite", database=str(path))


def named_database(database: str | None) -> DatabaseUrl | None:
    """Return the URL of a database as a user names it: an SQLAlchemy URL, or else a SQLite file. None stays None."""
    if database is None or "://" in database:
        return database
    return sqlite_url(named_file(database))


def _parsed(url: DatabaseUrl) -> URL:
    try:
        parsed = make_url(url)
        parsed.get_dialect().import_dbapi()
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise BadInputError(
            f"This is no database that can be used here ({error}). Name a file, or an SQLAlchemy URL whose driver is "
            "installed, with --db."
        ) from error
    return parsed


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInputError(
            f"The catalogue cannot lie in {folder} ({error.strerror or error}). "
            "Name another place with --db or LORA_MANAGER_DIR."
        ) from error


def _make_engine(url: URL, file: _FileInUse) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url)
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False})
    journal = "DELETE" if file.on_network else "WAL"

    @event.listens_for(engine, "do_connect")
    def before_connecting(*_: Any) -> None:
        file.check()  # SQLite would make an empty file where the old one was

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: Any) -> None:
        # pysqlite's own transaction handling begins late and commits around DDL; we begin by hand below.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        _set_journal(connection, journal)
        for pragma in (
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            "cache_size=-32000",
            "wal_autocheckpoint=4000",
        ):
            connection.execute(f"PRAGMA {pragma}")
        file.note()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("lora_manager_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _set_journal(connection: sqlite3.Connection, journal: str) -> None:
    """Set the journal's kind. Changing that of a new file fails at once while another program begins it, so try on."""
    until = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute(f"PRAGMA journal_mode={journal}")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return
