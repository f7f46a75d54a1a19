"""Which task of the page runs now, by the id that the page gave it."""

from __future__ import annotations

current_task: str | None = None


def start_task(id_task: str | None) -> None:
    """It is this one's turn."""
    global current_task
    current_task = id_task


def finish_task(id_task: str | None) -> None:
    """It is done."""
    global current_task
    if current_task == id_task:
        current_task = None
