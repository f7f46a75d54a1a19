"""Who reads the units of a scan: threads for a few files, processes of our own for a first scan of thousands.

Reading is mostly Python's own work (JSON, text), and threads take turns at that. In a host, a first scan on threads
would also slow the page and a running generation down; processes leave the host alone.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import queue
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from lora_manager.db.rows import OwnHash, StoredSidecar
from lora_manager.services.library.describe import Reading, describe
from lora_manager.services.library.units import Unit

log = logging.getLogger(__name__)

WORTH_PROCESSES = 1500
"""Files from which starting processes (a fifth of a second) pays."""
MOST_PROCESSES = 4
_LENGTH_BYTES = 8


@dataclass(frozen=True)
class ReadRequest:
    """A batch to read: units of one root, and the sidecars among them that are in the database already.

    `own` are the hashes that were computed of the units as they are now. Both by relative path.
    """

    root: Path
    root_id: int
    units: Sequence[Unit]
    stored: dict[str, StoredSidecar] = field(default_factory=dict)
    own: dict[str, OwnHash] = field(default_factory=dict)


def read_units(request: ReadRequest) -> list[Reading]:
    """Read a batch here and now."""
    root, root_id, stored, own = request.root, request.root_id, request.stored, request.own
    return [describe(root, root_id, unit, stored, own.get(unit.relative_path)) for unit in request.units]


class Readers:
    """Reads batches in the background. `file_count` decides between threads and processes; close at the end."""

    def __init__(self, file_count: int) -> None:
        self._processes: queue.SimpleQueue[subprocess.Popen[bytes]] = queue.SimpleQueue()
        wanted = min(MOST_PROCESSES, os.cpu_count() or 1) if file_count >= WORTH_PROCESSES else 0
        self._started = _start_processes(wanted)
        for process in self._started:
            self._processes.put(process)
        self._pool = ThreadPoolExecutor(max(1, len(self._started)), "lora-manager-read")
        self._closing = False

    @property
    def ahead(self) -> int:
        """How many batches to have under way: enough to keep everybody busy, few enough to hold in memory."""
        return 2 * max(1, len(self._started))

    def submit(self, request: ReadRequest) -> Future[list[Reading]]:
        """Read a batch; its readings come in the order of its units."""
        return self._pool.submit(self._read_in_process if self._started else read_units, request)

    def close(self) -> None:
        """Drop what is not done and end the processes, also one that hangs in a read of a drive that went away."""
        self._closing = True
        for process in self._started:
            process.kill()  # nothing of theirs is lost: who closes wants no more readings
        self._pool.shutdown(wait=True, cancel_futures=True)
        for process in self._started:
            _end(process)

    def _read_in_process(self, request: ReadRequest) -> list[Reading]:
        process = self._processes.get()
        try:
            if process.poll() is None and process.stdin is not None and process.stdout is not None:
                send(process.stdin, request)
                readings: list[Reading] = receive(process.stdout)
                return readings
        except (OSError, EOFError, pickle.PickleError):
            if not self._closing:
                log.warning("A reading process ended early; its files are read in this one", exc_info=True)
            process.kill()
        finally:
            self._processes.put(process)
        if self._closing:
            raise EOFError("nobody wants these readings any more")
        return read_units(request)


def send(stream: IO[bytes], value: object) -> None:
    """Write one value to a pipe between our own processes, its length first."""
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    stream.write(len(data).to_bytes(_LENGTH_BYTES, "little"))
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes]) -> list[Reading]:
    """Read one value from a pipe. Raises EOFError when the other side is gone.

    Only our own processes write to it: nothing from the disk or the network is unpickled.
    """
    value: list[Reading] = pickle.loads(read_frame(stream))
    return value


def read_frame(stream: IO[bytes]) -> bytes:
    """Read one length and as many bytes. Raises EOFError."""
    length = int.from_bytes(_read_exactly(stream, _LENGTH_BYTES), "little")
    return _read_exactly(stream, length)


def _read_exactly(stream: IO[bytes], count: int) -> bytes:
    data = stream.read(count)
    if len(data) != count:
        raise EOFError("the pipe was closed")
    return data


def _start_processes(count: int) -> list[subprocess.Popen[bytes]]:
    package_parent = str(Path(__file__).parents[3])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([package_parent, os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-m", "lora_manager.services.library.reader_process"]
    started: list[subprocess.Popen[bytes]] = []
    try:
        for _ in range(count):
            started.append(
                subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    env=environment,
                    creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                )
            )
    except OSError:
        log.warning("No reading process could be started; reading in this one", exc_info=True)
    return started


def _end(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
