"""Writing sidecars so that nothing is lost: what stands there is kept on record first, and comes back by an undo.

A file is replaced whole or not at all. What could not be written, or does not read back as it was written, is as it
was, and off the record again. A process that ends in between leaves a record of its last few files; the next one looks
at the disk and strikes out what did not happen.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from lora_manager.db.engine import Database
from lora_manager.db.history import StoredChange
from lora_manager.db.rows import SidecarRow
from lora_manager.db.sidecar_writes import (
    Target,
    Write,
    busy_with_files,
    forget_writes,
    kept_contents,
    last_noted_writes,
    note_writes,
    record_sidecars,
    targets_of,
)
from lora_manager.errors import UnreadableFileError
from lora_manager.formats.file_replace import patiently, remove_file, write_file
from lora_manager.formats.json_file import parse_json, read_bytes
from lora_manager.formats.packing import pack
from lora_manager.formats.sidecars.local_file import LocalFile
from lora_manager.formats.sidecars.table import read_records
from lora_manager.formats.sidecars.version_choice import file_names_of
from lora_manager.processes import is_left_behind
from lora_manager.services.change_context import ChangeContext
from lora_manager.services.history.outcome import RevertOutcome

log = logging.getLogger(__name__)

AT_ONCE = 16
"""Sidecars of one transaction: so many may be on record that were not written, when the process is killed."""

Check = Callable[[Write, bytes], str]
"""Reads what was written back; says what is wrong with it, "" for nothing."""


class CannotWriteError(Exception):
    """A sidecar cannot be written; the message is a sentence that names it."""


class SidecarFiles:
    """Writes sidecars. `lock` is held while files are touched: who moves them takes it too."""

    def __init__(self, database: Database, lock: threading.RLock | None = None) -> None:
        self._database = database
        self.lock = lock or threading.RLock()

    def recover(self) -> None:
        """Strike out what a process that is gone noted and did not do. Before sets that were left open are ended."""
        with self._database.write() as connection:
            noted = [one for one in last_noted_writes(connection, AT_ONCE) if is_left_behind(one.owner)]
            kept = kept_contents(connection, [one.change_id for one in noted])
            for one in noted:
                if not os.path.isdir(one.root):  # its drive is away: an undo looks again
                    continue
                with contextlib.suppress(OSError):
                    remove_file(Path(one.root, *one.path.split("/")).parent / _part_name(one.change_id))
                    there = _bytes_at(os.path.join(one.root, *one.path.split("/")))
                    if there == kept.get(one.change_id) and digest_of(there) != one.digest:
                        forget_writes(connection, one.set_id, [one.change_id])

    def write(self, writes: Sequence[Write], set_id: int, check: Check) -> list[str]:
        """Write sidecars as changes of a set. Returns for each why it could not be written, "" for those that were."""
        why_not: list[str] = []
        for start in range(0, len(writes), AT_ONCE):
            with self.lock:
                why_not += self._write_some(writes[start : start + AT_ONCE], set_id, check)
        return why_not

    def undo(self, changes: Sequence[StoredChange], revert: ChangeContext) -> RevertOutcome:
        """Put back what stood in sidecars before: the reverter of the field "sidecar"."""
        outcome = RevertOutcome()
        done = 0
        for part in _each_once(changes):
            if revert.cancelled():
                break
            with self.lock:
                self._undo_some(part, revert, outcome)
            done += len(part)
            revert.on_progress(done, len(changes), "Putting sidecars back")
        return outcome

    def _write_some(self, writes: Sequence[Write], set_id: int, check: Check) -> list[str]:
        with self._database.write() as connection:
            busy = busy_with_files(connection, [one.target.file_id for one in writes])
            free = [number for number, one in enumerate(writes) if one.target.file_id not in busy]
            digests = [digest_of(writes[number].new) for number in free]
            ids = note_writes(connection, set_id, [writes[number] for number in free], digests)
        why_not = ["its files are being moved or deleted. Try again when that is done."] * len(writes)
        try:
            for change, number in zip(ids, free, strict=True):
                why_not[number] = _put(writes[number], check, _part_name(change))
        finally:
            not_done = [change for change, number in zip(ids, free, strict=True) if why_not[number]]
            done = [writes[number] for number in free if not why_not[number]]
            with self._database.write() as connection:
                forget_writes(connection, set_id, not_done)
                record_sidecars(connection, [(one.target, one.target.beside(one.suffix), _row(one)) for one in done])
        return [
            f"{one.target.absolute(one.suffix)}: {why}" if why else "" for one, why in zip(writes, why_not, strict=True)
        ]

    def _undo_some(self, changes: Sequence[StoredChange], revert: ChangeContext, outcome: RevertOutcome) -> None:
        with self._database.read() as connection:
            kept = kept_contents(connection, [change.id for change in changes])
            targets = targets_of(connection, [change.adapter_id for change in changes if change.adapter_id is not None])
        writes: list[tuple[StoredChange, Write]] = []
        for change in changes:
            target = targets.get(change.adapter_id or 0)
            if target is None or target.state not in ("present", "incomplete") or change.id not in kept:
                outcome.skip(change, "The LoRA file, or what stood beside it, is not there any more.")
                continue
            try:
                write = _write_back(change, target, kept[change.id])
            except CannotWriteError as error:
                outcome.skip(change, str(error))
                continue
            if write is None:
                outcome.reverted += 1  # it is so already
            else:
                writes.append((change, write))
        why_not = self._write_some([write for _, write in writes], revert.set_id, _is_as_it_was)
        for (change, _), why in zip(writes, why_not, strict=True):
            if why:
                outcome.skip(change, why)
            else:
                outcome.reverted += 1


def read_for_writing(target: Target, suffix: str) -> bytes | None:
    """Return what stands in a sidecar that is to be written, None where there is none.

    Raises CannotWriteError when it must not be written: its LoRA file is gone, or it is no plain file.
    """
    path = target.absolute(suffix)
    if target.state not in ("present", "incomplete") or not os.path.isfile(target.path):
        raise CannotWriteError(f"{target.path} is not there (any more). Connect its drive or scan again.")
    if target.twins:
        raise CannotWriteError(
            f"{path} would be the record of {', '.join(target.twins)} as well, which has the same name. Rename one."
        )
    if os.path.islink(path):
        raise CannotWriteError(f"{path} is a link, and what it leads to may be others'. Put a file in its place.")
    if not os.path.lexists(path):
        return None
    try:
        return read_bytes(path)
    except UnreadableFileError as error:
        raise CannotWriteError(f"{path} is not written over: {error}") from error


def digest_of(content: bytes | None) -> str:
    """Return what tells a content from another; "" for no file."""
    return "" if content is None else hashlib.blake2b(content, digest_size=16).hexdigest()


def local_file(target: Target) -> LocalFile:
    """Return a network file as readers of sidecars want it."""
    return LocalFile(target.file_name, target.stem, target.size, target.autov3, target.sha256)


def _each_once(changes: Sequence[StoredChange]) -> Iterator[list[StoredChange]]:
    """The changes in parts in which no LoRA comes twice: what was written several times goes back step by step."""
    part: list[StoredChange] = []
    adapters: set[int | None] = set()
    for change in changes:
        if change.adapter_id in adapters or len(part) == AT_ONCE:
            yield part
            part, adapters = [], set()
        part.append(change)
        adapters.add(change.adapter_id)
    if part:
        yield part


def _part_name(change_id: int) -> str:
    """Return the name of a sidecar while it is written, which no host lists and the next process knows."""
    return f".lora-manager-sidecar-{change_id}.part"


def _put(write: Write, check: Check, part_name: str) -> str:
    """Write one sidecar; "" or why it is as it was."""
    path = Path(write.target.absolute(write.suffix))
    try:
        if _bytes_at(str(path)) != write.old:
            return "it was changed by another program meanwhile. Look at it and try again."
        if write.new is None:
            remove_file(path)
            return ""
        write_file(path, write.new, part_name=part_name)
    except OSError as error:
        return f"it could not be written ({error.strerror or error}). {_remedy(error)} Nothing was changed."
    wrong = _what_is_wrong(path, write, check)
    if wrong:
        log.error("%s was written and is put back: %s", path, wrong)
        try:
            if write.old is None:
                remove_file(path)
            else:
                write_file(path, write.old, part_name=part_name)
        except OSError as error:
            return f"it reads otherwise than it was written ({wrong}), and could not be put back ({error.strerror})."
        return f"it would have read otherwise than it was written ({wrong}); it is as it was."
    return ""


def _what_is_wrong(path: Path, write: Write, check: Check) -> str:
    try:
        there = read_bytes(path)
        return check(write, there) if there == write.new else "other bytes stand in it"
    except UnreadableFileError as error:
        return str(error)


def _remedy(error: OSError) -> str:
    words = (error.strerror or "").lower()
    if "space" in words or "quota" in words:
        return "Free some space on its drive."
    return "Check the permissions of its folder, and whether its drive is connected and not read-only."


def _bytes_at(path: str) -> bytes | None:
    """Return what stands there now; None for nothing. Raises OSError for what is there and cannot be read."""
    if not os.path.lexists(path):
        return None
    try:
        return patiently(lambda: read_bytes(path))
    except UnreadableFileError as error:
        raise OSError(str(error)) from error


def _write_back(change: StoredChange, target: Target, kept: bytes | None) -> Write | None:
    """Return the write that takes a change back, None when it is taken back already. Raises CannotWriteError."""
    place = change.new or change.old or {}
    suffix = str(place.get("suffix", ".json"))
    path = target.absolute(suffix)
    try:
        there = _bytes_at(path)
    except OSError as error:
        raise CannotWriteError(f"{path} cannot be read: {error}") from error
    if there == kept:
        return None
    if digest_of(there) != (change.new or {}).get("digest", ""):
        raise CannotWriteError(f"{path} was changed since, and stays as it is.")
    return Write(target, suffix, there, kept)


def _is_as_it_was(write: Write, there: bytes) -> str:
    """Whatever stood there before may stand there again."""
    return ""


def _row(write: Write) -> SidecarRow | None:
    """What is on record of a sidecar that was written."""
    if write.new is None:
        return None
    try:
        status = os.stat(write.target.absolute(write.suffix))
        value = parse_json(write.new)
    except (OSError, UnreadableFileError):  # the next scan says what is the matter
        return None
    reading = read_records(value, local_file(write.target))
    path = write.target.beside(write.suffix)
    document = pack(write.new)
    return SidecarRow(path, status.st_size, status.st_mtime_ns, reading.format, list(file_names_of(value)), document)
