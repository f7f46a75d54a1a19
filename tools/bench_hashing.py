"""Hash 20 files of 150 MB with our service and with one thread of hashlib, in turns, on the same files.

`python tools/bench_hashing.py` prints medians; `--cold` drops the files from the system's cache before each round.
Ours computes two hashes of each file (SHA256 and AutoV3), on two threads, and records them in a database; hashlib is
asked for SHA256 alone, and in a second run for both.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import statistics
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import select, update  # noqa: E402

from lora_manager.db.engine import Database, sqlite_url  # noqa: E402
from lora_manager.db.migrate import migrate  # noqa: E402
from lora_manager.db.scan_state import root_ids  # noqa: E402
from lora_manager.db.tables import NetworkFile  # noqa: E402
from lora_manager.services.hashing.hasher import Hasher  # noqa: E402
from lora_manager.services.hashing.status import HashingTimes  # noqa: E402
from lora_manager.services.library.scan import scan_library  # noqa: E402

MEGABYTE = 1_000_000
HASHLIB_BLOCK = 1024 * 1024
TIMES = HashingTimes(first_wait=0.0, settle=0.0, look=0.05)


@dataclass(frozen=True)
class Round:
    """One pass over all files."""

    seconds: float
    cpu_seconds: float


def main() -> None:
    """Make the files, measure in turns, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=20)
    parser.add_argument("--mb", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cold", action="store_true", help="drop the files from the cache before each round")
    parser.add_argument("--folder", type=Path, help="where to make the files; else the temporary folder")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench-hashing-", dir=options.folder))
    try:
        _compare(folder, options)
    finally:
        shutil.rmtree(folder)


def _compare(folder: Path, options: argparse.Namespace) -> None:
    files = make_files(folder / "Lora", options.files, options.mb * MEGABYTE)
    library = Library(folder)
    ways: dict[str, Callable[[], object]] = {
        "ours: SHA256 and AutoV3, 2 threads": library.hash_all,
        "hashlib, 1 thread: SHA256": lambda: [hashlib_sha256(path) for path in files],
        "hashlib, 1 thread: SHA256 and AutoV3": lambda: [hashlib_both(path) for path in files],
    }
    rounds: dict[str, list[Round]] = {name: [] for name in ways}
    names = list(ways)
    for number in range(options.rounds):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            library.forget()
            (drop if options.cold else warm)(files)
            rounds[name].append(_measured(ways[name]))
    library.check(files)
    size = sum(path.stat().st_size for path in files) / MEGABYTE
    print(f"{len(files)} files, {size:.0f} MB, {options.rounds} rounds each in turns, {_state(options.cold)}, "
          f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")  # fmt: skip
    print(f"{'':38}{'seconds':>9}{'MB/s':>8}{'CPU-s':>8}   (medians; seconds of each round)")
    for name, measured in rounds.items():
        seconds = statistics.median(one.seconds for one in measured)
        cpu = statistics.median(one.cpu_seconds for one in measured)
        each = " ".join(f"{one.seconds:.2f}" for one in measured)
        print(f"{name:38}{seconds:9.2f}{size / seconds:8.0f}{cpu:8.2f}   {each}")
    library.database.close()


def _state(cold: bool) -> str:
    return "cold cache" if cold else "read once before"


def make_files(folder: Path, count: int, size: int) -> list[Path]:
    """Write valid safetensors files of random data: one chunk, with a number in each repetition of it."""
    folder.mkdir(parents=True)
    chunk = random.Random(0).randbytes(4 * 1024 * 1024)
    paths = []
    for number in range(count):
        length = size - 8 - 1024
        tensor = {"dtype": "U8", "shape": [length], "data_offsets": [0, length]}
        head = json.dumps({"lora_unet_x.lora_down.weight": tensor}).encode().ljust(1024)
        paths.append(folder / f"file{number:02}.safetensors")
        with open(paths[-1], "wb") as file:
            file.write(struct.pack("<Q", len(head)) + head)
            for piece in range(0, length, len(chunk)):
                file.write((struct.pack("<II", number, piece // len(chunk)) + chunk[8:])[: length - piece])
            file.flush()
            os.fsync(file.fileno())
    return paths


class Library:
    """The files in a catalogue, as the page would have them."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(sqlite_url(folder / "bench.sqlite3"))
        migrate(self.database)
        scan_library(self.database, [folder / "Lora"])
        with self.database.write() as connection:
            self.roots = list(root_ids(connection, [str(folder / "Lora")]).values())

    def forget(self) -> None:
        """Let no file have a hash."""
        values = {"hashed_size": None, "sha256": None, "sha256_state": "", "autov3_computed": None}
        with self.database.write() as connection:
            connection.execute(update(NetworkFile).values(values))

    def hash_all(self) -> None:
        """Run the service until everything is done and recorded."""
        hasher = Hasher(self.database, lambda: self.roots, times=TIMES)
        hasher.start()
        while hasher.rounds == 0:
            time.sleep(0.002)
        hasher.stop()

    def check(self, files: list[Path]) -> None:
        """Compare what is recorded with hashlib."""
        self.forget()
        self.hash_all()
        with self.database.read() as connection:
            found = connection.execute(select(NetworkFile.name, NetworkFile.sha256, NetworkFile.autov3_computed)).all()
        expected = [(path.name, *hashlib_both(path)) for path in files]
        if sorted(map(tuple, found)) != sorted(expected):
            raise SystemExit("The hashes differ from hashlib's.")


def hashlib_sha256(path: Path) -> str:
    """SHA256 the plain way."""
    whole = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(HASHLIB_BLOCK), b""):
            whole.update(block)
    return whole.hexdigest()


def hashlib_both(path: Path) -> tuple[str, str]:
    """SHA256 and AutoV3 the plain way."""
    tensors = hashlib.sha256()
    with open(path, "rb") as file:
        file.seek(8 + int.from_bytes(file.read(8), "little"))
        for block in iter(lambda: file.read(HASHLIB_BLOCK), b""):
            tensors.update(block)
    return hashlib_sha256(path), tensors.hexdigest()[:12]


def warm(files: list[Path]) -> None:
    """Have the files in the system's cache."""
    for path in files:
        with open(path, "rb", buffering=0) as file:
            while file.read(HASHLIB_BLOCK):
                pass


def drop(files: list[Path]) -> None:
    """Have none of the files in the system's cache (Linux; elsewhere nothing happens)."""
    for path in files:
        with open(path, "rb") as file:
            if hasattr(os, "posix_fadvise"):
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _measured(work: Callable[[], object]) -> Round:
    cpu, begin = time.process_time(), time.perf_counter()
    work()
    return Round(time.perf_counter() - begin, time.process_time() - cpu)


if __name__ == "__main__":
    main()
