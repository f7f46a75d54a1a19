"""An imitated SDNext with our SdnextHost in it, as an extension would find it."""

from __future__ import annotations

import importlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lora_manager.hosts.base import GenerationRequest, GenerationResult, ObservedGeneration, Progress
from tests.fakes.loading import host_modules
from tests.hosts.quiet_guest import QuietGuest

PATIENCE_S = 10


@dataclass
class Inside:
    """The host that runs, how to drive it, and what it told us."""

    folder: Path
    host: Any
    control: Any
    guest: QuietGuest
    reports: list[ObservedGeneration] = field(default_factory=list)

    def module(self, name: str) -> Any:
        """`shared`, `processing`, `lora.lora_load` ... of the imitated host."""
        return importlib.import_module(f"modules.{name}")

    @property
    def loras(self) -> Path:
        return self.folder / "models" / "Lora"

    def add_lora(self, relative: str) -> Path:
        """A LoRA that the host lists."""
        path = self.loras / relative
        self.control.add_lora(path)
        self.host.refresh_networks()
        return path

    def user_run(self, prompt: str = "a cat", **more: Any) -> list[Path]:
        """The user presses Generate, on a worker thread; the saved images. All is told when this returns."""
        saved: list[Path] = []
        thread = self.control.on_worker(lambda: saved.extend(self.control.user_run(prompt, **more)))
        thread.join(PATIENCE_S)
        self.wait_until_told()
        return saved

    def observed(self, prompt: str = "a cat", **more: Any) -> ObservedGeneration:
        """What was told of one run of the user's; there is one report of it."""
        before = len(self.reports)
        self.user_run(prompt, **more)
        assert len(self.reports) == before + 1, self.reports[before:]
        return self.reports[-1]

    def wait_until_told(self) -> None:
        """Until the thread that looks for the end of a request has ended."""
        wait_until(lambda: not any(thread.name == "lora-manager-sdnext" for thread in threading.enumerate()))

    def generate(
        self,
        prompt: str = "ours",
        cancelled: Callable[[], bool] = lambda: False,
        on_progress: Callable[[Progress], None] = lambda progress: None,
        **more: Any,
    ) -> GenerationResult:
        """A job of ours."""
        result: GenerationResult = self.host.generate(request(prompt, **more), on_progress, cancelled)
        return result

    @contextmanager
    def user_is_generating(self) -> Iterator[None]:
        """A long run of the user's, interrupted at the end of the block."""
        processing, state = self.module("processing"), self.module("shared").state
        processing.step_seconds = 0.02
        thread = self.control.on_worker(lambda: self.control.user_run("the user's", steps=1000))
        wait_until(lambda: state.sampling_step > 0)
        try:
            yield
        finally:
            while thread.is_alive():
                state.interrupt()
                thread.join(0.01)
            processing.step_seconds = 0.0
            self.wait_until_told()

    def assert_clean(self) -> None:
        """No lock is held, our job is not open, nobody is to be interrupted; no callback failed."""
        state = self.module("shared").state
        assert not self.module("call_queue").queue_lock.locked()
        assert (state.job, state.interrupted) == ("", False)
        assert "LoRA Manager" not in state.left_open()
        assert self.module("script_callbacks").reported == []
        assert self.module("scripts_manager").reported == []


@contextmanager
def inside_sdnext(folder: Path) -> Iterator[Inside]:
    """Start SDNext in this folder, as it runs in its own, with nothing but our host object attached."""
    with _working_in(folder), host_modules("sdnext"):
        control = importlib.import_module("fake_control")
        control.configure(folder)
        host = importlib.import_module("lora_manager.hosts.sdnext").SdnextHost()
        found = Inside(folder, host, control, QuietGuest())
        host.attach(found.guest)
        control.start("server")
        host.observe(found.reports.append)
        yield found
        found.wait_until_told()


@contextmanager
def _working_in(folder: Path) -> Iterator[None]:
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def request(prompt: str, **more: Any) -> GenerationRequest:
    """A small one."""
    given: dict[str, Any] = {"width": 64, "height": 64, "steps": 2, "seed": 7, "sampler": "Euler", **more}
    return GenerationRequest(prompt, **given)


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for what is bound to come."""
    ends = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.005)
