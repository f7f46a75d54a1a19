"""Run the real command line and the real server for tools/bench.py and account for their time and memory."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[1]
MEGABYTE = 1024 * 1024
POLL_S = 0.03
READY_LIMIT_S = 120
PREFIX = "/lora-manager/api/v1/"


@dataclass(frozen=True)
class Run:
    """A finished command: its output, time by the clock, CPU time and memory with those of its helper processes."""

    out: str
    seconds: float
    cpu_seconds: float
    peak_rss_mb: float


def _environment(state: Path) -> dict[str, str]:
    return {**os.environ, "LORA_MANAGER_DIR": str(state), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


def _peak_mb(process: psutil.Process) -> float:
    """The highest resident size so far: from the kernel where it keeps one, else the present one."""
    try:
        status = Path(f"/proc/{process.pid}/status")
        if status.exists():
            line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
            return int(line.split()[1]) / 1024
        memory = process.memory_info()
        return float(getattr(memory, "peak_wset", memory.rss)) / MEGABYTE
    except (psutil.Error, OSError, StopIteration):
        return 0.0


def _cpu_seconds(process: psutil.Process) -> float:
    """The CPU time of a process: from the kernel's clock where it has one for others, else in ticks of 10 ms."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            return time.clock_gettime((~process.pid << 3) | 2)  # CPUCLOCK_SCHED of that process
    times = process.cpu_times()
    return float(times.user + times.system)


class _Watcher:
    """Looks at a process and its children again and again: their memory together, the CPU time of each."""

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self._cpu: dict[int, float] = {}
        self._ended = threading.Event()
        self.peak_mb = 0.0
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """End the watch; the CPU seconds of all."""
        self._ended.set()
        self._thread.join()
        return sum(self._cpu.values())

    def _watch(self) -> None:
        while not self._ended.wait(POLL_S):
            with contextlib.suppress(psutil.Error):
                self._look([self._process, *self._process.children(recursive=True)])

    def _look(self, processes: list[psutil.Process]) -> None:
        together = 0.0
        for process in processes:
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                self._cpu[process.pid] = times.user + times.system
                together += process.memory_info().rss / MEGABYTE
        self.peak_mb = max(self.peak_mb, together)


def measured_run(words: list[str], state: Path) -> Run:
    """Run `python -m lora_manager WORDS` to its end; raises when it fails."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "lora_manager", *words]
    process = psutil.Popen(
        command, cwd=state, env=_environment(state), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    watcher = _Watcher(process)
    out, err = process.communicate()
    seconds = time.perf_counter() - started
    cpu_seconds = watcher.stop()
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(words)} failed:\n{err[-3000:]}")
    return Run(out, seconds, cpu_seconds, watcher.peak_mb)


class NotKnownError(Exception):
    """The server has no answer at this address: an older one does not know them all."""


class Server:
    """`python -m lora_manager serve` on a free port, asked over one kept-alive connection."""

    def __init__(self, roots: Sequence[Path], database: str, state: Path, *, scans: bool = True) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        words = ["serve", "--host", "127.0.0.1", "--port", str(port), "--db", database]
        for root in roots:
            words += ["--lora-dir", str(root)]
        if not scans:
            words.append("--no-scan")
        self._log = (state / "server.log").open("wb")
        started = time.perf_counter()
        self._process = psutil.Popen(
            [sys.executable, "-m", "lora_manager", *words],
            cwd=state,
            env=_environment(state),
            stdout=self._log,
            stderr=self._log,
        )
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._wait(started)
        self.ready_seconds = time.perf_counter() - started
        self._finish_own_scan()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._process.terminate()
        self._process.wait(30)
        self._log.close()

    def _wait(self, started: float) -> None:
        while time.perf_counter() - started < READY_LIMIT_S and self._process.poll() is None:
            try:
                self.get("health")
            except (OSError, http.client.HTTPException):
                self._connection.close()
                time.sleep(0.02)
                continue
            return
        raise SystemExit("the server did not start")

    def _finish_own_scan(self) -> None:
        """A server may scan at its start: wait, so that only requests are measured."""
        while any(job["state"] in ("queued", "running") for job in self.get("jobs")["items"]):
            time.sleep(0.1)

    def _ask(self, path: str) -> bytes:
        self._connection.request("GET", PREFIX + path)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status in (400, 404):
            raise NotKnownError(path)
        if answer.status != 200:
            raise SystemExit(f"GET {path}: {answer.status} {body[:300]!r}")
        return body

    def get(self, path: str) -> Any:
        """The parsed answer."""
        return json.loads(self._ask(path))

    def measure(self, paths: list[str]) -> tuple[list[float], float]:
        """(milliseconds of each request, CPU milliseconds of the server per request)."""
        before = _cpu_seconds(self._process)
        times = []
        for path in paths:
            started = time.perf_counter()
            self._ask(path)
            times.append((time.perf_counter() - started) * 1000)
        return times, (_cpu_seconds(self._process) - before) * 1000 / len(paths)

    def change(self, method: str, path: str, body: object) -> None:
        """Change something."""
        headers = {"Content-Type": "application/json"}
        self._connection.request(method, PREFIX + path, json.dumps(body), headers)
        answer = self._connection.getresponse()
        said = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path}: {answer.status} {said[:300]!r}")

    def pause_hashing(self) -> None:
        """Let nothing be hashed in the background: its work is not that of the questions, and it moves the revision."""
        with contextlib.suppress(SystemExit):  # an older server hashes nothing
            self.change("POST", "hashing", {"paused": True})

    def recommending_mb(self) -> float:
        """The size of what the server keeps in memory to recommend; waits until it has read it."""
        with contextlib.suppress(NotKnownError):  # an older server recommends otherwise
            while True:
                state = self.get("recommender")
                if state["index"]["adapters"] >= state["digests"]["total"]:
                    return float(state["index"]["bytes"]) / MEGABYTE
                time.sleep(0.1)
        return 0.0

    def rss_mb(self) -> float:
        """The server's resident size now."""
        return float(self._process.memory_info().rss) / MEGABYTE

    def peak_rss_mb(self) -> float:
        """The server's highest resident size so far."""
        return _peak_mb(self._process)
