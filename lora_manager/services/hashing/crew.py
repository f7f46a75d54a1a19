"""The threads that read: two of them, each with a file of its own, and what they brought back.

A thread that a dead drive holds cannot be ended. It is given up and another one takes its place; whatever it comes back
with is not looked at.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lora_manager.db.hash_state import PendingFile
from lora_manager.errors import UnreadableFileError
from lora_manager.services.hashing.digest import Digests, FileChangedError, OnBlock, digest_file

THREADS = 2
_ENOUGH = 200
"""Outcomes that are worth waking whoever collects them: small files come by the thousand."""


@dataclass(frozen=True)
class Outcome:
    """What became of one file: its hashes, or why it cannot be read (`problem`), or neither: it is tried again later.

    `root_away`: the whole LoRA folder cannot be reached now.
    """

    file: PendingFile
    digests: Digests | None = None
    problem: str = ""
    root_away: bool = False


class StoppedError(Exception):
    """The reading was given up before the end of the file."""


@dataclass(eq=False)
class _Reader:
    """One thread with the file that it reads."""

    thread: threading.Thread | None = None
    file: PendingFile | None = None
    read: int = 0
    moved_at: float = 0.0
    is_given_up: bool = False
    ended: threading.Event = field(default_factory=threading.Event)


class Crew:
    """Reads the files that it is fed, in that order. `pass_block(count, ended)` waits for the pace and counts."""

    def __init__(self, pass_block: Callable[[int, threading.Event], None], threads: int = THREADS) -> None:
        self._pass_block = pass_block
        self._threads = threads
        lock = threading.Lock()
        self._changed = threading.Condition(lock)
        self._brought = threading.Condition(lock)
        self._queue: deque[PendingFile] = deque()
        self._outcomes: list[Outcome] = []
        self._readers: list[_Reader] = []
        self._given_up: list[_Reader] = []
        self._stopping = False

    def start(self) -> None:
        """Start the threads."""
        with self._changed:
            self._stopping = False
            while len(self._readers) < self._threads:
                self._add_reader()

    def stop(self, seconds: float) -> None:
        """End the threads, in the middle of a file too; what is read by then can still be collected."""
        with self._changed:
            self._stopping = True
            self._queue.clear()
            readers, self._readers = self._readers, []
            for reader in readers:
                reader.ended.set()
            self._changed.notify_all()
        until = time.monotonic() + seconds
        for reader in readers:
            if reader.thread is not None:
                reader.thread.join(max(0.0, until - time.monotonic()))
        with self._changed:
            self._given_up += readers
            for reader in readers:
                reader.is_given_up = True

    def feed(self, files: Sequence[PendingFile]) -> None:
        """Queue files behind those that wait; those that are being read are left out."""
        with self._changed:
            reading = {reader.file.id for reader in self._readers if reader.file is not None}
            self._queue.extend(file for file in files if file.id not in reading)
            self._changed.notify_all()

    def forget(self, root_id: int | None = None) -> None:
        """Drop the files that wait, of one root or all."""
        with self._changed:
            self._drop(root_id)

    def collect(self, seconds: float) -> list[Outcome]:
        """Return what came back since the last call; waits for it so long, unless there is much or nothing to come."""
        with self._brought:
            self._brought.wait_for(self._is_worth_it, seconds)
            outcomes, self._outcomes = self._outcomes, []
            return outcomes

    @property
    def waiting(self) -> int:
        """How many files wait."""
        with self._changed:
            return len(self._queue)

    @property
    def is_idle(self) -> bool:
        """Whether everything fed was read and collected."""
        with self._changed:
            return self._is_idle() and not self._outcomes

    def brought(self) -> list[Outcome]:
        """Return what came back and was not collected yet."""
        with self._changed:
            return list(self._outcomes)

    def reading(self) -> list[tuple[PendingFile, int]]:
        """Return the files that are being read, with the bytes read of each."""
        with self._changed:
            return [(reader.file, reader.read) for reader in self._readers if reader.file is not None]

    def give_up_stuck(self, seconds: float) -> None:
        """Replace the threads that have not moved for so long; their files come back as out of reach."""
        with self._changed:
            now = time.monotonic()
            for reader in [one for one in self._readers if one.file is not None and now - one.moved_at > seconds]:
                self._readers.remove(reader)
                self._given_up.append(reader)
                reader.is_given_up = True
                reader.ended.set()
                if reader.file is not None:
                    self._outcomes.append(Outcome(reader.file, root_away=True))
                    self._drop(reader.file.root_id)
                self._add_reader()

    def stuck_roots(self) -> set[int]:
        """Return the roots that threads which were given up still hang in: nothing of them should be fed."""
        with self._changed:
            self._given_up = [one for one in self._given_up if one.thread is not None and one.thread.is_alive()]
            return {reader.file.root_id for reader in self._given_up if reader.file is not None}

    def _drop(self, root_id: int | None) -> None:
        self._queue = deque(file for file in self._queue if root_id is not None and file.root_id != root_id)

    def _is_idle(self) -> bool:
        return not self._queue and all(reader.file is None for reader in self._readers)

    def _is_worth_it(self) -> bool:
        return len(self._outcomes) >= _ENOUGH or self._is_idle()

    def _add_reader(self) -> None:
        reader = _Reader()
        reader.thread = threading.Thread(target=self._work, args=(reader,), name="lora-manager-hash", daemon=True)
        self._readers.append(reader)
        reader.thread.start()

    def _work(self, reader: _Reader) -> None:
        while (file := self._take(reader)) is not None:
            try:
                outcome = read_file(file, self._block_counter(reader))
            except StoppedError:
                return
            with self._changed:
                if reader.is_given_up:
                    return
                reader.file = None
                self._outcomes.append(outcome)
                if self._is_worth_it():
                    self._brought.notify_all()

    def _take(self, reader: _Reader) -> PendingFile | None:
        with self._changed:
            while not self._queue:
                if self._stopping or reader.is_given_up:
                    return None
                self._changed.wait()
            if self._stopping:
                return None
            reader.file, reader.read, reader.moved_at = self._queue.popleft(), 0, time.monotonic()
            return reader.file

    def _block_counter(self, reader: _Reader) -> OnBlock:
        def on_block(count: int) -> None:
            reader.read += count
            reader.moved_at = float("inf")  # waiting for its turn is no hanging
            self._pass_block(count, reader.ended)
            reader.moved_at = time.monotonic()
            if reader.ended.is_set():
                raise StoppedError

        return on_block


def read_file(file: PendingFile, on_block: OnBlock) -> Outcome:
    """Read one file. Never raises for what is on disk."""
    try:
        return Outcome(file, digest_file(file.path, file.size, file.mtime_ns, on_block))
    except FileChangedError:
        return Outcome(file)  # the next scan finds out what it is now
    except UnreadableFileError as error:
        if not os.path.isdir(file.root):
            return Outcome(file, root_away=True)
        if not os.path.lexists(file.path):
            return Outcome(file)  # gone, as the next scan will say
        return Outcome(file, problem=str(error))
