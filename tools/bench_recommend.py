"""What recommending costs over a catalogue, beside what the machine needs for the same with nothing else.

The prompts asked with are example prompts of the catalogue's own, shortened and mixed in pairs, so that none is in the
library as it is. Without an encoder its vectors are made up: to look for the nearest costs the same whatever they say.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from lora_manager.application import Application
from lora_manager.db.digests import digest_ids, digests_since, examples_of
from lora_manager.db.vectors import NewVector, write_vectors, write_word
from lora_manager.search.match import any_word_match
from lora_manager.search.ranking.index import Priors, RankIndex
from lora_manager.search.ranking.prompt import ParsedPrompt
from lora_manager.search.ranking.ranker import Ranker
from lora_manager.search.ranking.terms import without_syntax, words_of
from lora_manager.search.vectors.matrix import to_stored
from lora_manager.services.recommending.asking import Asked
from lora_manager.services.recommending.similar import FUSED, LOOK, TEXT
from lora_manager.services.recommending.suggestions import WITH
from tools.bench_finding import SMALL, Figure, figure_of

PROMPT_MS = {True: 30.0, False: 150.0}
"""Aims for a prompt's list: in a library of up to SMALL adapters, and in a larger one."""
SIMILAR_MS, WITH_MS, CHANGE_MS, BLOCKED_MS = 40.0, 100.0, 100.0, 50.0
"""Aims for the others; the last is for the longest that the event loop of a server stands still."""
TIMES = 100
RAREST = 24
DIMENSIONS = 384
AT_ONCE = 4
"""Prompts that are answered at the same time while the event loop is watched."""
BEAT_S = 0.002
EMBEDDING_S = 20.0
"""How long an encoder is watched."""
ENCODER_LOADS_S = 120.0

Times = list[tuple[float, float]]
"""Milliseconds and CPU milliseconds of each time."""


@dataclass(frozen=True)
class Line:
    """A figure with its aim in milliseconds, None for none, and what it is to be seen beside."""

    figure: Figure
    aim_ms: float | None = None
    beside: str = ""

    @property
    def misses(self) -> bool:
        """Whether it took longer than aimed at."""
        return self.aim_ms is not None and self.figure.median_ms >= self.aim_ms


@dataclass(frozen=True)
class Report:
    """The lines, and numbers that are no times."""

    lines: Sequence[Line]
    numbers: dict[str, float]


def measure_recommending(app: Application, database: Path, encoder: Path | None = None, times: int = TIMES) -> Report:
    """Measure over the catalogue of an application, whose file is `database`. It is changed: give it a copy.

    encoder: a folder with an encoder of texts; without it none is measured.
    """
    numbers: dict[str, float] = {}
    if encoder is not None:
        numbers["embedded/s"] = _embedded_per_second(app, encoder)
    with app.database.read() as connection:
        ids = digest_ids(connection)
        prompts = mixed_prompts(examples_of(connection, random.Random(1).sample(ids, min(400, len(ids)))), times)
    make_vectors(app, ids)
    reading_ms, _ = once(app.recommender.warm_up)
    app.vectors.warm_up()
    index = app.recommender.index
    assert index is not None
    numbers |= {
        "adapters": index.count,
        "example prompts": int(index.example_counts.sum()),
        "index read s": reading_ms / 1000,
        "index MB": index.memory_bytes / 1e6,
        "vectors MB": app.vectors.status().memory_bytes / 1e6,
    }
    app.recommender.answer(Asked(prompts[0], any_base=True))  # columns that are made when they are first asked for
    found = random.Random(2).sample(ids, min(times, len(ids)))
    answers = _answers(app, index, database, prompts, found)
    return Report([*answers, *_blocked(app, prompts), *_changes(app, index, found, reading_ms)], numbers)


def print_report(report: Report) -> int:
    """Print it; returns how many lines miss their aim."""
    numbers = report.numbers
    print(f"\n{'recommending':<28} {'':<15} {'n':>3} {'median ms':>9} {'p95 ms':>8} {'CPU ms':>7}   aim")
    for line in report.lines:
        one = line.figure
        verdict = "" if line.aim_ms is None else f"{line.aim_ms:.0f} ms {'MISSED' if line.misses else 'met'}"
        print(
            f"{one.name:<28} {one.kind:<15} {one.requests:>3} {one.median_ms:>9.1f} {one.p95_ms:>8.1f}"
            f" {one.cpu_ms:>7.1f}   {verdict:<13} {line.beside}".rstrip(),
            flush=True,
        )
    missed = sum(line.misses for line in report.lines)
    embedded = f"; {numbers['embedded/s']:.1f} adapters embedded a second" if "embedded/s" in numbers else ""
    per_adapter = 1000 * numbers["index MB"] / max(1, numbers["adapters"])
    print(
        f"\n{numbers['adapters']:.0f} adapters with {numbers['example prompts']:.0f} example prompts: their index, read"
        f" in {numbers['index read s']:.1f} s, takes {numbers['index MB']:.0f} MB ({per_adapter:.1f} KB an adapter),"
        f" the vectors {numbers['vectors MB']:.0f} MB{embedded}\n{missed} of {len(report.lines)} figures miss the aim"
    )
    return missed


def saved_report(report: Report) -> dict[str, Any]:
    """Return it as the file of figures keeps it."""
    lines = [{**vars(line.figure), "aim_ms": line.aim_ms, "beside": line.beside} for line in report.lines]
    return {**report.numbers, "lines": lines}


def has_examples(database: Path) -> bool:
    """Say whether the records of a catalogue, as they were digested, hold example prompts."""
    with closing(sqlite3.connect(database)) as connection:
        longest = connection.execute("SELECT max(length(examples)) FROM adapter_digest").fetchone()[0]
    return (longest or 0) > 100  # none are some twenty bytes


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


def make_vectors(app: Application, ids: Sequence[int]) -> None:
    """Give every adapter made-up vectors of its text and its style, as by an encoder that is not there any more."""
    rng = np.random.default_rng(1)
    for start in range(0, len(ids), 5_000):
        part = ids[start : start + 5_000]
        with app.database.write() as connection:
            write_word(connection, "texts", "made up")
            for kind in ("semantic", "artistic"):
                rows = rng.normal(size=(len(part), DIMENSIONS)).astype(np.float32)
                new = [
                    NewVector(one, kind, "made up", "x", to_stored(row)) for one, row in zip(part, rows, strict=True)
                ]
                write_vectors(connection, new)
    app.vectors.forget()  # whose vectors there were before


def once(work: Callable[[], object]) -> tuple[float, float]:
    """Return the milliseconds and CPU milliseconds that `work` takes."""
    started, busy = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - started) * 1000, (time.process_time() - busy) * 1000


def _answers(app: Application, index: RankIndex, database: Path, prompts: list[str], ids: list[int]) -> list[Line]:
    aim = PROMPT_MS[index.count <= SMALL]
    recommender, parsed = app.recommender, [ParsedPrompt.of(prompt) for prompt in prompts]
    bare = _line("bare search of full text", "a prompt", _bare_searches(database, prompts)).figure
    product = _line("", "", _bare_products(index.count)).figure
    beside = f"FTS5 for the same words {bare.median_ms:.1f} ms"
    nearest = f"a bare product with {index.count} x {DIMENSIONS} floats {product.median_ms:.1f} ms"

    def list_of(asked: Asked) -> tuple[float, float]:
        return once(lambda: recommender.answer(asked))

    def like(adapter_id: int, by: str) -> tuple[float, float]:
        return once(lambda: recommender.similar(adapter_id, by, 12, Asked("", any_base=True)))

    def rank(one: ParsedPrompt, ranker: Ranker) -> tuple[float, float]:
        return once(lambda: index.rank(one, ranker=ranker))

    return [
        _line("prompt to list", "", [list_of(Asked(prompt, any_base=True)) for prompt in prompts], aim, beside),
        _line("", "the ranking", [rank(one, recommender.ranker) for one in parsed]),
        _line("", "by text alone", [rank(one, Ranker.text_alone()) for one in parsed]),
        _line("similar", "by vectors", [like(one, LOOK) for one in ids[:50]], SIMILAR_MS, nearest),
        _line("similar", "by text", [like(one, TEXT) for one in ids[:50]], SIMILAR_MS),
        _line("similar", "fused", [like(one, FUSED) for one in ids[:50]], SIMILAR_MS),
        _line("goes with", "one", [list_of(Asked("", kind=WITH, ids=(one,), any_base=True)) for one in ids], WITH_MS),
        _line("goes with", "three", [list_of(_with_three(ids, at)) for at in range(len(ids[:50]))], WITH_MS),
    ]


def _with_three(ids: Sequence[int], at: int) -> Asked:
    return Asked("", kind=WITH, ids=(ids[at], ids[at - 1], ids[at - 2]), any_base=True)


def _blocked(app: Application, prompts: Sequence[str]) -> list[Line]:
    """How late an event loop runs what is due while threads of its process recommend, and while they do nothing."""
    work = [partial(app.recommender.answer, Asked(prompt, any_base=True)) for prompt in prompts]
    idle = loop_delays([lambda: time.sleep(0.01)] * AT_ONCE * 10)
    busy = loop_delays(work)
    beside = f"longest {max(busy):.1f} ms; with nothing to do median {median(idle):.1f}, longest {max(idle):.1f} ms"
    name = f"{AT_ONCE} at once"
    return [
        _line("event loop late", name, [(delay, 0.0) for delay in busy], None, beside),
        _line("event loop late", "longest", [(max(busy), 0.0)], BLOCKED_MS),
    ]


def loop_delays(work: Iterable[Callable[[], object]]) -> list[float]:
    """Return by how many milliseconds each beat of an event loop is late while threads do this work, some at once."""

    async def watched() -> list[float]:
        loop, late = asyncio.get_running_loop(), []
        with ThreadPoolExecutor(AT_ONCE) as pool:
            waiting = asyncio.gather(*(loop.run_in_executor(pool, one) for one in work))
            while not waiting.done():
                started = time.perf_counter()
                await asyncio.sleep(BEAT_S)
                late.append((time.perf_counter() - started - BEAT_S) * 1000)
            await waiting
        return late

    return asyncio.run(watched())


def _changes(app: Application, index: RankIndex, ids: Sequence[int], reading_ms: float) -> list[Line]:
    """What it takes until one changed adapter is ranked, and what it takes now and then to merge what changed."""
    with app.database.read() as connection:
        wanted = set(ids)
        rows = [row for row in digests_since(connection, 0, limit=10_000_000) if row.adapter_id in wanted]
    parsed = ParsedPrompt.of("lantern")
    latest = index

    def change(item: tuple[int, bytes, Priors]) -> None:
        nonlocal latest
        latest = latest.changed([item])
        latest.rank(parsed, ranker=app.recommender.ranker)  # with what it has to make anew

    times = [once(partial(change, (row.adapter_id, row.document, Priors(author=row.author or "")))) for row in rows]
    return [
        _line("one adapter changed", "then ranked", times, CHANGE_MS, f"reading all anew {reading_ms:.0f} ms"),
        _line("changes merged", "now and then", [once(latest.merged)]),
    ]


def _embedded_per_second(app: Application, encoder: Path) -> float:
    """How many adapters an encoder makes the vectors of a second; it is not used any more then."""
    app.vectors.choose(str(encoder.absolute()))
    status = app.vectors.ready(ENCODER_LOADS_S)
    if status.state != "ready":
        raise SystemExit(f"The encoder {encoder} is not ready: {status.reason}")
    started = time.perf_counter()
    app.vectors.catch_up(cancelled=lambda: time.perf_counter() - started > EMBEDDING_S)
    seconds = time.perf_counter() - started
    with app.database.read() as connection:
        statement = "SELECT count(DISTINCT adapter_id) FROM vector WHERE kind = 'semantic'"
        done = int(connection.exec_driver_sql(statement).scalar_one())
    app.vectors.choose("")
    return done / seconds


def _bare_searches(database: Path, prompts: Sequence[str]) -> Times:
    """What SQLite alone takes to find the rarest words of each prompt in the cards: the way it was done before."""
    statement = "SELECT rowid FROM adapter_fts WHERE adapter_fts MATCH ? ORDER BY rank LIMIT 20"
    words = [list(dict.fromkeys(words_of(prompt)))[:RAREST] for prompt in prompts]
    with closing(sqlite3.connect(database)) as connection:

        def search(expression: str) -> None:
            connection.execute(statement, (expression,)).fetchall()

        return [once(partial(search, any_word_match(one or ["lantern"]))) for one in words]


def _bare_products(rows: int) -> Times:
    matrix, vector = np.ones((rows, DIMENSIONS), np.float32), np.ones(DIMENSIONS, np.float32)
    return [once(lambda: matrix @ vector) for _ in range(20)]


def _line(name: str, kind: str, times: Times, aim_ms: float | None = None, beside: str = "") -> Line:
    walls, spent = [wall for wall, _ in times], [cpu for _, cpu in times]
    return Line(figure_of(name, kind, walls or [0.0], median(spent or [0.0])), aim_ms, beside)
