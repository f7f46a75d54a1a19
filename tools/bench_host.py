"""What LoRA Manager costs the web UI it lives in, measured inside imitated hosts: its start, each image, each job.

Part of tools/bench.py. Every measurement is made in a fresh process; nothing is asserted.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PROBE = ROOT / "tools" / "bench_host_probe.py"
FAMILIES = ("a1111", "forge", "sdnext")
START_LIMIT_MS = 150
IMAGE_LIMIT_US = 5000
JOB_LIMIT_MS = 50
PARTS = ("import and register", "tab", "mount")


def add_options(parser: argparse.ArgumentParser) -> None:
    """How often, and in which interpreter."""
    parser.add_argument("--runs", type=int, default=20, help="with --host-...: how many measurements")
    parser.add_argument(
        "--python",
        default=sys.executable,
        help="with --host-start: a host's own interpreter, with its gradio and torch",
    )


def p95(values: Sequence[float]) -> float:
    """The value that 95 of 100 do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]


def host_start(options: argparse.Namespace) -> None:
    """Milliseconds that a host's start waits for us on its main thread, family by family."""
    print(f"Host start with {options.python}: {options.runs} fresh processes for each family")
    for family in FAMILIES:
        with tempfile.TemporaryDirectory(prefix="lora-manager-bench-") as folder:
            first = _probe(options.python, ["start", "--family", family, "--folder", folder, "--log-imports"])
            runs = [
                _probe(options.python, ["start", "--family", family, "--folder", folder]) for _ in range(options.runs)
            ]
        _say_start(family, first, runs)


def _say_start(family: str, first: dict[str, Any], runs: list[dict[str, Any]]) -> None:
    parts = [part for part in PARTS if part in runs[0]["wall"]]
    whole = {kind: [sum(run[kind][part] for part in parts) for run in runs] for kind in ("wall", "cpu")}
    each = ", ".join(f"{part} {median(run['wall'][part] for run in runs):.1f}" for part in parts)
    without = "" if "tab" in parts else " (no gradio here: without the tab)"
    print(
        f"{family:<8} {median(whole['wall']):6.1f} ms, p95 {p95(whole['wall']):6.1f} (limit {START_LIMIT_MS});"
        f" CPU {median(whole['cpu']):.1f} ms: {each}{without};"
        f" an empty package {median(run['wall']['baseline'] for run in runs):.2f} ms;"
        f" heavy packages imported on the main thread: {', '.join(first['heavy']) or 'none'}"
        f" of {first['asked']} modules asked for",
        flush=True,
    )


def hook_cost(options: argparse.Namespace) -> None:
    """Microseconds of processor time that our hooks add to each image of the user's."""
    print(f"Hooks for each image: {options.runs} runs with LoRA Manager and without, 8x8 pixels, one step")
    for family in FAMILIES:
        with_us, bare = _probed(family, "hooks", options.runs), _probed(family, "hooks", options.runs, "--bare")
        told = []
        for name, words in (("single", "one image"), ("eight", "eight images, each")):
            ours = with_us[f"{name} hooks"]
            whole = f"CPU of the whole run {median(with_us[name]):.0f} with us, {median(bare[name]):.0f} without"
            told.append(f"{words}: {median(ours):.0f} us, p95 {p95(ours):.0f} ({whole})")
        print(f"{family:<8} {'; '.join(told)} (limit {IMAGE_LIMIT_US} us)", flush=True)


def job_overhead(options: argparse.Namespace) -> None:
    """Milliseconds of processor time of a job of ours beyond the same run by the host's own function."""
    print(f"A job of ours beside the host's own function: {options.runs} pairs, 64x64 pixels, 4 steps, two LoRAs")
    for family in FAMILIES:
        told = _probed(family, "jobs", options.runs)
        more = [(job - direct) / 1000 for job, direct in zip(told["job"], told["direct"], strict=True)]
        print(
            f"{family:<8} {median(more):.1f} CPU-ms more, p95 {p95(more):.1f} (limit {JOB_LIMIT_MS});"
            f" {median(told['job']) / 1000:.1f} for the job, {median(told['direct']) / 1000:.1f} for the host's own",
            flush=True,
        )


def _probed(family: str, what: str, runs: int, *flags: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="lora-manager-bench-") as folder:
        return _probe(sys.executable, [what, "--family", family, "--folder", folder, "--runs", str(runs), *flags])


def _probe(python: str, words: list[str]) -> dict[str, Any]:
    folder = words[words.index("--folder") + 1]
    command = [python, str(PROBE), *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-3000:]}")
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told
