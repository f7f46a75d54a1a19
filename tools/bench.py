"""Measure LoRA Manager on a large library, beside what the machine itself can do, in the same run.

    python tools/bench.py --library DIR                              an existing LoRA folder
    python tools/bench.py --make-library SCRIPT --count 10000        a folder that `SCRIPT DIR --count N` writes
    python tools/bench.py --host-start [--python PATH]               what a web UI's start waits for us
    python tools/bench.py --hook-cost                                what our hooks add to each image of the user's
    python tools/bench.py --job-overhead                             what a job of ours costs beyond the host's own run

The first two are measured through the command line and the HTTP API, as a user meets them: first scan, rescan with
nothing changed, lists at both ends, searches with words out of the library's own names. Every figure is a median; where
many were taken the 95th percentile is beside it, and the CPU time that the server spent on one request. The others are
measured inside imitated hosts; --python runs --host-start with the interpreter of a real one, for its gradio.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import re
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tools import bench_host  # noqa: E402 - found through the line above
from tools.bench_baseline import bare_read, bare_walk, timed  # noqa: E402
from tools.bench_process import Server, measured_run  # noqa: E402

LISTS = 60
PAGE = 100
RESCANS = 5
IN_HOSTS = {
    "host_start": bench_host.host_start,
    "hook_cost": bench_host.hook_cost,
    "job_overhead": bench_host.job_overhead,
}
FLOORS = {"first scan s": 8.0, "rescan / walk": 4.0, "list ms": 15.0, "search ms": 15.0}
AIMS = {"first scan s": 4.0, "rescan / walk": 2.0, "list ms": 6.0, "search ms": 6.0}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--library", type=Path, help="an existing LoRA folder")
    source.add_argument("--make-library", type=Path, help="a script that writes one: SCRIPT DIR --count N")
    for name in IN_HOSTS:
        source.add_argument(f"--{name.replace('_', '-')}", action="store_true", help="measured inside imitated hosts")
    bench_host.add_options(parser)
    parser.add_argument("--count", type=int, default=10000, help="with --make-library: how many LoRAs")
    parser.add_argument("--queries", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1, help="which words are searched")
    parser.add_argument("--save", type=Path, help="write the figures to this JSON file too")
    return parser.parse_args()


def _say(text: str) -> None:
    print(text, flush=True)


def _folder(options: argparse.Namespace, scratch: Path) -> Path:
    if options.library:
        return Path(options.library).resolve()
    target = scratch / "Lora"
    _say(f"making {options.count} LoRAs ...")
    script = [sys.executable, str(options.make_library), str(target), "--count", str(options.count)]
    subprocess.run(script, check=True, stdout=subprocess.DEVNULL)
    return target


def _scans(library: Path, database: str, state: Path, figures: dict[str, float]) -> None:
    """First scan into an empty database, then rescans with the bare walk between them."""
    command = ["scan", "--lora-dir", str(library), "--db", database, "--json"]
    first = measured_run(command, state)
    report = json.loads(first.out)
    figures["first scan s"] = report["seconds"]
    figures["first scan with start s"] = first.seconds
    figures["first scan files/s"] = report["files_per_second"]
    figures["first scan CPU s"], figures["first scan peak RSS MB"] = first.cpu_seconds, first.peak_rss_mb
    figures["files"], figures["problems"] = report["found"], len(report["problems"])
    _say(
        f"first scan: {report['found']} files in {report['seconds']:.2f} s = {report['files_per_second']:.0f} files/s,"
        f" with start {first.seconds:.2f} s, CPU {first.cpu_seconds:.2f} s; {len(report['problems'])} problems;"
        f" peak RSS of all its processes {first.peak_rss_mb:.0f} MB"
    )
    walks, rescans, starts = [], [], []
    for _ in range(RESCANS):
        walks.append(timed(lambda: bare_walk(library)))
        again = measured_run(command, state)
        rescans.append(json.loads(again.out)["seconds"])
        starts.append(again.seconds)
    figures["bare walk s"], figures["rescan s"] = median(walks), median(rescans)
    figures["rescan with start s"] = median(starts)
    figures["rescan / walk"] = median(rescans) / median(walks)
    _say(
        f"rescan, nothing changed: {median(rescans) * 1000:.0f} ms = {figures['rescan / walk']:.2f} x the bare"
        f" walk+stat of the same tree ({median(walks) * 1000:.0f} ms); with start {median(starts):.2f} s"
    )


def _words(server: Server, count: int, seed: int) -> list[str]:
    """Queries out of the library's own names, tags and triggers: one or two words, some cut short as while typing."""
    rng = random.Random(seed)
    total = server.get("adapters?limit=1")["total"]
    words: list[str] = []
    while len(words) < count:
        item = server.get(f"adapters?limit=1&offset={rng.randrange(total)}")["items"][0]
        triggers = [word for group in item["trigger_groups"] for word in group]
        own = re.findall(r"\w{3,}", " ".join([item["name"], *triggers]))
        if not own:
            continue
        chosen = rng.sample(own, min(len(own), rng.choice([1, 1, 2])))
        words.append(" ".join(chosen) if rng.random() < 0.7 else chosen[0][: max(3, len(chosen[0]) - 2)])
    return words


def _report(name: str, server: Server, paths: list[str], figures: dict[str, float]) -> None:
    times, cpu_ms = server.measure(paths)
    times.sort()
    p95 = times[min(len(times) - 1, round(0.95 * len(times)))]
    figures[f"{name} ms"], figures[f"{name} p95 ms"], figures[f"{name} CPU ms"] = median(times), p95, cpu_ms
    _say(f"{name}: median {median(times):.1f} ms, p95 {p95:.1f} ms, CPU {cpu_ms:.1f} ms each ({len(paths)} requests)")


def _requests(server: Server, options: argparse.Namespace, figures: dict[str, float]) -> None:
    with server:
        figures["server ready s"] = server.ready_seconds
        total = server.get("adapters?limit=1")["total"]
        end = max(0, total - PAGE)
        server.measure([f"adapters?limit={PAGE}"] * 5)
        _report("list", server, [f"adapters?limit={PAGE}&offset={(end, 0)[i % 2]}" for i in range(LISTS)], figures)
        _report("list at start", server, [f"adapters?limit={PAGE}&offset=0"] * LISTS, figures)
        _report("list at end", server, [f"adapters?limit={PAGE}&offset={end}"] * LISTS, figures)
        queries = _words(server, options.queries, options.seed)
        _report("search", server, [f"adapters?limit={PAGE}&q={quote(query)}" for query in queries], figures)
        _report("facets", server, ["facets", *(f"facets?q={quote(query)}" for query in queries[:20])], figures)
        figures["server peak RSS MB"] = server.peak_rss_mb()
        _say(f"server: ready in {server.ready_seconds:.2f} s, peak RSS {figures['server peak RSS MB']:.0f} MB")


def main() -> int:
    """Run all and print the verdict beside the floor and the aim."""
    options = _options()
    for name, measure in IN_HOSTS.items():
        if getattr(options, name):
            measure(options)
            return 0
    figures: dict[str, float] = {}
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lora-manager-bench-")))
        library = _folder(options, scratch)
        state = scratch / "state"
        state.mkdir()
        database = f"sqlite:///{(state / 'bench.sqlite3').as_posix()}"
        _say(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
        reads = [bare_read(library) for _ in range(3)]
        read = min(reads, key=lambda item: item.total)
        figures["bare read s"] = read.total
        _say(
            f"bare read of the same bytes: {read.total:.2f} s (walk {read.walk:.2f}, headers {read.headers:.2f},"
            f" JSON {read.json:.2f}); the first of 3 passes took {reads[0].total:.2f} s"
        )
        _scans(library, database, state, figures)
        _requests(Server(library, database, state), options, figures)
    _say("\n                    measured    floor      aim")
    for name, floor in FLOORS.items():
        verdict = "aim met" if figures[name] <= AIMS[name] else "floor met" if figures[name] <= floor else "MISSED"
        _say(f"{name:<18} {figures[name]:>9.2f} {floor:>8.1f} {AIMS[name]:>8.1f}  {verdict}")
    if options.save:
        options.save.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return 0 if all(figures[name] <= floor for name, floor in FLOORS.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
