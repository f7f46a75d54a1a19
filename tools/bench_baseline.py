"""What this machine needs for the same bytes with nothing else: the yardstick of tools/bench.py."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MAX_HEADER = 100 * 1024 * 1024


@dataclass(frozen=True)
class BareRead:
    """Seconds of each part."""

    walk: float
    headers: float
    json: float

    @property
    def total(self) -> float:
        """All of it."""
        return self.walk + self.headers + self.json


def timed(work: Callable[[], object]) -> float:
    """Seconds that `work` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def bare_walk(root: Path) -> list[str]:
    """`os.walk` and one `os.stat` a file, nothing else."""
    found = []
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            os.stat(path)
            found.append(path)
    return found


def _read_headers(paths: list[str]) -> None:
    for path in paths:
        with open(path, "rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if 2 <= length <= MAX_HEADER:
                _parse(file.read(length))


def _read_documents(paths: list[str]) -> None:
    for path in paths:
        with open(path, "rb") as file:
            _parse(file.read())


def _parse(raw: bytes) -> None:
    with contextlib.suppress(ValueError):  # the library holds broken files on purpose
        json.loads(raw)


def bare_read(root: Path) -> BareRead:
    """Walk, read and parse every safetensors header, read and parse every JSON sidecar."""
    paths: list[str] = []
    walk = timed(lambda: paths.extend(bare_walk(root)))
    networks = [path for path in paths if path.lower().endswith(".safetensors")]
    documents = [path for path in paths if path.lower().endswith(".json")]
    return BareRead(walk, timed(lambda: _read_headers(networks)), timed(lambda: _read_documents(documents)))
