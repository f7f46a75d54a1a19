"""What the user made is told once, whatever order the host's hooks come in and on whatever thread."""

from __future__ import annotations

import contextlib
import gc
import logging
import threading
import weakref
from pathlib import Path
from typing import Any

import pytest

from lora_manager.hosts.base import ObservedGeneration
from lora_manager.hosts.run_observer import MOST_HELD, Run, RunObserver, harmless
from tests.hosts.observed_runs import HostError, Process, describe, fail, process_images, prompts, told


@pytest.fixture
def reports() -> list[ObservedGeneration]:
    return []


@pytest.fixture
def observer(reports: list[ObservedGeneration]) -> RunObserver:
    watching = RunObserver(describe)
    watching.observe(reports.append)
    return watching


def test_a_run_is_told_when_it_ends(observer: RunObserver, reports: list[ObservedGeneration]) -> None:
    process_images(Process(), observer, lambda: _nothing_yet(reports), saves=2)
    assert reports == [told("a cat", "0.png", 2)]


def _nothing_yet(reports: list[ObservedGeneration]) -> None:
    assert not reports


def test_the_last_hook_may_know_more(observer: RunObserver, reports: list[ObservedGeneration]) -> None:
    p = Process()
    observer.begin(p)
    observer.end(p, lambda run: told("what the host said"))
    assert prompts(reports) == ["what the host said"]


def test_nothing_to_tell(observer: RunObserver, reports: list[ObservedGeneration]) -> None:
    p = Process()
    observer.begin(p)
    observer.end(p, lambda run: None)
    assert not reports


def test_hooks_of_a_run_whose_beginning_was_not_seen(observer: RunObserver, reports: list[ObservedGeneration]) -> None:
    observer.saved(Process(), Path("/out/0.png"), "")
    observer.end(Process())
    assert not reports


def test_a_run_inside_another_belongs_to_it(observer: RunObserver, reports: list[ObservedGeneration]) -> None:
    process_images(Process(), observer, lambda: process_images(Process(prompt="a face"), observer))
    assert prompts(reports) == ["a cat"]


def test_the_same_object_may_run_inside_itself_and_again(
    observer: RunObserver, reports: list[ObservedGeneration]
) -> None:
    p = Process()
    process_images(p, observer, lambda: process_images(p, observer, saves=3), saves=1)
    process_images(p, observer, saves=2)
    assert [len(report.result.images) for report in reports] == [1, 2]


def retried(p: Process, observer: RunObserver) -> None:
    """As a wrapper does that tries again when the memory was not enough."""
    try:
        process_images(p, observer, fail, saves=0)
    except HostError:
        process_images(p, observer, saves=2)


def test_a_run_that_is_tried_again_with_the_same_object(
    observer: RunObserver, reports: list[ObservedGeneration]
) -> None:
    retried(Process(), observer)
    assert reports == [told("a cat", "0.png", 2)]


def test_the_function_that_tries_again_may_bear_the_hosts_name(
    observer: RunObserver, reports: list[ObservedGeneration]
) -> None:
    def process_images(p: Process) -> None:
        retried(p, observer)

    process_images(Process())
    assert reports == [told("a cat", "0.png", 2)]


def test_our_own_run_that_is_tried_again(observer: RunObserver, reports: list[ObservedGeneration]) -> None:
    p = Process()
    with observer.own(p) as runs:
        retried(p, observer)
    assert not reports
    assert [len(run.saved) for run in runs] == [0, 2]


def test_the_same_object_that_fails_inside_itself(observer: RunObserver, reports: list[ObservedGeneration]) -> None:
    p = Process()

    def inside() -> None:
        with pytest.raises(HostError):
            process_images(p, observer, fail, saves=3)
        observer.saved(p, Path("/out/last.png"), "")

    process_images(p, observer, inside, saves=1)
    assert [len(report.result.images) for report in reports] == [2]
    assert observer.under_way() == 0


def test_our_own_run_and_what_it_holds_is_not_told(observer: RunObserver, reports: list[ObservedGeneration]) -> None:
    p = Process()
    with observer.own(p):
        process_images(p, observer, lambda: process_images(Process(prompt="a face"), observer))
    assert not reports
    process_images(Process(), observer)
    assert len(reports) == 1


def test_our_own_run_that_fails_is_not_told_later(observer: RunObserver, reports: list[ObservedGeneration]) -> None:
    p = Process()
    with pytest.raises(HostError), observer.own(p):
        process_images(p, observer, fail)
    with pytest.raises(HostError), observer.own(p):
        process_images(p, observer, lambda: process_images(Process(), observer, fail))
    assert observer.under_way() == 0
    process_images(Process(prompt="the user's"), observer)
    assert prompts(reports) == ["the user's"]


def test_a_run_counted_of_its_own_inside_another(observer: RunObserver, reports: list[ObservedGeneration]) -> None:
    def cell(prompt: str) -> None:
        p = Process(prompt=prompt)
        observer.begin(p, of_its_own=True)
        observer.end(p)

    sheet = Process(prompt="sheet")
    process_images(sheet, observer, lambda: cell("first"))
    with observer.own(sheet):
        process_images(sheet, observer, lambda: cell("a cell of ours"))
    assert prompts(reports) == ["first", "sheet"]


def test_the_runs_of_ours_are_there_to_be_asked(observer: RunObserver) -> None:
    p = Process()
    with observer.own(p) as runs:
        assert observer.run_of(p) is None
        process_images(p, observer, lambda: process_images(Process(), observer), saves=2)
        assert observer.run_of(p) is None
    assert [[image.path.name for image in run.saved] for run in runs] == [["0.png", "1.png"]]
    assert runs[0].seconds == runs[0].seconds >= 0


def test_a_run_that_failed_is_told_when_the_next_one_begins(
    observer: RunObserver, reports: list[ObservedGeneration]
) -> None:
    with pytest.raises(HostError):
        process_images(Process(prompt="failed"), observer, fail, saves=1)
    with pytest.raises(HostError):
        process_images(Process(prompt="failed without an image"), observer, fail, saves=0)
    assert prompts(reports) == ["failed"]
    process_images(Process(), observer, lambda: _assert_prompts(reports, ["failed"]))
    assert prompts(reports) == ["failed", "a cat"]


def _assert_prompts(reports: list[ObservedGeneration], expected: list[str]) -> None:
    assert prompts(reports) == expected


def test_a_run_after_one_that_failed_is_not_taken_for_its_part(
    observer: RunObserver, reports: list[ObservedGeneration]
) -> None:
    """The detailer of one run fails and the host goes on: what ends after it is the outer run."""

    def detail() -> None:
        with pytest.raises(HostError):
            process_images(Process(prompt="a face"), observer, fail)

    process_images(Process(), observer, detail)
    process_images(Process(prompt="the next"), observer)
    assert prompts(reports) == ["a cat", "the next"]


def test_a_failed_run_that_cannot_be_described_does_not_hide_the_next(
    reports: list[ObservedGeneration], caplog: pytest.LogCaptureFixture
) -> None:
    def strict(run: Run) -> ObservedGeneration | None:
        if run.process.prompt == "failed":
            raise KeyError("seed")
        return describe(run)

    observer = RunObserver(strict)
    observer.observe(reports.append)
    for prompt in ("failed", "also failed"):
        with pytest.raises(HostError):
            process_images(Process(prompt=prompt), observer, fail)
    process_images(Process(), observer)
    assert prompts(reports) == ["also failed", "a cat"]
    assert "could not record this generation" in caplog.text


def test_runs_wait_for_a_listener_that_comes_later() -> None:
    observer = RunObserver(describe)
    late: list[ObservedGeneration] = []
    latest: list[ObservedGeneration] = []
    for number in range(MOST_HELD + 5):
        process_images(Process(prompt=str(number)), observer)
    observer.observe(late.append)
    assert prompts(late) == [str(number) for number in range(5, MOST_HELD + 5)]
    observer.observe(None)
    process_images(Process(prompt="while nobody listened"), observer)
    observer.observe(latest.append)
    process_images(Process(), observer)
    assert prompts(latest) == ["while nobody listened", "a cat"]
    assert len(late) == MOST_HELD


def test_a_listener_takes_only_itself_away() -> None:
    observer = RunObserver(describe)
    first: list[ObservedGeneration] = []
    second: list[ObservedGeneration] = []
    hear_first, hear_second = first.append, second.append
    observer.observe(hear_first)
    observer.observe(hear_second)
    observer.leave(hear_first)
    process_images(Process(prompt="heard"), observer)
    observer.leave(hear_second)
    process_images(Process(prompt="held"), observer)
    observer.observe(hear_first)
    assert (prompts(first), prompts(second)) == (["held"], ["heard"])


def test_no_run_is_lost_while_the_listener_changes() -> None:
    """The catalogue opens at any moment of the user's work."""
    observer = RunObserver(describe)
    heard: list[ObservedGeneration] = []
    over = threading.Event()

    def change_listeners() -> None:
        while not over.is_set():
            observer.observe(heard.append)
            observer.observe(None)

    changing = threading.Thread(target=change_listeners)
    changing.start()
    for number in range(MOST_HELD):
        process_images(Process(prompt=str(number)), observer, saves=0)
    over.set()
    changing.join()
    observer.observe(heard.append)
    assert sorted(prompts(heard), key=int) == [str(number) for number in range(MOST_HELD)]


def test_objects_that_cannot_be_compared(observer: RunObserver, reports: list[ObservedGeneration]) -> None:
    """A1111's `p` compares by its fields, tensors among them: only identity may be asked."""
    first, second = Process(), Process()
    observer.begin(first)
    observer.begin(second)
    observer.end(second)
    with pytest.raises(HostError):
        process_images(Process(), observer, fail)
    assert observer.under_way() == 0  # nobody's `process_images` is on a stack
    process_images(Process(), observer)
    assert reports


def test_nothing_of_a_run_is_kept_afterwards(observer: RunObserver) -> None:
    """A host's `p` holds tensors: who keeps it keeps the memory of the card."""
    gc.collect()
    gc.disable()
    try:
        p = Process()
        process_images(p, observer)
        with pytest.raises(HostError):
            process_images(p, observer, fail)
        assert observer.under_way() == 0
        with observer.own(p):
            process_images(p, observer)
        seen = weakref.ref(p)
        del p
        assert seen() is None
    finally:
        gc.enable()


def test_nothing_is_kept_of_a_run_that_fails(observer: RunObserver, reports: list[ObservedGeneration]) -> None:
    """At once: the next run, which may be long in coming, needs the memory."""
    gc.collect()
    gc.disable()
    try:
        p = Process(prompt="failed")
        with contextlib.suppress(HostError):
            process_images(p, observer, fail, saves=2)
        seen = weakref.ref(p)
        del p
        assert seen() is None
    finally:
        gc.enable()
    assert observer.under_way() == 0
    assert reports == [told("failed", "0.png", 2)]


def test_an_object_that_cannot_be_watched_is_kept(observer: RunObserver, reports: list[ObservedGeneration]) -> None:
    class Bare:
        __slots__ = ("prompt",)
        prompt: str

    bare: Any = Bare()
    bare.prompt = "bare"
    with pytest.raises(TypeError):
        weakref.ref(bare)
    process_images(bare, observer)
    assert prompts(reports) == ["bare"]


def test_looking_for_failed_runs_keeps_no_stack_of_another_thread(observer: RunObserver) -> None:
    """What stands on the stack of a host's thread may be a whole model."""

    class Model:
        """Something large."""

    asked, leave = threading.Event(), threading.Event()
    models: list[weakref.ref[Model]] = []

    def busy() -> None:
        model = Model()
        models.append(weakref.ref(model))
        asked.set()
        leave.wait(10)

    thread = threading.Thread(target=busy)
    gc.collect()
    gc.disable()
    try:
        thread.start()
        asked.wait(10)
        process_images(Process(), observer, lambda: _assert_under_way(observer, 1))
        leave.set()
        thread.join()
        assert models[0]() is None
    finally:
        gc.enable()


def _assert_under_way(observer: RunObserver, count: int) -> None:
    assert observer.under_way() == count


def test_a_hook_of_ours_never_raises(caplog: pytest.LogCaptureFixture) -> None:
    @harmless
    def hook(number: int, *, name: str) -> None:
        """Ours."""
        raise HostError(f"{number} {name}")

    with caplog.at_level(logging.ERROR):
        hook(1, name="x")
    assert "the image is not affected" in caplog.text
    assert "1 x" in caplog.text
    assert hook.__name__ == "hook"


def test_a_user_who_stops_the_host_is_obeyed_within_a_hook() -> None:
    @harmless
    def hook() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hook()
