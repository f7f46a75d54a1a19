from __future__ import annotations

import logging

import pytest

from lora_manager.services.listeners import Listeners


def test_everybody_is_told_until_they_stop() -> None:
    listeners: Listeners[int] = Listeners()
    first: list[int] = []
    second: list[int] = []
    stop = listeners.listen(first.append)
    listeners.listen(second.append)
    listeners.tell(1)
    stop()
    stop()
    listeners.tell(2)
    assert (first, second) == ([1], [1, 2])


def test_one_that_fails_keeps_it_from_nobody(caplog: pytest.LogCaptureFixture) -> None:
    listeners: Listeners[int] = Listeners()
    heard: list[int] = []

    def fail(_value: int) -> None:
        raise RuntimeError("gone")

    listeners.listen(fail)
    listeners.listen(heard.append)
    with caplog.at_level(logging.ERROR):
        listeners.tell(7)
    assert heard == [7]
    assert "gone" in caplog.text
