"""A LoRA folder with its catalogue, scanned in this process: real files, a real database, the real scan."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from lora_manager.application import Application
from lora_manager.db.catalogue import CatalogueQuery
from lora_manager.db.details import AdapterDetail, adapter_detail
from lora_manager.db.engine import Database, sqlite_url
from lora_manager.db.library_state import open_problems
from lora_manager.db.location import FILE_NAME, StateLocation
from lora_manager.db.tables import Adapter, NetworkFile, Root
from lora_manager.hosts.base import Host
from lora_manager.hosts.standalone import StandaloneConfig, StandaloneHost
from lora_manager.services.library.scan import ScanReport, scan_library


@dataclass(frozen=True)
class Row:
    """What the catalogue says of one network file."""

    file_id: int
    adapter_id: int
    name: str
    state: str
    root: str


class Shelf:
    """A folder to put LoRAs into, and the catalogue that scans of it fill."""

    def __init__(self, database: Database, root: Path, *, more_roots: Sequence[Path] = ()) -> None:
        self.database = database
        self.root = root
        self.roots = [root, *more_roots]
        for folder in self.roots:
            folder.mkdir(parents=True, exist_ok=True)

    def scan(self, *, force: bool = False, **options: Any) -> ScanReport:
        """Scan every root."""
        return scan_library(self.database, self.roots, force=force, **options)

    def rows(self) -> dict[str, Row]:
        """Every network file of the catalogue by relative path (of several roots: the last one's)."""
        columns = (NetworkFile.id, NetworkFile.adapter_id, Adapter.name, NetworkFile.state, Root.path)
        statement = (
            select(NetworkFile.relative_path, *columns)
            .join(Adapter, Adapter.id == NetworkFile.adapter_id)
            .join(Root, Root.id == NetworkFile.root_id)
            .order_by(NetworkFile.id)
        )
        with self.database.read() as connection:
            return {path: Row(*values) for path, *values in connection.execute(statement)}

    def states(self) -> dict[str, str]:
        """The state of each network file by relative path."""
        return {path: row.state for path, row in self.rows().items()}

    def adapter_id(self, relative_path: str) -> int:
        """The adapter of a network file."""
        return self.rows()[relative_path].adapter_id

    def detail(self, relative_path: str) -> AdapterDetail:
        """The whole record of a network file's adapter."""
        with self.database.read() as connection:
            return adapter_detail(connection, self.rows()[relative_path].adapter_id)

    def problems(self) -> dict[str, str]:
        """The kind of each open problem by path relative to the first root."""
        with self.database.read() as connection:
            found = open_problems(connection)
        return {os.path.relpath(problem.path, self.root).replace(os.sep, "/"): problem.kind for problem in found}


def keep_times(path: Path, content: bytes) -> None:
    """Write other content of the same size without moving the file's time: what no scan can see."""
    before = path.stat()
    assert len(content) == before.st_size
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def touch_later(path: Path, seconds: int = 10) -> None:
    """Move a file's time on, as a later write would."""
    before = path.stat()
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + seconds * 10**9))


def standalone_host(folder: Path, *roots: Path) -> StandaloneHost:
    """Our own host without a model: everything but generating works."""
    return StandaloneHost(StandaloneConfig(roots or (folder / "Lora",), None, folder, folder / "outputs"))


@contextmanager
def running(host: Host, folder: Path, template: Path) -> Iterator[Application]:
    """A started application whose state lies in `folder`; `template` is a migrated database, copied to save time."""
    location = StateLocation(folder / FILE_NAME, folder / "state")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(template, location.database)
    app = Application(host, location)
    app.start()
    try:
        yield app
    finally:
        app.close()


@contextmanager
def database_copy(template: Path, folder: Path) -> Iterator[Database]:
    """A migrated, empty database in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE_NAME
    shutil.copyfile(template, path)
    database = Database(sqlite_url(path))
    try:
        yield database
    finally:
        database.close()


def everything(app: Application, **query: Any) -> list[int]:
    """The ids of all adapters that match."""
    with app.database.read() as connection:
        return list(app.catalogue.find(connection, CatalogueQuery(roots=app.roots(), **query)).ids)
