"""Running a generation on the thread that an AUTOMATIC1111 family host wants it on.

Forge and its kin make images on the process's main thread, which works through a list of tasks; its waiting function
swallows errors, so they are carried out by hand. The host's queue lock is taken by the thread that waits, never inside.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


def on_generation_thread(function: Callable[[], T]) -> T:
    """Run the function where the host makes its images; what it returns or raises comes back here."""
    main_thread = _main_thread()
    if main_thread is None:
        return function()
    task = _Task(function)
    main_thread.run_and_wait_result(task.run)
    return task.outcome()


def _main_thread() -> Any:
    """The host's module for it; None where images are made on the calling thread."""
    try:
        from modules_forge import main_thread
    except ImportError:
        return None
    return main_thread


class _Task(Generic[T]):
    """A call that keeps its result or its error."""

    def __init__(self, function: Callable[[], T]) -> None:
        self._function = function
        self._results: list[T] = []
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._results.append(self._function())
        except BaseException as error:  # noqa: BLE001 - raised again on the thread that waits
            self._error = error

    def outcome(self) -> T:
        if self._error is not None:
            raise self._error
        return self._results[0]
