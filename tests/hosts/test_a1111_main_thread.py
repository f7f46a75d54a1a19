from __future__ import annotations

import threading

import pytest

from tests.hosts.in_a1111 import Inside


def where() -> str:
    return threading.current_thread().name


def on_generation_thread(inside: Inside, function: object) -> object:
    from lora_manager.hosts.a1111_main_thread import on_generation_thread

    return on_generation_thread(function)  # type: ignore[arg-type]


def test_forge_makes_images_on_its_main_thread(forge: Inside) -> None:
    from modules_forge import main_thread

    assert on_generation_thread(forge, where) == main_thread.NAME


def test_others_on_the_thread_that_asks(a1111: Inside) -> None:
    assert on_generation_thread(a1111, where) == where()


def test_errors_are_carried_out(inside: Inside) -> None:
    """Forge's own function returns None instead."""

    def fails() -> None:
        raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        on_generation_thread(inside, fails)


def test_a_result_of_none_is_no_error(inside: Inside) -> None:
    assert on_generation_thread(inside, lambda: None) is None
