from __future__ import annotations

import threading
import time

import pytest

from lora_manager.db import engine_turns
from lora_manager.db.engine_turns import Turns
from lora_manager.errors import CatalogueError
from tests.helpers.at_once import at_once


def test_one_alone_waits_for_the_others_and_they_for_it() -> None:
    turns, seen = Turns(), []
    inside, go = threading.Event(), threading.Event()

    def reader() -> None:
        with turns.use():
            inside.set()
            go.wait(10)
            with turns.use():  # within its own turn nothing is waited for
                seen.append("read")

    def later_reader() -> None:
        inside.wait(10)
        time.sleep(0.05)
        with turns.use():
            seen.append("later")

    def alone() -> None:
        inside.wait(10)
        threading.Timer(0.1, go.set).start()
        with turns.alone():
            seen.append("alone")
            with turns.use():
                time.sleep(0.05)
            seen.append("still alone")

    at_once([reader, later_reader, alone])
    assert seen == ["read", "alone", "still alone", "later"]


def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_turns, "PATIENCE_SECONDS", 0.05)
    turns = Turns()
    refused: list[CatalogueError] = []

    def refuse(turn: str) -> None:
        try:
            with getattr(turns, turn)():
                pass
        except CatalogueError as error:
            refused.append(error)

    with turns.use():
        thread = threading.Thread(target=refuse, args=("alone",))
        thread.start()
        thread.join()
    with turns.alone():
        for turn in ("use", "alone"):
            thread = threading.Thread(target=refuse, args=(turn,))
            thread.start()
            thread.join()
    assert len(refused) == 3
    with turns.alone(), turns.use():
        pass
