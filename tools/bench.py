"""Measure LoRA Manager on a large library, beside what the machine itself can do, in the same run.

    python tools/bench.py --library DIR                              an existing LoRA folder
    python tools/bench.py --make-library SCRIPT --count 10000        a folder that `SCRIPT DIR --count N` writes
    python tools/bench.py --database FILE                            without scans, in a copy of an existing catalogue
    python tools/bench.py --recommending FILE [--encoder FOLDER]     recommending only, in such a copy
    python tools/bench.py --host-start [--python PATH]               what a web UI's start waits for us
    python tools/bench.py --hook-cost                                what our hooks add to each image of the user's
    python tools/bench.py --job-overhead                             what a job of ours costs beyond the host's own run

The first three are measured through the command line and the HTTP API, as a user meets them: first scan, rescan with
nothing changed, then every kind of question, in words of the library itself, and the memory that the server takes;
behind that recommending, where records hold example prompts. Every figure is a median; where many were taken the 95th
percentile is beside it, and the CPU time that the server spent on one request. The others are measured inside imitated
hosts; --python runs --host-start with the interpreter of a real one, for its gradio.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from lora_manager.cli.opening import open_application  # noqa: E402 - found through the line above
from tools import bench_host  # noqa: E402
from tools.bench_baseline import bare_read, bare_walk, timed  # noqa: E402
from tools.bench_finding import Figure, aim_for, cases, measure_case, measure_changes, print_table  # noqa: E402
from tools.bench_process import Server, measured_run  # noqa: E402
from tools.bench_recommend import has_examples, measure_recommending, print_report, saved_report  # noqa: E402
from tools.bench_words import LibraryWords, bare_select_ms, read_words  # noqa: E402

RESCANS = 5
MOST_ADDED_MB = 300
IN_HOSTS = {
    "host_start": bench_host.host_start,
    "hook_cost": bench_host.hook_cost,
    "job_overhead": bench_host.job_overhead,
}
FLOORS = {"first scan s": 8.0, "rescan / walk": 4.0}
AIMS = {"first scan s": 4.0, "rescan / walk": 2.0}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--library", type=Path, help="an existing LoRA folder")
    source.add_argument("--make-library", type=Path, help="a script that writes one: SCRIPT DIR --count N")
    source.add_argument(
        "--database", type=Path, help="a catalogue's SQLite file; it is copied, its folders may be gone"
    )
    source.add_argument("--recommending", type=Path, help="a catalogue's SQLite file; it is copied")
    for name in IN_HOSTS:
        source.add_argument(f"--{name.replace('_', '-')}", action="store_true", help="measured inside imitated hosts")
    bench_host.add_options(parser)
    parser.add_argument("--count", type=int, default=10000, help="with --make-library: how many LoRAs")
    parser.add_argument("--encoder", type=Path, help="a folder with an encoder of texts, to measure how quick it is")
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


def _noise(database: Path, words: LibraryWords) -> str:
    """How quick the machine is at this moment: the same small things before and after, so that a busy one is seen."""
    select = median(bare_select_ms(database, words.adapters))
    loop = median(timed(lambda: sum(range(1_000_000))) for _ in range(9)) * 1000
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"bare SELECT of 100 adapters in order {select:.2f} ms, a bare loop of a million {loop:.1f} ms{load}"


def _empty_server_mb(state: Path) -> float:
    """Resident size of a server over an empty library that has answered each kind of question once."""
    library, home = state / "nothing", state / "empty"
    library.mkdir()
    home.mkdir()
    with Server([library], sqlite_name(home / "empty.sqlite3"), home, scans=False) as server:
        server.measure(["adapters?limit=100", "adapters?q=a", "facets"])
        return server.rss_mb()


def _finding(roots: list[Path], database: Path, state: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Every kind of question to a server over this catalogue, and the memory that it takes."""
    # The first start over a catalogue of an older version migrates it, once, and then reads it for recommending in the
    # background: not what a question takes.
    measured_run(["recommend", "--db", sqlite_name(database), "--json", "x"], state)
    measured_run(["embed", "--db", sqlite_name(database), "--json"], state)
    empty_mb = _empty_server_mb(state)
    words = read_words(database, options.seed)
    before = _noise(database, words)
    figures: list[Figure] = []
    with Server(roots or words.roots, sqlite_name(database), state, scans=False) as server:
        server.pause_hashing()
        index_mb = server.recommending_mb()
        idle_mb = server.rss_mb()
        first, first_cpu = server.measure(["adapters?limit=100"])
        shown = server.get("adapters?limit=1")["total"]
        floor, floor_cpu = server.measure(["health"] * 100)
        for case in cases(words):
            figures += measure_case(server, case)
        asked_mb = server.rss_mb()
        figures += measure_changes(server, words)
        after_mb, peak_mb = server.rss_mb(), server.peak_rss_mb()
    aim = aim_for(shown)
    missed = print_table(figures, aim)
    added = max(asked_mb, after_mb) - empty_mb - index_mb
    _say(
        f"\n{shown} adapters of {words.adapters} shown; server ready in {server.ready_seconds:.2f} s, its first list"
        f" {first[0]:.0f} ms ({first_cpu:.0f} CPU-ms); an answer with nothing in it {median(floor):.2f} ms"
        f" ({floor_cpu:.1f} CPU-ms)\nbefore: {before}\nafter:  {_noise(database, words)}"
        f"\nRSS: empty library {empty_mb:.0f} MB, this one before the first question {idle_mb:.0f}, after all"
        f" {asked_mb:.0f}, after the changes {after_mb:.0f}, peak {peak_mb:.0f}; added {added:.0f} MB (aim: under"
        f" {MOST_ADDED_MB}): {'met' if added < MOST_ADDED_MB else 'MISSED'}, and {index_mb:.0f} for recommending"
        f"\n{missed} of {len(figures)} figures miss the aim"
    )
    memory = {"empty": empty_mb, "idle": idle_mb, "asked": asked_mb, "changed": after_mb, "peak": peak_mb}
    memory["recommending"] = index_mb
    return {"adapters": shown, "RSS MB": memory, "finding": [vars(figure) for figure in figures]}


def _recommending(roots: list[Path], database: Path, state: Path, options: argparse.Namespace) -> dict[str, Any]:
    """What recommending takes, in this process; nothing where no record holds an example prompt."""
    given = {"lora_dir": roots, "db": sqlite_name(database), "state_dir": str(state)}
    app = open_application(argparse.Namespace(**given))
    try:
        app.digester.catch_up()
        if not has_examples(database):
            return {}
        report = measure_recommending(app, database, options.encoder)
    finally:
        app.close()
    print_report(report)
    return {"recommending": saved_report(report)}


def main() -> int:
    """Run all and print the verdict beside the floor and the aim."""
    options = _options()
    for name, measure in IN_HOSTS.items():
        if getattr(options, name):
            measure(options)
            return 0
    saved: dict[str, Any] = {}
    verdict = 0
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lora-manager-bench-")))
        state = scratch / "state"
        state.mkdir()
        database = state / "bench.sqlite3"
        _say(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
        roots: list[Path] = []
        given_file = options.database or options.recommending
        if given_file:
            with closing(sqlite3.connect(given_file)) as given, closing(sqlite3.connect(database)) as copy:
                given.backup(copy)
        else:
            roots = [_folder(options, scratch)]
            saved.update(_reading(roots[0], database, state))
            verdict = _print_verdict(saved)
        if not options.recommending:
            saved.update(_finding(roots, database, state, options))
        saved.update(_recommending(roots, database, state, options))
    if options.save:
        options.save.write_text(json.dumps(saved, indent=1), encoding="utf-8")
    return verdict


def _reading(library: Path, database: Path, state: Path) -> dict[str, float]:
    """The scans, beside the bare read of the same bytes."""
    figures: dict[str, float] = {}
    reads = [bare_read(library) for _ in range(3)]
    read = min(reads, key=lambda item: item.total)
    figures["bare read s"] = read.total
    _say(
        f"bare read of the same bytes: {read.total:.2f} s (walk {read.walk:.2f}, headers {read.headers:.2f},"
        f" JSON {read.json:.2f}); the first of 3 passes took {reads[0].total:.2f} s"
    )
    _scans(library, sqlite_name(database), state, figures)
    return figures


def _print_verdict(figures: dict[str, float]) -> int:
    """Print the scans beside floor and aim; 1 when a floor is missed."""
    _say("\n                    measured    floor      aim")
    for name, floor in FLOORS.items():
        verdict = "aim met" if figures[name] <= AIMS[name] else "floor met" if figures[name] <= floor else "MISSED"
        _say(f"{name:<18} {figures[name]:>9.2f} {floor:>8.1f} {AIMS[name]:>8.1f}  {verdict}")
    return int(any(figures[name] > floor for name, floor in FLOORS.items()))


def sqlite_name(path: Path) -> str:
    """A database's file as the command line takes it."""
    return f"sqlite:///{path.as_posix()}"


if __name__ == "__main__":
    sys.exit(main())
