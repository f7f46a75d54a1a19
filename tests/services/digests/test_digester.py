from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lora_manager.application import Application
from lora_manager.db.digest_sources import DigestSource
from lora_manager.db.digests import Digest, digest_ids, digests_since, examples_of
from lora_manager.db.edits.apply import Edit, apply_edits
from lora_manager.db.engine import Database
from lora_manager.errors import CatalogueError
from lora_manager.services.actor import Actor
from lora_manager.services.digests import digester as module
from lora_manager.services.digests.digester import LEASE, Digester
from lora_manager.services.digests.making import make_digest
from lora_manager.services.digests.status import DigestTimes
from lora_manager.services.hashing.lease import Lease
from lora_manager.services.jobs import Job
from tests.db.described import described, put
from tests.db.test_digest_sources import generate
from tests.helpers.network_files import civitai_model, write_adapter

QUICK = DigestTimes(first_wait=0.0, look=0.05, settle=0.0)
COUNT = 12


@pytest.fixture
def ids(fresh_database: Database) -> list[int]:
    return put(fresh_database, *(described(f"{n}.pt", f"Amber{n}", tags=["style"]) for n in range(COUNT)))


@pytest.fixture
def running(fresh_database: Database) -> Iterator[Digester]:
    digester = Digester(fresh_database, times=QUICK)
    digester.start()
    yield digester
    digester.stop()


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def digested(database: Database) -> list[int]:
    with database.read() as connection:
        return digest_ids(connection)


def last_place(database: Database) -> tuple[int, int]:
    with database.read() as connection:
        last = digests_since(connection, 0)[-1]
    return last.stamp, last.adapter_id


def written_since(database: Database, place: tuple[int, int]) -> list[int]:
    with database.read() as connection:
        return [row.adapter_id for row in digests_since(connection, *place)]


def edit(database: Database, adapter_id: int, **values: object) -> None:
    with database.write() as connection:
        apply_edits(connection, [Edit(adapter_id, values)])


def test_it_catches_up_and_says_how_far_it_is(
    fresh_database: Database, ids: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 5)
    digester, seen = Digester(fresh_database), []
    status = digester.status()
    assert (status.state, status.done, status.total) == ("idle", 0, COUNT)
    digester.catch_up(lambda done, total, _: seen.append((done, total)))
    assert seen == [(0, COUNT), (5, COUNT), (10, COUNT), (COUNT, COUNT)]
    assert digested(fresh_database) == ids
    assert digester.status().done == COUNT
    digester.catch_up(lambda done, total, _: seen.append((done, total)))
    assert len(seen) == 4


def test_its_total_grows_with_what_a_scan_adds_meanwhile(
    fresh_database: Database, ids: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 4)
    monkeypatch.setattr(module, "COUNTED_SECONDS", 0.0)
    digester, seen = Digester(fresh_database), []

    def look(done: int, total: int, _: str) -> None:
        if (done, total) == (4, COUNT):
            put(fresh_database, *(described(f"more{n}.pt", f"More{n}") for n in range(5)))
        status = digester.status()
        seen.append((status.done, status.total))

    digester.catch_up(look)
    assert seen[:4] == [(0, COUNT), (4, COUNT + 5), (8, COUNT + 5), (8, COUNT + 5)]
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert digester.status().done == digester.status().total == COUNT + 5


def test_while_a_scan_goes_on_its_files_are_counted_from_the_start(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = Job(1, "scan", {}, "", state="running", done=800, total=9_973)
    monkeypatch.setattr(application.jobs, "busy", lambda kind: scan if kind == "scan" else None)
    assert application.recommender.progress() == (0, 9_973)
    monkeypatch.setattr(application.jobs, "busy", lambda kind: None)
    assert application.recommender.progress() == (0, 0)


def test_one_changed_adapter_is_one_digest_written(fresh_database: Database, ids: list[int], running: Digester) -> None:
    until(lambda: digested(fresh_database) == ids)
    place = last_place(fresh_database)
    edit(fresh_database, ids[3], tags=["pose"])
    running.wake()
    until(lambda: written_since(fresh_database, place) == [ids[3]])


def test_that_many_changed_is_told_once_when_all_are_written(
    fresh_database: Database, ids: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FEW", COUNT - 1)
    monkeypatch.setattr(module, "AT_ONCE", 4)
    told: list[list[int]] = []
    digester = Digester(fresh_database)
    digester.listen(lambda: told.append(digested(fresh_database)))
    digester.catch_up()
    edit(fresh_database, ids[3], tags=["pose"])
    digester.catch_up()
    assert told == [ids]


def test_a_generation_is_an_example_at_the_next_look(
    fresh_database: Database, ids: list[int], running: Digester
) -> None:
    until(lambda: digested(fresh_database) == ids)
    place = last_place(fresh_database)
    generate(fresh_database, "a lantern", (ids[0], "0", 0.5), (ids[1], "1", 0.5))
    until(lambda: written_since(fresh_database, place) == ids[:2])
    with fresh_database.read() as connection:
        assert [one.text for one in examples_of(connection, ids)[ids[1]]] == ["a lantern"]


def test_what_comes_out_the_same_is_not_written_again(fresh_database: Database, ids: list[int]) -> None:
    digester = Digester(fresh_database)
    digester.catch_up()
    place = last_place(fresh_database)
    edit(fresh_database, ids[0], ordinal=3)
    digester.catch_up()
    assert digester.status().done == COUNT
    assert written_since(fresh_database, place) == []


def test_another_recipe_makes_them_all_anew(fresh_database: Database, ids: list[int]) -> None:
    Digester(fresh_database).catch_up()
    digester = Digester(fresh_database)
    digester.recipe += 1
    assert digester.status().done == 0
    digester.catch_up()
    assert digester.status().done == COUNT


def test_one_that_cannot_be_made_holds_up_no_other(
    fresh_database: Database, ids: list[int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails_once(source: DigestSource) -> Digest:
        if source.adapter.id == ids[0]:
            raise ValueError("odd")
        return make_digest(source)

    monkeypatch.setattr(module, "make_digest", fails_once)
    digester = Digester(fresh_database)
    digester.catch_up()
    assert digested(fresh_database) == ids[1:]
    assert "Amber0" in caplog.text
    monkeypatch.undo()
    digester.catch_up()  # not again before it changes
    assert digested(fresh_database) == ids[1:]
    edit(fresh_database, ids[0], notes="n")
    digester.catch_up()
    assert digested(fresh_database) == ids


def test_much_of_it_is_left_to_another_process_that_does_it(
    fresh_database: Database, ids: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FEW", 5)
    lease = Lease(fresh_database, LEASE)
    assert lease.take()
    digester = Digester(fresh_database, times=QUICK)
    digester.start()
    until(lambda: digester.status().elsewhere)
    assert digested(fresh_database) == []
    lease.release()
    until(lambda: digested(fresh_database) == ids)
    digester.stop()


def test_it_rests_while_the_host_is_busy_and_ends_at_once(
    fresh_database: Database, ids: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = threading.Event()

    def slowly(source: DigestSource) -> Digest:
        time.sleep(0.03)
        return make_digest(source)

    def why_slow() -> str:
        asked.set()
        return "generation"

    monkeypatch.setattr(module, "make_digest", slowly)
    digester = Digester(fresh_database, why_slow, QUICK)
    began = time.monotonic()
    digester.start()
    until(lambda: digested(fresh_database) == ids)
    assert time.monotonic() - began > COUNT * 0.03 * 3
    assert asked.is_set()
    began = time.monotonic()
    digester.stop()
    assert time.monotonic() - began < 2


def test_a_catalogue_that_cannot_be_used_is_waited_for(
    fresh_database: Database, ids: list[int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    wanted, failed = Digester._wanted, threading.Event()

    def out_of_order(self: Digester, left_out: set[int]) -> list[int]:
        if not failed.is_set():
            failed.set()
            raise CatalogueError("the disk is full")
        return wanted(self, left_out)

    monkeypatch.setattr(Digester, "_wanted", out_of_order)
    digester = Digester(fresh_database, times=QUICK)
    digester.start()
    until(lambda: digested(fresh_database) == ids)
    digester.stop()
    assert "the disk is full" in caplog.text


def test_a_program_that_is_killed_goes_on_from_there(fresh_database: Database) -> None:
    put(fresh_database, *(described(f"{n}.pt", f"Amber{n}") for n in range(300)))
    program = (
        "import sys, os\n"
        "from pathlib import Path\n"
        "from lora_manager.db.engine import Database, sqlite_url\n"
        "from lora_manager.services.digests import digester\n"
        "digester.AT_ONCE = 50\n"
        "one = digester.Digester(Database(sqlite_url(Path(sys.argv[1]))))\n"
        "one.catch_up(lambda done, total, _: os._exit(9) if done >= 100 else None)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(fresh_database.path)], check=False)
    assert ended.returncode == 9
    assert len(digested(fresh_database)) == 100
    digester, seen = Digester(fresh_database), []
    digester.catch_up(lambda done, total, _: seen.append(total))
    assert seen[0] == 200
    assert len(digested(fresh_database)) == 300


def test_a_scan_an_edit_and_a_restore_are_followed(application: Application, tmp_path: Path) -> None:
    database, digester = application.database, application.digester

    def documents() -> set[bytes]:
        with database.read() as connection:
            return {row.document for row in digests_since(connection, 0)}

    write_adapter(tmp_path / "Lora", "amber", civitai_model("Amber", "amber.safetensors"))
    write_adapter(tmp_path / "Lora", "moth", civitai_model("Moth", "moth.safetensors"))
    application.scan()
    until(lambda: digester.status().done == 2)
    then, first = last_place(database), documents()
    backup = application.backups.make().backup.name
    ids = digested(database)
    application.editor.edit(ids[0], {"name": "Other words altogether"}, Actor("page", None))
    until(lambda: written_since(database, then) == ids[:1])
    now = last_place(database)
    job = application.jobs.submit("backup", {"do": "restore", "name": backup})
    until(lambda: job.state == "done" and not application.jobs.busy("scan"))
    until(lambda: digester.status().done == 2)
    assert documents() == first
    # Whoever keeps them in memory reads both again, whatever stamp it has come to.
    assert sorted(written_since(database, now)) == ids


def test_a_change_is_left_alone_at_first_for_whoever_made_it_asks_again(
    fresh_database: Database, ids: list[int]
) -> None:
    digester = Digester(fresh_database, times=replace(QUICK, look=30.0, settle=30.0))
    digester.start()
    until(lambda: digested(fresh_database) == ids)
    place = last_place(fresh_database)
    edit(fresh_database, ids[0], name="Moth")
    digester.wake()
    time.sleep(0.2)
    assert written_since(fresh_database, place) == []
    started = time.monotonic()
    digester.stop()
    assert time.monotonic() - started < 5
