"""What the host is doing. Its parts begin and end inside one another, and every one forgets what was before it."""

from __future__ import annotations

import uuid
from typing import Any


class State:
    def __init__(self) -> None:
        self.interrupted = False
        self.skipped = False
        self.need_restart = False
        self.api = False
        self.sampling_step = 0
        self.sampling_steps = 0
        self.current_image: Any = None
        self._begun: dict[str, str] = {}
        self.clear()

    def clear(self) -> None:
        self.id = ""
        self.job = ""
        self.job_no = 0
        self.job_count = 0

    def begin(self, title: str = "", task_id: object = 0, api: bool | None = None) -> str:
        self.clear()
        # An interrupt that came before a part is forgotten when the part begins.
        self.interrupted = self.interrupted if title.startswith("Save") else False
        self.skipped = False
        self.id = str(task_id) if task_id else uuid.uuid4().hex[:15]
        self.job, self.job_count = title, 1
        self.sampling_step = self.sampling_steps = 0
        self.current_image = None
        self.api = bool(api)
        self._begun[self.id] = title
        return self.id

    def end(self, task_id: str | None = None, api: bool | None = None) -> None:
        self._begun.pop(task_id or self.id, None)
        if api is not None:
            self.api = api
        self.clear()

    def interrupt(self) -> None:
        self.interrupted = True

    def left_open(self) -> list[str]:
        """Titles of what began and never ended, for tests. The host's own parts of an interrupted run never do."""
        return list(self._begun.values())
