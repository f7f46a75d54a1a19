"""Whose run it is that SDNext makes now: SDNext does not hand its login's user on to a run, its page's queue knows.

The page sends the id of a task as the first thing of a request; SDNext keeps the id of the task that runs, and gradio
the requests under way with the user of each. What comes through the API has no such id.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modules import progress, shared

from lora_manager.hosts.tolerant import items_of, text_of


def user_of_run() -> str | None:
    """The user whose request runs now; with one user in all it is that one, from wherever the request came."""
    page = getattr(shared, "demo", None)
    task = getattr(progress, "current_task", None)
    names = [_name(event) for event in _under_way(page) if task and _task_of(event) == task]
    return next((name for name in names if name), None) or _only_user(page)


def _under_way(page: Any) -> Iterator[Any]:
    """What gradio works on now; its list has a place for each that could be."""
    for batch in items_of(getattr(getattr(page, "_queue", None), "active_jobs", None)):
        yield from items_of(batch)


def _task_of(event: Any) -> Any:
    sent = getattr(getattr(event, "data", None), "data", None)
    return next(iter(items_of(sent)), None)


def _name(event: Any) -> str:
    return text_of(getattr(event, "username", None))


def _only_user(page: Any) -> str | None:
    users = getattr(page, "auth", None)
    if not isinstance(users, (list, tuple)) or len(users) != 1:
        return None
    return text_of(next(iter(items_of(users[0])), None)) or None
