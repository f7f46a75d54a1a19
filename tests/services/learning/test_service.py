from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from sqlalchemy import Connection, insert

from lora_manager.application import Application
from lora_manager.db.engine import Database
from lora_manager.db.events import EventRow, events_of
from lora_manager.db.revision import touch_catalogue
from lora_manager.db.scan_state import root_ids
from lora_manager.db.tables import Adapter, AdapterTag, NetworkFile, Tag
from lora_manager.errors import CatalogueError
from lora_manager.services.actor import PAGE, Actor
from lora_manager.services.learning import service as module
from lora_manager.services.learning.catching_up import catch_up_some
from lora_manager.services.learning.noting import note
from tests.conftest import Figure
from tests.db.runs import run_of
from tests.services.learning.conftest import School, school_over
from tests.services.recommending.library import ask, ids_by_name, names, read_all, write_lora

MANY = 100_000


def test_while_learning_is_off_everything_is_as_good(school: School) -> None:
    with school.database.write() as connection:
        note(connection, [EventRow(school.clock(), "", "adapter_favourited", school.ids["moth"], value=1.0)])
    assert school.preference(["moth"])[0] > 0.5
    school.settings.change({"learning": False})
    assert school.preference(["moth", "cat"]) == [0.5, 0.5]
    assert school.why("moth") is None
    assert school.learned() != {}


def test_what_was_recorded_before_is_learned_in_the_background(school: School) -> None:
    run_of(school.database, {school.ids["moth"]: 1.0})
    school.learning.start()
    until = time.monotonic() + 20
    while ("adapter", "Moth") not in school.learned():
        assert time.monotonic() < until
        time.sleep(0.005)
    school.learning.stop()


def test_who_notices_while_another_catches_up_waits_for_nobody(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what they noticed is learned all the same."""
    begun, go_on = threading.Event(), threading.Event()
    real = catch_up_some

    def slowly(connection: Connection) -> None:
        begun.set()
        real(connection)
        assert go_on.wait(20)

    monkeypatch.setattr(module, "catch_up_some", slowly)
    run_of(school.database, {school.ids["moth"]: 1.0})
    slow = threading.Thread(target=school.learning.notice)
    slow.start()
    assert begun.wait(20)
    school.learning.notice()  # returns, although the other one is at it
    go_on.set()
    slow.join(20)
    with school.database.read() as connection:
        assert len(list(events_of(connection, ""))) == 1


def test_a_database_that_takes_nothing_is_said_and_learned_of_later(
    school: School, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    run_of(school.database, {school.ids["moth"]: 1.0})

    def full(connection: object) -> None:
        raise CatalogueError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(module, "catch_up_some", full)
        school.learning.notice()
        assert "the disk is full" in caplog.text
        with pytest.raises(CatalogueError):
            school.learning.catch_up()
    school.learning.notice()
    assert ("adapter", "Moth") in school.learned()


def test_after_a_restore_everything_is_read_anew(school: School) -> None:
    with school.database.write() as connection:
        note(connection, [EventRow(school.clock(), "", "adapter_favourited", school.ids["moth"], value=1.0)])
    assert school.preference(["moth"])[0] > 0.5
    with school.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM preference")  # as another database would have it
    school.learning.after_restore()
    assert school.preference(["moth"])[0] == 0.5


def test_what_was_learned_moves_the_next_suggestions_and_says_so(application: Application) -> None:
    root = application.host.roots()[0]
    for stem, author in (("one", "ann"), ("two", "bob")):
        write_lora(root, stem, f"Lantern {stem}", description="a brass lantern", author=author)
    write_lora(root, "other", "Fog", description="thick fog", author="bob")
    read_all(application)
    ids = ids_by_name(application)
    first, second = names(ask(application, "brass lantern"))
    assert {first, second} == {"Lantern one", "Lantern two"}
    preferred = {"Lantern one": "Lantern two", "Lantern two": "Lantern one"}[first]
    author = "bob" if preferred == "Lantern two" else "ann"
    application.editor.edit(ids[preferred], {"favourite": True, "rating": 5}, Actor(PAGE))
    answer = ask(application, "brass lantern")
    assert names(answer) == [preferred, first]
    (why,) = [part for part in answer.items[0].why if part.kind == "preference"]
    assert why.text in ("It is one of your favourites.", "You rated it 5 of 5.") or author in why.text
    application.settings.change({"learning": False})
    assert names(ask(application, "brass lantern")) == [first, preferred]


def fill(database: Database, random: np.random.Generator) -> None:
    """Many adapters by 20,000 authors with 20,000 tags, a few of which most have."""
    numbers = range(1, MANY + 1)
    adapters = [
        {"id": n, "name": f"n{n}", "sort_name": f"n{n}", "author_username": f"author {n % 20_000}",
         "base_model": f"base {n % 12}", "added_at": "2026", "updated_at": "2026"}
        for n in numbers
    ]  # fmt: skip
    files = [
        {"root_id": 1, "adapter_id": n, "relative_path": f"{n}.pt", "folder": "", "name": f"{n}.pt", "stem": f"{n}",
         "size": 1, "mtime_ns": 1, "first_seen_at": "2026", "fingerprint": ""}
        for n in numbers
    ]  # fmt: skip
    tags = (random.zipf(1.3, (MANY, 10)) % 20_000 + 1).tolist()
    tagged = [
        {"adapter_id": n, "tag_id": tag, "position": position}
        for n in numbers
        for position, tag in enumerate(set(tags[n - 1]))
    ]
    with database.write() as connection:
        root_ids(connection, ["/lora"])
        connection.execute(insert(Adapter), adapters)
        connection.execute(insert(NetworkFile), files)
        connection.execute(insert(Tag), [{"id": n, "key": f"tag {n}", "name": f"tag {n}"} for n in range(1, 20_001)])
        connection.execute(insert(AdapterTag), tagged)
        touch_catalogue(connection, None)


@pytest.mark.slow
def test_a_hundred_thousand_adapters_are_weighed_in_milliseconds(fresh_database: Database, figure: Figure) -> None:
    random = np.random.default_rng(1)
    fill(fresh_database, random)
    school = school_over(fresh_database, {})
    ids = random.integers(1, MANY, 3000)
    with fresh_database.write() as connection:
        note(connection, [EventRow(school.clock(), "", "inserted", int(one)) for one in ids])
    with fresh_database.read() as connection:
        school.learning.preference_of(connection, "nobody", [1])  # the columns are read
        everybody = np.arange(1, MANY + 1)
        started = time.process_time()
        found = school.learning.preference_of(connection, "", everybody)
        first = time.process_time() - started
        started = time.process_time()
        for _ in range(10):
            school.learning.preference_of(connection, "", everybody)
        later = (time.process_time() - started) / 10
    with fresh_database.write() as connection:
        note(connection, [EventRow(school.clock(), "", "inserted", 5)])
    with fresh_database.read() as connection:
        started = time.process_time()
        school.learning.preference_of(connection, "", everybody)
        again = time.process_time() - started
    assert (found > 0.5).sum() > 3000
    total, _ = school.learning.page("", "", 0, 0)
    figure(
        f"preferences of {MANY:,} adapters by {total:,} learned: {first * 1000:.0f} ms, {again * 1000:.0f} ms after "
        f"one more event, {later * 1000:.2f} ms from memory (of one processor)"
    )
    assert later < 0.02
    assert again < 1.0
