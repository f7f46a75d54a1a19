"""A LoRA folder whose files are hashed by the real service, with waits that are short."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from lora_manager.db.engine import Database
from lora_manager.db.scan_state import root_ids
from lora_manager.db.tables import NetworkFile
from lora_manager.services.hashing.hasher import Hasher
from lora_manager.services.hashing.status import HashingTimes
from tests.helpers.shelf import Shelf

LIMIT_S = 30
SHORT = HashingTimes(
    first_wait=0, look=0.05, commit=0.1, touch=0, tell=0.05, settle=0, retry=30, stuck=20, beat=0.2, patience=1.0
)
COLUMNS = ("sha256", "sha256_state", "autov2", "autov3", "autov3_computed", "hashed_size", "hashed_mtime_ns",
           "hash_error")  # fmt: skip


def ids_of(shelf: Shelf) -> list[int]:
    """The ids of its roots."""
    with shelf.database.write() as connection:
        return list(root_ids(connection, [os.path.abspath(root) for root in shelf.roots]).values())


@contextmanager
def hashing(shelf: Shelf, database: Database | None = None, **options: Any) -> Iterator[Hasher]:
    """The service at work on a shelf; `options` are those of Hasher, and times by name."""
    times = {name: options.pop(name) for name in list(options) if hasattr(SHORT, name)}
    ids = ids_of(shelf)
    hasher = Hasher(database or shelf.database, lambda: ids, times=replace(SHORT, **times), **options)
    hasher.start()
    try:
        yield hasher
    finally:
        hasher.stop()


def hash_all(shelf: Shelf, **options: Any) -> None:
    """Hash until there is nothing left to do."""
    with hashing(shelf, **options) as hasher:
        until(lambda: hasher.rounds > 0)


def until(is_true: Callable[[], object], limit_s: float = LIMIT_S) -> None:
    """Wait for it."""
    end = time.monotonic() + limit_s
    while not is_true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.005)


def row(shelf: Shelf, relative_path: str) -> dict[str, Any]:
    """What the catalogue says of the hashes of a file."""
    columns = [getattr(NetworkFile, name) for name in COLUMNS]
    with shelf.database.read() as connection:
        statement = select(*columns).where(NetworkFile.relative_path == relative_path)
        return dict(connection.execute(statement).mappings().one())


def hashed(shelf: Shelf) -> set[str]:
    """The relative paths of the files whose own hash is known."""
    with shelf.database.read() as connection:
        statement = select(NetworkFile.relative_path).where(NetworkFile.hashed_size.is_not(None))
        return set(connection.execute(statement).scalars())


def sha256(path: Path) -> str:
    """By hashlib."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
