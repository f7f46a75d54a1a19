from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lora_manager.services.settings import SettingsStore
from lora_manager.services.write_back_later import WriteBackLater
from tests.helpers.network_files import write_adapter
from tests.helpers.shelf import Shelf
from tests.services.desk import Desk
from tests.services.hashing.hashing import until


@pytest.fixture
def desk(shelf: Shelf) -> Desk:
    """Two LoRAs without records."""
    write_adapter(shelf.root, "amber")
    write_adapter(shelf.root, "moth")
    shelf.scan()
    return Desk(shelf)


@pytest.fixture
def later(desk: Desk) -> Iterator[WriteBackLater]:
    """The service, switched on, whose edits settle at once; not started."""
    service = WriteBackLater(desk.database, switched(desk, True), desk.write_back, settle_seconds=0.05)
    yield service
    service.stop()


def switched(desk: Desk, on: bool) -> SettingsStore:
    """The settings."""
    settings = SettingsStore(desk.database)
    settings.change({"write_back_automatically": on})
    return settings


def edit(desk: Desk, later: WriteBackLater, stem: str, values: dict[str, Any]) -> Path:
    """An edit of which the service is told; where it should stand."""
    desk.edit(stem, values)
    later.notice([desk.id_of(stem)])
    return desk.root / f"{stem}.json"


def test_edits_are_written_once_they_have_settled(desk: Desk, later: WriteBackLater) -> None:
    later.start()
    edit(desk, later, "amber", {"notes": "one"})
    path = edit(desk, later, "amber", {"notes": "two"})
    until(path.exists)
    assert desk.json("amber")["notes"] == "two"


def test_what_is_waiting_is_written_at_the_end(desk: Desk, later: WriteBackLater) -> None:
    slow = WriteBackLater(desk.database, switched(desk, True), desk.write_back, settle_seconds=60)
    slow.start()
    path = edit(desk, slow, "amber", {"notes": "one"})
    assert not path.exists()
    slow.stop()
    assert path.exists()


def test_nothing_is_written_unless_it_is_set(desk: Desk, later: WriteBackLater) -> None:
    switched(desk, False)
    off = WriteBackLater(desk.database, switched(desk, False), desk.write_back, settle_seconds=0)
    off.start()
    path = edit(desk, off, "amber", {"notes": "one"})
    off.stop()
    assert not path.exists()


def test_where_anybody_may_edit_nothing_is_written_by_itself(desk: Desk) -> None:
    held = WriteBackLater(desk.database, switched(desk, True), desk.write_back, settle_seconds=0)
    held.is_held = lambda: True
    held.start()
    path = edit(desk, held, "amber", {"notes": "one"})
    held.stop()
    assert not path.exists()


def test_what_cannot_be_written_is_a_problem_and_the_rest_is_written(
    desk: Desk, later: WriteBackLater, caplog: pytest.LogCaptureFixture
) -> None:
    (desk.root / "amber.json").write_bytes(b"{")
    later.start()
    with caplog.at_level(logging.WARNING):
        edit(desk, later, "amber", {"notes": "one"})
        until((edit(desk, later, "moth", {"notes": "one"})).exists)
        until(lambda: "amber.json" in desk.shelf.problems())
        later.stop()
    assert desk.shelf.problems() == {"amber.json": "not_written_back"}
    assert "amber.json" in caplog.text


def test_what_another_process_left_is_taken_up(desk: Desk, later: WriteBackLater) -> None:
    desk.edit("moth", {"notes": "before"})
    assert desk.write("moth").changed == 1
    desk.edit("amber", {"notes": "after"})
    later.start()
    until((desk.root / "amber.json").exists)


def test_a_database_that_fails_ends_nothing(
    desk: Desk, later: WriteBackLater, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("gone")

    later.start()
    with monkeypatch.context() as patch:
        patch.setattr(desk.write_back, "write_edited", fail)
        edit(desk, later, "amber", {"notes": "one"})
        until(lambda: "gone" in caplog.text)
    until((edit(desk, later, "moth", {"notes": "two"})).exists)
