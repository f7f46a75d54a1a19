"""Measuring recommending on prompts of which it is known what they were written for, beside simpler ways."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from lora_manager.search.ranking.evaluation import DEPTH, Interval, Measures, by_group, measure, paired
from lora_manager.search.ranking.index import RankIndex
from lora_manager.search.ranking.prompt import ParsedPrompt
from lora_manager.search.ranking.ranker import Ranker

NO_MODE = "prompt"
"""Mode of a query that says none."""
UNKNOWN = "unknown"
Run = Sequence[Sequence[str]]
"""For each query the file names, best first."""


class Query(NamedTuple):
    """A prompt with the file names, without ending, of what it was written for."""

    id: str
    mode: str
    prompt: str
    relevant: frozenset[str]


def beside(index: RankIndex, queries: Sequence[Query], stems: Mapping[int, str]) -> dict[str, Run]:
    """Return the same of simpler ways: by text alone, the most popular ones always, and drawn by chance."""
    plain = Ranker.text_alone()
    text = [index.rank(ParsedPrompt.of(query.prompt), ranker=plain).ids[:DEPTH].tolist() for query in queries]
    living = index.ids[index.alive]
    popular = living[np.argsort(-index.columns.popularity[index.alive], kind="stable")][:DEPTH].tolist()
    rnd = random.Random(0)
    everything = living.tolist()
    drawn = [rnd.sample(everything, min(DEPTH, len(everything))) for _ in queries]
    runs = {"text": text, "popularity": [popular] * len(queries), "random": drawn}
    return {name: [[stems.get(one, "") for one in ids] for ids in run] for name, run in runs.items()}


def report_of(queries: Sequence[Query], runs: Mapping[str, Run], archetypes: Mapping[str, str]) -> dict[str, Any]:
    """Return the measures of runs: by mode, and by the archetype of what is looked for.

    runs: "recommended" first and what it is compared with, "text" among it.
    """
    report: dict[str, Any] = {}
    right = [query.relevant for query in queries]
    measures = {name: measure(run, right) for name, run in runs.items()}
    for mode in sorted({query.mode for query in queries}):
        keep = np.array([query.mode == mode for query in queries])
        mine = {name: found.only(keep) for name, found in measures.items()}
        kinds = [archetypes.get(min(query.relevant), UNKNOWN) for query in queries if query.mode == mode]
        ahead = paired(mine["recommended"].mrr_10, mine["text"].mrr_10)
        report[mode] = {
            "queries": int(keep.sum()),
            **{name: _summary(found) for name, found in mine.items()},
            "better_than_text": _interval(ahead),
            "archetypes": {
                name: {"queries": kinds.count(name), **{key: _interval(value) for key, value in found.items()}}
                for name, found in by_group(mine["recommended"], kinds).items()
            },
        }
    return report


def _summary(measures: Measures) -> dict[str, Any]:
    return {name: _interval(value) for name, value in measures.summary().items()}


def _interval(value: Interval) -> dict[str, float]:
    return {name: round(number, 4) for name, number in value._asdict().items()}
