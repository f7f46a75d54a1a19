from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from lora_manager.db.engine import Database
from lora_manager.db.hash_state import HashedFile, PendingFile, record_hashes
from lora_manager.db.revision import catalogue_revision
from lora_manager.errors import CatalogueError
from lora_manager.services.hashing.crew import Outcome, read_file
from lora_manager.services.hashing.digest import OnBlock
from lora_manager.services.hashing.hasher import Hasher
from lora_manager.services.hashing.status import HashingStatus
from tests.helpers.network_files import civitai_model, write_adapter, write_json, write_network_file
from tests.helpers.shelf import Shelf, touch_later
from tests.services.hashing.hashing import hash_all, hashed, hashing, ids_of, row, sha256, until

SLOW: dict[str, Any] = {"why_slow": lambda: "generation", "slow_bytes": 40_000}
"""Four files a second of those that `write_network_file` writes."""


def fill(shelf: Shelf, count: int) -> list[Path]:
    """Files of which each is newer than the one before."""
    paths = [write_network_file(shelf.root / f"f{n:02}.safetensors") for n in range(count)]
    for number, path in enumerate(paths):
        os.utime(path, (0, 1_700_000_000 + 60 * number))
    shelf.scan()
    return paths


def revision(database: Database) -> int:
    with database.read() as connection:
        return catalogue_revision(connection)


def test_every_file_gets_its_own_hashes(shelf: Shelf) -> None:
    paths = fill(shelf, 12)
    before = revision(shelf.database)
    hash_all(shelf)
    for path in paths:
        found, own = row(shelf, path.name), sha256(path)
        assert (found["sha256"], found["autov2"], found["sha256_state"]) == (own, own[:10], "confirmed")
        assert (found["hashed_size"], found["hashed_mtime_ns"]) == (path.stat().st_size, path.stat().st_mtime_ns)
        assert len(found["autov3_computed"]) == 12
        assert found["autov3"] is None  # this file names none
    assert revision(shelf.database) > before


def test_nothing_is_done_twice(shelf: Shelf) -> None:
    fill(shelf, 3)
    hash_all(shelf)
    before = revision(shelf.database)
    hash_all(shelf)
    assert revision(shelf.database) == before


def test_the_newest_come_first(shelf: Shelf) -> None:
    fill(shelf, 12)
    with hashing(shelf, **SLOW):
        until(lambda: len(hashed(shelf)) >= 4)
        done = hashed(shelf)
    assert {"f11.safetensors", "f10.safetensors"} <= done
    assert "f00.safetensors" not in done


def test_what_a_scan_brings_meanwhile_comes_first_too(shelf: Shelf) -> None:
    fill(shelf, 30)
    with hashing(shelf, **SLOW) as hasher:
        until(lambda: hashed(shelf))
        path = write_network_file(shelf.root / "new.safetensors")
        shelf.scan()
        hasher.wake()
        until(lambda: path.name in hashed(shelf))
        assert len(hashed(shelf)) < 25


def test_a_program_that_is_killed_goes_on_from_there(shelf: Shelf) -> None:
    """No hash is lost that was recorded, none is wrong, and the lease of the dead process holds nobody up for long."""
    paths = fill(shelf, 24)
    code = (
        "import sys; from pathlib import Path; from tests.helpers.shelf import Shelf;"
        "from lora_manager.db.engine import Database, sqlite_url;"
        "from tests.services.hashing.hashing import hashing, until;"
        "shelf = Shelf(Database(sqlite_url(Path(sys.argv[1]))), Path(sys.argv[2]));"
        "context = hashing(shelf, why_slow=lambda: 'generation', slow_bytes=60_000);"
        "context.__enter__(); until(lambda: False, 60)"
    )
    place = [str(shelf.database.path), str(shelf.root)]
    process = subprocess.Popen([sys.executable, "-c", code, *place], stderr=subprocess.DEVNULL)
    try:
        until(lambda: len(hashed(shelf)) >= 5)
    finally:
        process.kill()
        process.wait()
    done = {name: row(shelf, name) for name in hashed(shelf)}
    assert 5 <= len(done) < 24
    begin = time.monotonic()
    hash_all(shelf)
    assert time.monotonic() - begin < 10
    assert hashed(shelf) == {path.name for path in paths}
    assert all(row(shelf, name) == before for name, before in done.items())
    assert all(row(shelf, path.name)["sha256"] == sha256(path) for path in paths)


def test_it_stops_in_the_middle_of_a_file(shelf: Shelf) -> None:
    fill(shelf, 3)
    others = set(threading.enumerate())  # a server of another test may hash its own library
    with hashing(shelf, why_slow=lambda: "generation", slow_bytes=1) as hasher:
        until(lambda: hasher.status().current)
        hasher.stop()  # at a byte a second the file would take an hour
    assert hashed(shelf) == set()
    until(lambda: not [one for one in {*threading.enumerate()} - others if one.name.startswith("lora-manager-hash")])


def test_it_can_be_paused_and_stays_so_over_a_restart(shelf: Shelf) -> None:
    fill(shelf, 12)
    with hashing(shelf, **SLOW) as hasher:
        until(lambda: hashed(shelf))
        assert hasher.pause(True).state == "paused"
        until(lambda: not hasher.status().current)
        time.sleep(0.3)
        done = hashed(shelf)
        time.sleep(0.5)
        assert hashed(shelf) == done
    with hashing(shelf) as hasher:
        assert hasher.status().state == "paused"
        time.sleep(0.3)
        assert hashed(shelf) == done
        assert hasher.pause(False).state == "running"
        until(lambda: hasher.rounds > 0)
    assert len(hashed(shelf)) == 12


def test_a_generation_makes_it_slow_and_its_end_fast_again(shelf: Shelf) -> None:
    fill(shelf, 12)
    busy = threading.Event()
    busy.set()
    with hashing(shelf, why_slow=lambda: "generation" if busy.is_set() else "", slow_bytes=20_000) as hasher:
        until(lambda: hasher.status().state == "waiting")
        status = hasher.status()
        assert (status.slow_for, status.eta_seconds) == ("generation", None)
        time.sleep(0.7)
        assert len(hashed(shelf)) <= 4
        busy.clear()
        until(lambda: hasher.rounds > 0, 5)
        assert hasher.status().state == "idle"


def test_it_tells_how_far_it_is(shelf: Shelf) -> None:
    paths = fill(shelf, 8)
    heard: list[HashingStatus] = []
    with hashing(shelf, slow_bytes=40_000, why_slow=lambda: "generation", commit=0.5, first_wait=0.1) as hasher:
        stop = hasher.listen(heard.append)
        until(lambda: hasher.rounds > 0)
        status = hasher.status()
        until(lambda: bool(heard) and heard[-1].state == "idle")
        stop()
    size = sum(path.stat().st_size for path in paths)
    assert (status.state, status.done, status.total, status.bytes_done, status.bytes_total) == (
        "idle",
        8,
        8,
        size,
        size,
    )
    assert (status.errors, status.current, status.elsewhere) == (0, (), False)
    progress = [(status.bytes_done, status.done) for status in heard]
    assert progress == sorted(progress)
    assert len(set(progress)) > 4


def test_one_process_hashes_and_the_other_looks_on(shelf: Shelf) -> None:
    fill(shelf, 12)
    other = Database(shelf.database.url)
    try:
        with hashing(shelf, **SLOW) as first:
            until(lambda: hashed(shelf))
            with hashing(shelf, other) as second:
                until(lambda: second.status().elsewhere)
                assert second.status().total == 12
                first.stop()
                until(lambda: second.rounds > 0)
                assert not second.status().elsewhere
    finally:
        other.close()
    assert len(hashed(shelf)) == 12


def test_a_file_that_is_replaced_meanwhile_gets_the_hash_of_what_it_is(shelf: Shelf) -> None:
    (path,) = fill(shelf, 1)
    with hashing(shelf, why_slow=lambda: "generation", slow_bytes=10_000) as hasher:
        until(lambda: hasher.status().current)
        other = write_network_file(shelf.root.parent / "other.safetensors", seed=99)
        other.replace(path)
        until(lambda: hasher.rounds > 0)
        assert row(shelf, path.name)["sha256"] is None
        shelf.scan()
        hasher.wake()
        until(lambda: hashed(shelf))
    assert row(shelf, path.name)["sha256"] == sha256(path)


def test_a_file_that_changed_since_the_scan_waits_for_the_next(shelf: Shelf) -> None:
    first, second = fill(shelf, 2)
    touch_later(first)
    second.unlink()
    hash_all(shelf)
    assert hashed(shelf) == set()
    assert shelf.problems() == {}
    shelf.scan()
    hash_all(shelf)
    assert hashed(shelf) == {first.name}


def test_a_file_written_a_moment_ago_is_left_to_settle(shelf: Shelf) -> None:
    path = write_network_file(shelf.root / "a.safetensors")
    shelf.scan()
    with hashing(shelf, settle=1.5) as hasher:
        until(lambda: hasher.rounds > 0)
        assert hashed(shelf) == set()
        until(lambda: hashed(shelf))
    assert row(shelf, path.name)["sha256"] == sha256(path)


def test_a_changed_file_is_hashed_again(shelf: Shelf) -> None:
    (path,) = fill(shelf, 1)
    hash_all(shelf)
    write_network_file(path, seed=5)
    touch_later(path, 60)
    shelf.scan()
    assert (row(shelf, path.name)["sha256"], hashed(shelf)) == (None, set())
    hash_all(shelf)
    assert row(shelf, path.name)["sha256"] == sha256(path)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user whom permissions stop")
def test_a_file_that_may_not_be_read_is_a_problem_until_it_can_be(shelf: Shelf) -> None:
    (path,) = fill(shelf, 1)
    path.chmod(0)
    check_unreadable(shelf, path, lambda: path.chmod(0o644))


def test_what_cannot_be_read_is_a_problem_until_it_can_be(shelf: Shelf) -> None:
    """A folder in the file's place: refused for every user."""
    (path,) = fill(shelf, 1)
    kept = path.rename(path.with_name("kept"))
    path.mkdir()

    def mend() -> None:
        path.rmdir()
        kept.rename(path)

    check_unreadable(shelf, path, mend)


def check_unreadable(shelf: Shelf, path: Path, mend: object) -> None:
    with hashing(shelf) as hasher:
        until(lambda: hasher.rounds > 0)
        assert row(shelf, path.name)["hash_error"]
        assert shelf.problems() == {path.name: "not_hashed"}
        assert hasher.status().errors == 1
        mend()  # type: ignore[operator]
        hasher.wake()
        until(lambda: hashed(shelf))
        assert row(shelf, path.name)["hash_error"] == ""
        assert shelf.problems() == {}


def test_a_drive_that_is_away_is_left_alone(shelf: Shelf) -> None:
    fill(shelf, 5)
    away = shelf.root.rename(shelf.root.with_name("away"))
    with hashing(shelf) as hasher:
        until(lambda: hasher.rounds > 0)
        assert hashed(shelf) == set()
        assert shelf.problems() == {}
        away.rename(shelf.root)
        hasher.wake()
        until(lambda: len(hashed(shelf)) == 5)


def test_a_drive_that_hangs_holds_up_neither_the_others_nor_the_end(
    fresh_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf(fresh_database, tmp_path / "good", more_roots=[tmp_path / "dead"])
    fill(shelf, 4)
    for number in range(4):
        write_network_file(tmp_path / "dead" / f"d{number}.safetensors")  # newer: these come first
    shelf.scan()
    back = threading.Event()

    def read(file: PendingFile, on_block: OnBlock) -> Outcome:
        if file.root.endswith("dead"):
            back.wait(60)
        return read_file(file, on_block)

    monkeypatch.setattr("lora_manager.services.hashing.crew.read_file", read)
    with hashing(shelf, stuck=0.3, retry=0.5) as hasher:
        until(lambda: hasher.rounds > 0)
        assert hashed(shelf) == {f"f{number:02}.safetensors" for number in range(4)}
        assert shelf.problems() == {}
        back.set()
        until(lambda: len(hashed(shelf)) == 8)
        back.clear()
        begin = time.monotonic()
        hasher.stop()
        assert time.monotonic() - begin < 1


def test_a_locked_database_is_waited_for(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(shelf, 5)
    failures = iter([1, 1])

    def record(connection: Connection, results: Sequence[HashedFile]) -> bool:
        if next(failures, None):
            raise CatalogueError("database is locked")
        return record_hashes(connection, results)

    monkeypatch.setattr("lora_manager.services.hashing.hasher.record_hashes", record)
    hash_all(shelf)
    assert len(hashed(shelf)) == 5


def test_files_of_other_roots_are_left_to_their_host(shelf: Shelf, tmp_path: Path) -> None:
    fill(shelf, 2)
    other = Shelf(shelf.database, tmp_path / "other")
    write_network_file(other.root / "other.safetensors")
    other.scan()
    assert ids_of(shelf) != ids_of(other)
    hash_all(shelf)
    assert hashed(shelf) == {"f00.safetensors", "f01.safetensors"}


def test_a_claim_is_confirmed(shelf: Shelf) -> None:
    record = civitai_model("Amber", "amber.safetensors")
    path = write_adapter(shelf.root, "amber", record)
    claim(record, sha256(path).upper())
    write_json(shelf.root / "amber.json", record)
    shelf.scan()
    assert row(shelf, path.name)["sha256_state"] == "claimed"
    hash_all(shelf)
    assert row(shelf, path.name)["sha256_state"] == "confirmed"
    assert shelf.problems() == {}


def test_a_claim_that_is_wrong_is_told_with_its_record(shelf: Shelf) -> None:
    record = civitai_model("Amber", "amber.safetensors")
    claim(record, "AB" * 32)
    path = write_adapter(shelf.root, "amber", record)
    shelf.scan()
    assert row(shelf, path.name)["sha256"] == "ab" * 32
    hash_all(shelf)
    for force in (False, True, False):
        found = row(shelf, path.name)
        assert (found["sha256"], found["sha256_state"]) == (sha256(path), "confirmed")
        assert shelf.problems() == {"amber.json": "hash_differs"}
        shelf.scan(force=force)
    claim(record, sha256(path))
    touch_later(write_json(shelf.root / "amber.json", record))
    shelf.scan()
    assert shelf.problems() == {}
    assert row(shelf, path.name)["sha256_state"] == "confirmed"


def claim(record: dict, sha: str) -> None:  # type: ignore[type-arg]
    """Let the record of a model name the hash of its one file."""
    record["modelVersions"][0]["files"][0]["hashes"] = {"SHA256": sha}


def test_it_waits_after_the_start(shelf: Shelf) -> None:
    fill(shelf, 1)
    with hashing(shelf, first_wait=0.6):
        time.sleep(0.2)
        assert hashed(shelf) == set()
        until(lambda: hashed(shelf))


def test_it_can_be_taken_over(shelf: Shelf) -> None:
    fill(shelf, 12)
    with hashing(shelf, **SLOW) as first:
        until(lambda: hashed(shelf))
        second = Hasher(shelf.database, lambda: ids_of(shelf))
        second.take_over()
        until(lambda: first.status().elsewhere)
