from __future__ import annotations

import os
import shutil
import sqlite3
import threading
import time
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from lora_manager.db.engine import Database, sqlite_url
from lora_manager.errors import BadInputError, CatalogueError
from tests.conftest import Figure
from tests.helpers.at_once import at_once


def pragma(database: Database, name: str) -> object:
    with database.read() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def test_connections_are_set_up_for_two_programs_at_once(fresh_database: Database) -> None:
    assert pragma(fresh_database, "journal_mode") == "wal"
    assert pragma(fresh_database, "foreign_keys") == 1
    assert int(str(pragma(fresh_database, "busy_timeout"))) >= 30_000


@pytest.mark.parametrize("name", ["plain", "a b", "100%", "what?", "hash#", "ü星", "semi;colon", "a&b=c"])
def test_the_file_lies_where_it_was_asked_for(tmp_path: Path, name: str) -> None:
    path = tmp_path / name / "library.sqlite3"
    database = Database(sqlite_url(path))
    with database.write() as connection:
        connection.execute(text("CREATE TABLE t (x)"))
    assert database.path == path
    database.close()
    assert path.stat().st_size
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


def test_a_database_in_memory_has_no_path() -> None:
    database = Database("sqlite://")
    assert database.path is None
    database.close()


def test_a_place_that_cannot_be_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(BadInputError, match="--db"):
        Database(sqlite_url(tmp_path / "file" / "library.sqlite3"))


@pytest.mark.parametrize("url", ["lantern://x", "sqlite+lantern:///x", "lantern://u:p@[x"])
def test_a_database_that_cannot_be_is_refused(url: str) -> None:
    with pytest.raises(BadInputError, match="--db"):
        Database(url)


def test_a_full_disk_is_said_in_words_and_costs_the_last_change_only(fresh_database: Database) -> None:
    def fill(limit: str) -> None:
        with fresh_database.write() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {limit}")
            connection.execute(text("CREATE TABLE t (x)"))
            connection.execute(text("INSERT INTO t VALUES (zeroblob(5000000))"))

    with pytest.raises(CatalogueError, match="full"):
        fill("600")
    fill("1000000")
    assert pragma(fresh_database, "quick_check") == "ok"


def test_a_new_file_that_another_program_just_begins_is_waited_for(tmp_path: Path) -> None:
    """SQLite itself does not wait where a file changes its journal."""
    path = tmp_path / "library.sqlite3"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    ending = threading.Timer(0.2, other.execute, ("ROLLBACK",))
    ending.start()
    database = Database(sqlite_url(path))
    assert pragma(database, "journal_mode") == "wal"
    ending.join()
    other.close()
    database.close()


def write_tag(database: Database, key: str) -> None:
    with database.write() as connection:
        connection.execute(text("INSERT INTO tag (key, name) VALUES (:key, :key)"), {"key": key})


@pytest.mark.skipif(os.name != "posix", reason="this system deletes no file that is in use")
@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_is_deleted_under_us_takes_nothing_silently(
    fresh_database: Database, migrated_file: Path, replaced: bool
) -> None:
    write_tag(fresh_database, "before")
    assert fresh_database.path is not None
    for path in fresh_database.path.parent.glob(f"{fresh_database.path.name}*"):
        path.unlink()
    if replaced:
        shutil.copyfile(migrated_file, fresh_database.path)
    with pytest.raises(CatalogueError, match=r"deleted or replaced.*restart"):
        write_tag(fresh_database, "lost")
    with pytest.raises(CatalogueError, match="restart"), fresh_database.read():
        pytest.fail("an old state was shown")
    with fresh_database.engine.connect(), pytest.raises(CatalogueError, match="restart"):
        fresh_database.engine.connect()  # a second one, which no pool has
    assert fresh_database.path.exists() is replaced, "no empty file is made in its place"
    fresh_database.close()
    if replaced:
        write_tag(fresh_database, "of the new file")


def test_looking_for_the_file_costs_a_write_nothing_one_sees(fresh_database: Database, figure: Figure) -> None:
    write_tag(fresh_database, "first")
    rounds = 2000
    start = time.perf_counter()
    for _ in range(rounds):
        fresh_database._file.check()
    each = (time.perf_counter() - start) / rounds
    start = time.perf_counter()
    for number in range(50):
        write_tag(fresh_database, str(number))
    write = (time.perf_counter() - start) / 50
    figure(f"{each * 1e6:.1f} us of {write * 1e6:.0f} us")
    assert each < write / 3


def test_a_mistake_in_a_statement_stays_one(fresh_database: Database) -> None:
    with pytest.raises(OperationalError), fresh_database.read() as connection:
        connection.execute(text("SELECT lantern"))


def test_a_write_is_all_or_nothing(fresh_database: Database) -> None:
    insert = text("INSERT INTO tag (key, name) VALUES (:key, :key)")
    with pytest.raises(IntegrityError), fresh_database.write() as connection:
        connection.execute(insert, [{"key": "a"}, {"key": "a"}])
    with fresh_database.write() as connection:
        connection.execute(insert, {"key": "b"})
    with fresh_database.read() as connection:
        assert connection.execute(text("SELECT key FROM tag")).scalars().all() == ["b"]


def test_a_reader_sees_one_state_while_others_write(fresh_database: Database) -> None:
    count = text("SELECT count(*) FROM tag")
    with fresh_database.read() as reader:
        assert reader.execute(count).scalar() == 0
        with fresh_database.write() as writer:
            writer.execute(text("INSERT INTO tag (key, name) VALUES ('a', 'a')"))
        assert reader.execute(count).scalar() == 0
    with fresh_database.read() as reader:
        assert reader.execute(count).scalar() == 1


def test_two_programs_that_read_and_then_write_lose_nothing(fresh_database: Database) -> None:
    """Deferred transactions would fail here at once: both read before they write."""
    other = Database(fresh_database.url)
    rounds = 40

    def add_one(database: Database) -> None:
        for _ in range(rounds):
            with database.write() as connection:
                value = int(connection.execute(text("SELECT value FROM state WHERE key = 'n'")).scalar_one())
                time.sleep(0.0002)
                connection.execute(text("UPDATE state SET value = :value WHERE key = 'n'"), {"value": str(value + 1)})

    with fresh_database.write() as connection:
        connection.execute(text("INSERT INTO state VALUES ('n', '0')"))
    at_once([partial(add_one, database) for database in (fresh_database, fresh_database, other)])
    with fresh_database.read() as connection:
        assert connection.execute(text("SELECT value FROM state WHERE key = 'n'")).scalar() == str(3 * rounds)
    other.close()


def test_the_file_is_exchanged_while_everybody_waits(fresh_database: Database, tmp_path: Path) -> None:
    """Readers and writers on other threads go on with the new file, without an error."""
    path = fresh_database.path
    assert path is not None
    with fresh_database.write() as connection:
        connection.execute(text("INSERT INTO tag (key, name) VALUES ('old', '')"))
    fresh_database.close()
    other = tmp_path / "other.sqlite3"
    shutil.copyfile(path, other)
    with sqlite3.connect(other) as raw:
        raw.execute("UPDATE tag SET key = 'new'")
    raw.close()
    ended = threading.Event()
    seen: list[str] = []

    def read() -> None:
        while not ended.is_set():
            with fresh_database.read() as connection:
                seen.append(str(connection.execute(text("SELECT key FROM tag WHERE name = ''")).scalar()))

    def write() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            with fresh_database.write() as connection:
                connection.execute(text("INSERT INTO tag (key, name) VALUES (:key, 'x')"), {"key": f"{number}"})

    def exchange() -> None:
        time.sleep(0.1)
        with fresh_database.alone():
            os.replace(other, path)
        time.sleep(0.1)
        ended.set()

    at_once([read, read, write, exchange])
    assert seen == sorted(seen, reverse=True)
    assert {*seen} == {"old", "new"}


def test_writers_wait_while_the_file_is_worked_on(fresh_database: Database) -> None:
    order: list[str] = []

    def write() -> None:
        time.sleep(0.05)
        with fresh_database.write():
            order.append("written")

    def work() -> None:
        with fresh_database.writers_wait():
            time.sleep(0.2)
            with fresh_database.read():
                order.append("read")

    at_once([write, work])
    assert order == ["read", "written"]
