"""What the host says of the run under way."""

from __future__ import annotations


class State:
    def __init__(self) -> None:
        self.skipped = False
        self.interrupted = False
        self.stopping_generation = False
        self.job: str | None = ""
        self.job_no = 0
        self.job_count = 0
        self.sampling_step = 0
        self.sampling_steps = 0
        self.begun = 0

    def begin(self, job: str | None = "(unknown)") -> None:
        self.begun += 1
        self.sampling_step = 0  # sampling_steps stays as the last run left it
        self.job_no = 0
        self.job_count = -1
        self.skipped = self.interrupted = self.stopping_generation = False
        self.job = job

    def end(self) -> None:
        self.job = ""
        self.job_count = 0

    def interrupt(self) -> None:
        self.interrupted = True

    def nextjob(self) -> None:
        self.job_no += 1
        self.sampling_step = 0
