from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lora_manager.db.hash_state import PendingFile
from lora_manager.services.hashing.crew import Crew, Outcome, read_file
from tests.helpers.network_files import write_network_file

LIMIT_S = 20
Held = dict[str, threading.Event]


def pending_file(path: Path, number: int, root_id: int = 1) -> PendingFile:
    status = path.stat()
    return PendingFile(number, root_id, str(path.parent), path.name, status.st_size, status.st_mtime_ns)


@pytest.fixture
def files(tmp_path: Path) -> list[PendingFile]:
    return [pending_file(write_network_file(tmp_path / f"f{n}.safetensors"), n) for n in range(30)]


@pytest.fixture
def crew_of() -> Iterator[Callable[..., Crew]]:
    crews: list[Crew] = []

    def make(pass_block: Callable[[int, threading.Event], None] = lambda count, ended: None, threads: int = 2) -> Crew:
        crews.append(Crew(pass_block, threads))
        crews[-1].start()
        return crews[-1]

    yield make
    for crew in crews:
        crew.stop(2)


def all_of(crew: Crew) -> list[Outcome]:
    until = time.monotonic() + LIMIT_S
    found: list[Outcome] = []
    while not crew.is_idle:
        assert time.monotonic() < until
        found += crew.collect(0.1)
    return found


def test_every_file_comes_back_once_in_about_the_order_it_was_fed(
    crew_of: Callable[..., Crew], files: list[PendingFile]
) -> None:
    crew = crew_of()
    crew.feed(files)
    found = all_of(crew)
    assert sorted(one.file.id for one in found) == [file.id for file in files]
    assert {one.file.id for one in found[:2]} <= {0, 1, 2}
    assert all(one.digests is not None and one.problem == "" for one in found)


def test_stopping_ends_it_in_the_middle_of_a_file(crew_of: Callable[..., Crew], files: list[PendingFile]) -> None:
    crew = crew_of(lambda count, ended: bool(ended.wait(LIMIT_S)))
    crew.feed(files)
    until = time.monotonic() + LIMIT_S
    while len([one for one in crew.reading() if one[1] > 0]) < 2 and time.monotonic() < until:
        time.sleep(0.005)
    assert [file.id for file, _ in sorted(crew.reading())] == [0, 1]
    begin = time.monotonic()
    crew.stop(5)
    assert time.monotonic() - begin < 1
    assert crew.collect(0) == []
    assert crew.waiting == 0


def test_what_is_being_read_is_not_queued_again(crew_of: Callable[..., Crew], files: list[PendingFile]) -> None:
    go = threading.Event()
    crew = crew_of(lambda count, ended: bool(go.wait(LIMIT_S)), threads=1)
    crew.feed(files[:1])
    until = time.monotonic() + LIMIT_S
    while not crew.reading() and time.monotonic() < until:
        time.sleep(0.005)
    crew.feed(files[:3])
    assert crew.waiting == 2
    crew.forget()
    assert crew.waiting == 0
    go.set()
    assert [one.file.id for one in all_of(crew)] == [0]


def test_a_drive_that_hangs_is_left_and_the_others_go_on(tmp_path: Path, crew_of: Callable[..., Crew]) -> None:
    """The threads that hang in it are given up; what they come back with much later is not looked at."""
    hung, back = threading.Event(), threading.Event()
    usual = read_file

    def read(file: PendingFile, on_block: Callable[[int], None]) -> Outcome:
        if file.root_id == 2:
            hung.set()
            back.wait(LIMIT_S)
        return usual(file, on_block)

    dead = [pending_file(write_network_file(tmp_path / "dead" / f"d{n}.safetensors"), n, 2) for n in range(2)]
    good = [pending_file(write_network_file(tmp_path / "good" / f"g{n}.safetensors"), n, 1) for n in range(10, 14)]
    crew = crew_of()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lora_manager.services.hashing.crew.read_file", read)
        crew.feed([*dead, *good])
        assert hung.wait(LIMIT_S)
        found: list[Outcome] = []
        until = time.monotonic() + LIMIT_S
        while len(found) < 6:
            assert time.monotonic() < until
            crew.give_up_stuck(0.1)
            found += crew.collect(0.05)
        assert {one.file.id for one in found if one.root_away} == {0, 1}
        assert {one.file.id for one in found if one.digests} == {10, 11, 12, 13}
        assert crew.stuck_roots() == {2}
        back.set()
        while crew.stuck_roots():
            assert time.monotonic() < until
            time.sleep(0.01)
    assert crew.collect(0) == []


def test_waiting_for_its_turn_is_no_hanging(crew_of: Callable[..., Crew], files: list[PendingFile]) -> None:
    go = threading.Event()
    crew = crew_of(lambda count, ended: bool(go.wait(LIMIT_S)))
    crew.feed(files[:2])
    until = time.monotonic() + LIMIT_S
    while len([one for one in crew.reading() if one[1] > 0]) < 2 and time.monotonic() < until:
        time.sleep(0.005)
    time.sleep(0.1)
    crew.give_up_stuck(0.05)
    go.set()
    assert all(one.digests for one in all_of(crew))


def test_what_becomes_of_a_file(tmp_path: Path) -> None:
    path = write_network_file(tmp_path / "root" / "a.safetensors")
    file = pending_file(path, 1)

    def read(file: PendingFile) -> Outcome:
        return read_file(file, lambda count: None)

    digests = read(file).digests
    assert digests is not None
    assert digests.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert read(file._replace(mtime_ns=1)) == Outcome(file._replace(mtime_ns=1))
    path.unlink()
    assert read(file) == Outcome(file)
    path.mkdir()
    assert "regular" in read(file).problem
    path.rmdir()
    path.parent.rmdir()
    assert read(file) == Outcome(file, root_away=True)
