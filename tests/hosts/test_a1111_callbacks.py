from __future__ import annotations

import inspect
from collections import namedtuple

import pytest

from tests.hosts.in_a1111 import Inside


def nothing() -> None:
    pass


def test_the_host_is_told_the_file_and_need_not_look_for_it(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    from lora_manager.hosts.a1111_callbacks import register

    monkeypatch.setattr(inspect, "stack", lambda: pytest.fail("it looks through the stack"))
    register("ui_tabs", nothing)
    registered = inside.module("script_callbacks").callback_map["callbacks_ui_tabs"][-1]
    assert registered.callback is nothing
    assert registered.script.endswith("a1111_callbacks.py")


def test_classic_takes_neither_file_nor_name(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    from lora_manager.hosts.a1111_callbacks import register

    callbacks = inside.module("script_callbacks")
    pair = namedtuple("pair", ["script", "callback"])
    monkeypatch.setattr(callbacks, "add_callback", lambda callbacks, fun: pytest.fail("it looks through the stack"))
    monkeypatch.setattr(callbacks, "ScriptCallback", pair)
    register("ui_tabs", nothing)
    registered = callbacks.callback_map["callbacks_ui_tabs"][-1]
    assert isinstance(registered, pair)
    assert registered.callback is nothing


def test_one_that_keeps_something_else_is_asked_by_its_own_function(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lora_manager.hosts.a1111_callbacks import register

    callbacks = inside.module("script_callbacks")
    registered: list[object] = []
    monkeypatch.setattr(callbacks, "add_callback", lambda callbacks, fun: None)
    monkeypatch.setattr(callbacks, "on_ui_tabs", lambda callback: registered.append(callback))
    register("ui_tabs", nothing)
    assert registered == [nothing]


def test_a_host_without_what_lies_below(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    from lora_manager.hosts.a1111_callbacks import register

    callbacks = inside.module("script_callbacks")
    registered: list[object] = []
    monkeypatch.delattr(callbacks, "callback_map")
    monkeypatch.setattr(callbacks, "on_app_started", lambda callback: registered.append(callback))
    register("app_started", nothing)
    assert registered == [nothing]
