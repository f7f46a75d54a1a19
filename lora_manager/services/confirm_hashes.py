"""Comparing files now: computing the hashes of a selection that has none of its own yet, as a bulk action."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from typing import Any

from lora_manager.db.chunks import chunks
from lora_manager.db.duplicates import HashedState, hashed_states
from lora_manager.db.engine import Database
from lora_manager.db.hash_state import HashedFile, record_hashes
from lora_manager.db.revision import touch_catalogue
from lora_manager.errors import UnreadableFileError
from lora_manager.services.bulk.action import BulkProblem, BulkResult
from lora_manager.services.change_context import ChangeContext
from lora_manager.services.hashing.digest import FileChangedError, digest_file

log = logging.getLogger(__name__)

_MEGABYTE = 1_000_000


class _StoppedError(Exception):
    """The job was cancelled while a file was read."""


class ConfirmHashes:
    """Reads files whose hash is not their own yet, so that equal ones are known to be equal."""

    name = "confirm_hashes"
    kind = ""
    is_restricted = False

    def __init__(self, database: Database) -> None:
        self._database = database

    def is_backed_up(self, params: Mapping[str, Any]) -> bool:
        """Say no: nothing is lost by it."""
        return False

    def check(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Take no parameters."""
        return {}

    def run(self, ids: Sequence[int], params: Mapping[str, Any], context: ChangeContext) -> BulkResult:
        """Compute what is not known. Progress is in megabytes; a cancel stops within a file."""
        with self._database.read() as connection:
            states = [state for part in chunks(ids) for state in hashed_states(connection, part).values()]
        pending = [state for state in states if not _is_known(state)]
        meter = _Meter(context, sum(state.size for state in pending))
        result = BulkResult(len(states) - len(pending))
        try:
            for state in pending:
                problem = self._confirm(state, meter)
                if problem:
                    result.problems.append(BulkProblem(state.adapter_id, os.path.basename(state.path), problem))
                else:
                    result.changed += 1
        except _StoppedError:
            pass  # what was read until then is known
        return result

    def _confirm(self, state: HashedState, meter: _Meter) -> str:
        """Hash one file and write it down; "" or why it could not be."""
        try:
            digests = digest_file(state.path, state.size, state.mtime_ns, meter.add)
        except FileChangedError:
            return f"{state.path} is not as it was when it was scanned. Scan again."
        except UnreadableFileError as error:
            return f"{state.path}: {error}"
        hashed = HashedFile(state.file_id, state.size, state.mtime_ns, digests.sha256, digests.autov3)
        with self._database.write() as connection:
            if record_hashes(connection, [hashed]):
                touch_catalogue(connection)
        return ""


def _is_known(state: HashedState) -> bool:
    try:
        status = os.stat(state.path)
    except OSError:
        return False
    return state.is_own and (status.st_size, status.st_mtime_ns) == (state.size, state.mtime_ns)


class _Meter:
    """Tells how much was read, and stops at a cancel."""

    def __init__(self, context: ChangeContext, total: int) -> None:
        self._context, self._total, self._done = context, total, 0

    def add(self, count: int) -> None:
        """Count a block."""
        self._done += count
        self._context.on_progress(self._done // _MEGABYTE, max(self._total // _MEGABYTE, 1), "Comparing files, in MB")
        if self._context.cancelled():
            raise _StoppedError
