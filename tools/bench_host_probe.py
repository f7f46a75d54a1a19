"""One measurement inside an imitated host, in a process of its own: prints a JSON line. Started by tools/bench_host.py.

It runs with any interpreter that has FastAPI: with a real host's own one, gradio and the rest are that host's.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import os
import sys
import threading
import time
import types
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / "scripts" / "lora_manager_ext.py"
HEAVY = ("torch", "transformers", "diffusers", "peft", "accelerate", "sqlalchemy", "alembic", "nh3", "watchfiles")
THERE_BEFORE = ("fastapi", "gradio", "numpy", "PIL.Image", "safetensors")
"""What a host has imported itself before it loads an extension."""
PROMPT = "a harbour at dusk <lora:ink-wash:0.8> <lora:paper-cut:0.5>"


class ImportLog:
    """Notes which module is asked for on which thread; finds none itself."""

    def __init__(self) -> None:
        self.main: list[str] = []

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        """Note the name."""
        if threading.current_thread() is threading.main_thread():
            self.main.append(name)


class Clock:
    """Milliseconds by the clock and of this thread's processor time."""

    def __init__(self) -> None:
        self.wall: dict[str, float] = {}
        self.cpu: dict[str, float] = {}

    def measure(self, name: str, work: Callable[[], Any]) -> Any:
        """Run something and note what it took."""
        wall, cpu = time.perf_counter(), time.thread_time()
        result = work()
        self.cpu[name] = (time.thread_time() - cpu) * 1000
        self.wall[name] = (time.perf_counter() - wall) * 1000
        return result


def host(family: str, folder: Path) -> Any:
    """The imitated host, ready to load an extension."""
    sys.path.append(str(ROOT))
    from tests.fakes.loading import add_to_path

    add_to_path(family)
    control = importlib.import_module("fake_control")
    control.configure(folder)
    return control


def extension() -> Any:
    """What scripts/lora_manager_ext.py has started."""
    return importlib.import_module("lora_manager.extension")._running


def opened() -> Any:
    """The application, once it is open and has scanned: its work would be counted as ours."""
    running = extension()
    running._opening.join()
    while running._application.jobs.busy("scan"):
        time.sleep(0.01)
    return running._application


def start(options: argparse.Namespace) -> dict[str, Any]:
    """What the start of a host waits for us, beside the import of a package that holds nothing."""
    for name in THERE_BEFORE:
        with suppress(ImportError):
            importlib.import_module(name)
    control = host(options.family, options.folder)
    empty = options.folder / "empty_package_of_bench"
    empty.mkdir(exist_ok=True)
    (empty / "__init__.py").write_text('"""Nothing."""\n', encoding="utf-8")
    from fastapi import FastAPI

    app, log, clock = FastAPI(), ImportLog(), Clock()
    if options.log_imports:
        sys.meta_path.insert(0, log)
    sys.path.insert(0, str(options.folder))
    clock.measure("baseline", lambda: importlib.import_module(empty.name))
    clock.measure("import and register", lambda: control.load_script(SCRIPT))
    running = extension()
    if "gradio" in sys.modules:
        clock.measure("tab", running.tabs)
    clock.measure("mount", lambda: running.server_started(app))
    asked = {name.split(".")[0] for name in log.main}
    return {"wall": clock.wall, "cpu": clock.cpu, "heavy": sorted(asked & set(HEAVY)), "asked": len(log.main)}


class HookTimes:
    """Microseconds spent in the hooks that go through `run_observer.harmless`, which is all of them."""

    def __init__(self) -> None:
        self.spent = 0.0

    def install(self) -> None:
        """Measure every hook that is made from now on."""
        run_observer = importlib.import_module("lora_manager.hosts.run_observer")
        harmless = run_observer.harmless

        def measured(hook: Callable[..., None]) -> Callable[..., None]:
            made = harmless(hook)

            def timed(*arguments: Any, **named: Any) -> None:
                before = time.perf_counter()
                made(*arguments, **named)
                self.spent += (time.perf_counter() - before) * 1e6

            return timed

        vars(run_observer)["harmless"] = measured

    def of(self, work: Callable[[], Any]) -> float:
        """What the hooks take of a piece of work."""
        before = self.spent
        work()
        return self.spent - before


def hooks(options: argparse.Namespace) -> dict[str, Any]:
    """Microseconds for each image of a user's runs: in our hooks, and CPU time in all (`--bare`: without us)."""
    control = host(options.family, options.folder)
    times = HookTimes()
    if not options.bare:
        times.install()
        control.load_script(SCRIPT)
    control.start(_server())
    if not options.bare:
        opened()
        extension()._host.observe(lambda observed: None)  # writing it down is another thread's work
    told: dict[str, Any] = {}
    for name, count in (("single", 1), ("eight", 8)):

        def run(count: int = count) -> None:
            control.user_run(PROMPT, width=8, height=8, steps=1, batch_size=count)

        run()
        told[name] = [_cpu_us(run) / count for _ in range(options.runs)]
        told[f"{name} hooks"] = [times.of(run) / count for _ in range(options.runs)]
    return told


def jobs(options: argparse.Namespace) -> dict[str, Any]:
    """Processor time of a job of ours and of the same run made by the host itself, one after the other."""
    control = host(options.family, options.folder)
    control.load_script(SCRIPT)
    control.start(_server())
    from lora_manager.services.jobs import ENDED

    application = opened()
    over = threading.Event()
    application.jobs.listen(lambda job: over.set() if job.state in ENDED else None)
    request = {"prompt": PROMPT, "width": 64, "height": 64, "steps": 4, "seed": 3, "sampler": "Euler a"}

    def job() -> None:
        over.clear()
        submitted = application.jobs.submit("generate", request)
        over.wait(60)
        if application.jobs.job(submitted.id).state != "done":
            raise SystemExit(f"the job failed: {application.jobs.job(submitted.id).error}")

    def direct() -> None:
        control.user_run(PROMPT, width=64, height=64, steps=4, seed=3)

    job()
    direct()
    pairs = [(_cpu_us(direct), _cpu_us(job)) for _ in range(options.runs)]
    return {"direct": [pair[0] for pair in pairs], "job": [pair[1] for pair in pairs]}


class _Nothing:
    """A server that takes routes and serves none."""

    def __init__(self) -> None:
        self.router = types.SimpleNamespace(routes=[])

    def mount(self, path: str, app: Any) -> None:
        """Take it."""


def _server() -> Any:
    return _Nothing()


def _cpu_us(work: Callable[[], Any]) -> float:
    """Microseconds of processor time of the whole process."""
    before = time.process_time()
    work()
    return (time.process_time() - before) * 1e6


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure once and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["start", "hooks", "jobs"])
    parser.add_argument("--family", required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--bare", action="store_true")
    parser.add_argument("--log-imports", action="store_true")
    options = parser.parse_args(arguments)
    told = {"start": start, "hooks": hooks, "jobs": jobs}[options.what](options)
    print(json.dumps(told), flush=True)
    os._exit(0)  # what opens in the background is of no interest


if __name__ == "__main__":
    main()
