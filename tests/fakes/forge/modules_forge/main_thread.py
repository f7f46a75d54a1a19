"""Works through tasks on one thread, in the host the main one; whoever waits for a task that failed gets None."""

from __future__ import annotations

import queue
import threading
import traceback
from collections.abc import Callable
from typing import Any

NAME = "MainThread of the imitated host"
_tasks: queue.Queue[_Task | None] = queue.Queue()
printed: list[str] = []


class _Task:
    def __init__(self, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self.function, self.args = function, args
        self.result: Any = None
        self.finished = threading.Event()

    def work(self) -> None:
        try:
            self.result = self.function(*self.args)
        except Exception:  # noqa: BLE001 - as the host
            printed.append(traceback.format_exc())
        self.finished.set()


def run_and_wait_result(function: Callable[..., Any], *args: Any) -> Any:
    task = _Task(function, args)
    _tasks.put(task)
    task.finished.wait()
    return task.result


def start() -> None:
    threading.Thread(target=_loop, name=NAME, daemon=True).start()


def stop() -> None:
    """The end of the imitated process."""
    _tasks.put(None)


def _loop() -> None:
    while (task := _tasks.get()) is not None:
        task.work()
