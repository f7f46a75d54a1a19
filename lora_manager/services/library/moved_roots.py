"""Recognising a LoRA folder that was renamed, copied to another drive, or is seen under another path in a container."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence

from lora_manager.db import root_moves
from lora_manager.db.engine import Database

log = logging.getLogger(__name__)

SAMPLE = 200
"""Files that are looked for in the new place."""
ENOUGH = 0.8
"""Share of them that must be there, of the same size: a library loses a file on the way, two libraries share few."""


def follow_moved_roots(database: Database, ids: Mapping[str, int]) -> None:
    """Give a root that is new here the rows of a root that is gone, when it evidently is the same library.

    `ids` are the scanned roots, id by absolute path. Only a root without any file takes over, and only from one that
    is not scanned and whose folder does not exist any more: a copy beside its original stays a library of its own.
    """
    with database.read() as connection:
        new = set(root_moves.roots_without_files(connection, ids.values()))
        gone = {
            root_id: path
            for root_id, path in root_moves.other_roots(connection, ids.values()).items()
            if not os.path.isdir(path)
        }
        files = {root_id: root_moves.sizes_by_path(connection, root_id) for root_id in gone} if new else {}
    for path, new_id in ids.items():
        old_id = next((old for old in files if _is_in(path, files[old])), None) if new_id in new else None
        if old_id is None:
            continue
        with database.write() as connection:
            root_moves.move_root(connection, old_id, new_id)
        del files[old_id]
        log.info("%s is the library that was %s", path, gone[old_id])


def _is_in(root: str, files: Sequence[tuple[str, int]]) -> bool:
    """Say whether these files lie below a root, as far as a sample of them tells."""
    sample = files[:: max(1, len(files) // SAMPLE)]
    found = sum(_size_of(os.path.join(root, path)) == size for path, size in sample)
    return bool(sample) and found >= ENOUGH * len(sample)


def _size_of(path: str) -> int | None:
    try:
        return os.stat(path).st_size
    except OSError:
        return None
