"""An imitated host of the AUTOMATIC1111 family with our A1111Host in it, as an extension would find it."""

from __future__ import annotations

import importlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lora_manager.hosts.base import GenerationRequest, ObservedGeneration
from tests.fakes.loading import host_modules
from tests.hosts.quiet_guest import QuietGuest


@dataclass
class Inside:
    """The host that runs, how to drive it, and what it told us."""

    family: str
    folder: Path
    host: Any
    control: Any
    guest: QuietGuest
    observed: list[ObservedGeneration] = field(default_factory=list)

    def module(self, name: str) -> Any:
        """`shared`, `processing` ... of the imitated host."""
        return importlib.import_module("networks" if name == "networks" else f"modules.{name}")

    def add_script(self, script: type[Any]) -> None:
        """Another extension's script, in the page of the host from now on."""
        self.module("scripts").scripts_data.append(script)
        self.module("scripts").build_ui()

    def lora(self, name: str, alias: str = "") -> Path:
        """A LoRA that the host lists."""
        path = self.folder / "models" / "Lora" / f"{name}.safetensors"
        self.control.add_lora(path, alias)
        self.host.refresh_networks()
        return path

    def user_run(self, prompt: str, **more: Any) -> list[Path]:
        """The user presses Generate; the saved images."""
        saved: list[Path] = self.control.user_run(prompt, **more)
        return saved

    @contextmanager
    def user_is_generating(self, step_seconds: float = 0.02, steps: int = 1000) -> Iterator[None]:
        """A long run of the user's, interrupted at the end of the block."""
        processing, state = self.module("processing"), self.module("shared").state
        processing.step_seconds = step_seconds
        thread = threading.Thread(target=lambda: self.user_run("the user's", steps=steps))
        thread.start()
        wait_until(lambda: state.sampling_step > 0)
        try:
            yield
        finally:
            while thread.is_alive():
                state.interrupt()
                thread.join(0.01)
            processing.step_seconds = 0.0

    def assert_clean(self) -> None:
        """No lock, no run and no wish to interrupt is left; no hook failed."""
        state = self.module("shared").state
        queue_lock = self.module("call_queue").queue_lock
        assert queue_lock.acquire(blocking=False)
        queue_lock.release()
        assert (state.job, state.job_count, state.interrupted, state.skipped) == ("", 0, False, False)
        assert self.module("scripts").reported == []
        assert self.module("script_callbacks").reported == []


@contextmanager
def inside_host(family: str, folder: Path) -> Iterator[Inside]:
    """Start the host with nothing but our host object attached."""
    with host_modules(family):
        control = importlib.import_module("fake_control")
        control.configure(folder)
        host = importlib.import_module("lora_manager.hosts.a1111").A1111Host()
        found = Inside(family, folder, host, control, QuietGuest())
        host.attach(found.guest)
        found.module("scripts").scripts_data.extend(host.script_classes())
        control.start("server")
        host.observe(found.observed.append)
        try:
            yield found
        finally:
            control.stop()


def request(prompt: str, **more: Any) -> GenerationRequest:
    """A small one."""
    given: dict[str, Any] = {"width": 64, "height": 64, "steps": 2, "seed": 7, "sampler": "Euler", **more}
    return GenerationRequest(prompt, **given)


def wait_until(condition: Callable[[], bool]) -> None:
    """For at most five seconds."""
    ends = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.005)
