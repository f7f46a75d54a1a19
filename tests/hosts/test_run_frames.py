from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Callable
from types import FrameType

from lora_manager.hosts.run_frames import Place, place_of, stands
from tests.hosts.observed_runs import Process

Inside = Callable[[], None]


def process_images(p: Process, inside: Inside) -> None:
    inside()


def here(process: Process) -> Place | None:
    return place_of(process, sys._getframe())


def is_on_the_stack(place: Place | None, process: Process) -> bool:
    assert place is not None
    return stands(place, process, sys._getframe())


def test_a_run_stands_as_long_as_its_function() -> None:
    p, places = Process(), list[Place | None]()

    def inside() -> None:
        places.append(here(p))
        assert is_on_the_stack(places[0], p)

    process_images(p, inside)
    assert not is_on_the_stack(places[0], p)


def test_another_object_at_the_same_place() -> None:
    first, second, places = Process(), Process(), list[Place | None]()
    process_images(first, lambda: places.append(here(first)))

    def inside() -> None:
        assert here(first) is None
        assert not is_on_the_stack(places[0], first)

    process_images(second, inside)


def test_another_function_of_the_name_at_the_same_place() -> None:
    """Another extension's wrapper bears the name, too."""
    p, places = Process(), list[Place | None]()
    process_images(p, lambda: places.append(here(p)))
    original = process_images

    def retry() -> None:
        def process_images(p: Process, inside: Inside) -> None:
            original(p, inside)

        process_images(p, lambda: seen.append(is_on_the_stack(places[0], p)))

    seen: list[bool] = []
    retry()
    assert seen == [False]


def test_the_innermost_counts() -> None:
    p, places = Process(), list[Place | None]()

    def outer() -> None:
        places.append(here(p))
        process_images(p, lambda: places.append(here(p)))

    process_images(p, outer)
    first, second = places
    assert first is not None
    assert second is not None
    assert first.depth < second.depth
    assert first.code is second.code


def test_no_stack_at_all() -> None:
    p = Process()
    assert place_of(p, None) is None
    ended: FrameType | None = None
    assert not stands(Place(0, (lambda: None).__code__), p, ended)


def test_looking_keeps_nothing() -> None:
    gc.collect()
    gc.disable()
    try:
        seen = looked_for()
        assert seen() is None
    finally:
        gc.enable()


def looked_for() -> weakref.ref[Process]:
    p, places = Process(), list[Place | None]()
    process_images(p, lambda: places.append(here(p)))
    assert not is_on_the_stack(places[0], p)
    return weakref.ref(p)
