"""Measure recommending over a catalogue, beside the bare search of its full text for the same words.

    python tools/bench_recommend.py --database FILE [--times 100] [--save FILE]

Works in a copy of a catalogue's SQLite file, whose records hold example prompts. The prompts asked with are example
prompts of its own, shortened and mixed in pairs, so that none is in the library as it is. Without an encoder.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from lora_manager.application import Application  # noqa: E402 - found through the line above
from lora_manager.cli.opening import open_application  # noqa: E402
from lora_manager.db.digests import digest_ids, digests_since, examples_of  # noqa: E402
from lora_manager.search.match import any_word_match  # noqa: E402
from lora_manager.search.ranking.index import Priors, RankIndex  # noqa: E402
from lora_manager.search.ranking.prompt import ParsedPrompt  # noqa: E402
from lora_manager.search.ranking.ranker import Ranker  # noqa: E402
from lora_manager.search.ranking.terms import without_syntax, words_of  # noqa: E402
from lora_manager.services.recommending.asking import Asked  # noqa: E402

AIMS_MS = {10_000: 30.0, 100_000: 150.0}
"""Median of a prompt's list, by adapters."""
SIMILAR_AIM_MS = 40.0
RAREST = 24

Times = list[tuple[float, float]]
"""Milliseconds and CPU milliseconds of each time."""


def main() -> int:
    """Measure and print; 1 where an aim is missed."""
    options = _options()
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "library.sqlite3"
        shutil.copyfile(options.database, copy)
        given = {"lora_dir": [], "db": str(copy), "state_dir": str(Path(scratch) / "state")}
        app = open_application(argparse.Namespace(**given))
        try:
            report = measure(app, options.times)
        finally:
            app.close()
        report["bare search of the full text"] = summary(_bare(copy, _prompts_of_report(report)))
    return _told(report, options)


def measure(app: Application, times: int) -> dict[str, object]:
    """Return what was measured, by what was done."""
    seconds, _ = _once(app.digester.catch_up)
    with app.database.read() as connection:
        ids = digest_ids(connection)
        prompts = mixed_prompts(examples_of(connection, random.Random(1).sample(ids, min(400, len(ids)))), times)
    warmed, _ = _once(app.recommender.warm_up)
    index = app.recommender.index
    assert index is not None
    asked = [Asked(prompt, any_base=True) for prompt in prompts]
    parsed = [ParsedPrompt.of(prompt) for prompt in prompts]
    _ = index.rank(parsed[0], ranker=app.recommender.ranker)  # columns that are made when they are first asked for
    app.recommender.answer(asked[0])
    rnd = random.Random(2)
    found = rnd.sample(ids, min(times, len(ids)))
    changed, merged = _changes(index, app, found)
    return {
        "adapters": index.count,
        "example prompts": int(index.example_counts.sum()),
        "index bytes": index.memory_bytes,
        "digests s": round(seconds / 1000, 2),
        "read index s": round(warmed / 1000, 2),
        "prompt to list": summary([_once(lambda a=a: app.recommender.answer(a)) for a in asked]),
        "of it the ranking": summary([_once(lambda p=p: index.rank(p, ranker=app.recommender.ranker)) for p in parsed]),
        "ranking by text alone": summary(
            [_once(lambda p=p: index.rank(p, ranker=Ranker.text_alone())) for p in parsed]
        ),
        "similar": summary(
            [_once(lambda i=i: app.recommender.similar(i, "fused", 12, Asked("", any_base=True))) for i in found[:50]]
        ),
        "one adapter changed": changed,
        "merging changes": merged,
        "prompts": prompts,
    }


def _changes(index: RankIndex, app: Application, ids: Sequence[int]) -> tuple[dict[str, float], dict[str, float]]:
    with app.database.read() as connection:
        rows = {row.adapter_id: row for row in digests_since(connection, 0, limit=10_000_000)}
    items = [(one, rows[one].document, Priors(author=rows[one].author or "")) for one in ids]
    parsed = ParsedPrompt.of("lantern")
    times: Times = []
    latest = index
    for item in items:

        def change(item: tuple[int, bytes, Priors] = item) -> None:
            nonlocal latest
            latest = latest.changed([item])
            latest.rank(parsed, ranker=app.recommender.ranker)  # with what it has to make anew

        times.append(_once(change))
    return summary(times), summary([_once(latest.merged)])


def mixed_prompts(examples: dict[int, tuple[object, ...]], count: int) -> list[str]:
    """Return prompts made of halves of two example prompts each, the same every time."""
    rnd = random.Random(3)
    texts = sorted({str(getattr(one, "text", one)) for found in examples.values() for one in found})
    halves = [text.split(",") for text in texts] or [["lantern", "night"]]
    made = []
    for _ in range(count):
        one, other = rnd.choice(halves), rnd.choice(halves)
        made.append(without_syntax(",".join(one[: max(1, len(one) // 2)] + other[len(other) // 2 :])))
    return made


def summary(times: Times) -> dict[str, float]:
    """Return median and 95th percentile of the time, and the median of the CPU time, in milliseconds."""
    ordered = sorted(wall for wall, _ in times) or [0.0]
    return {
        "median ms": round(median(ordered), 2),
        "p95 ms": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 2),
        "CPU ms": round(median([cpu for _, cpu in times] or [0.0]), 2),
    }


def _once(work: Callable[[], object]) -> tuple[float, float]:
    started, busy = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - started) * 1000, (time.process_time() - busy) * 1000


def _bare(database: Path, prompts: Sequence[str]) -> Times:
    """What SQLite alone takes to find the rarest words of each prompt in the cards: the way it was done before."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, adapter_fts, row)")
        statement = "SELECT rowid FROM adapter_fts WHERE adapter_fts MATCH ? ORDER BY rank LIMIT 20"
        found = []
        for prompt in prompts:
            words = list(dict.fromkeys(words_of(prompt)))[:RAREST]
            expression = any_word_match(words or ["lantern"])
            found.append(_once(lambda e=expression: connection.execute(statement, (e,)).fetchall()))
    return found


def _prompts_of_report(report: dict[str, object]) -> list[str]:
    prompts = report.pop("prompts")
    assert isinstance(prompts, list)
    return prompts


def _told(report: dict[str, object], options: argparse.Namespace) -> int:
    for name, value in report.items():
        print(f"{name:<30} {value}")
    if options.save:
        options.save.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    adapters = report["adapters"]
    assert isinstance(adapters, int)
    aim = next((ms for count, ms in AIMS_MS.items() if adapters <= count * 1.1), max(AIMS_MS.values()))
    missed = [
        f"{name}: {report[name]['median ms']} ms, aim {limit}"  # type: ignore[index]
        for name, limit in (("prompt to list", aim), ("similar", SIMILAR_AIM_MS))
        if report[name]["median ms"] > limit  # type: ignore[index]
    ]
    print("\n".join(missed) or "All aims are met.")
    return int(bool(missed))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", type=Path, required=True, help="a catalogue's SQLite file")
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--save", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
