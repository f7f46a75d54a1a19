#!/usr/bin/env python3
"""Train the ranker of the recommendations, on held-out prompts or on what a user did.

usage: train_ranker.py FOLDER [--out FILE]              train on FOLDER/Lora and FOLDER/queries.jsonl
       train_ranker.py FOLDER --cross-validate OUTDIR   train a ranker per fold without its adapters' queries; write
                                                        the rankers, and the run of each query by its fold's ranker
       train_ranker.py --history DATABASE [--out FILE]  train on what was done with suggestions and generated

queries.jsonl holds a {"qid", "mode", "prompt", "relevant": [file name]} a line. Trained on as it is, on halves of it,
on it without example prompts, with other examples held out, and on short questions made of the adapters' own words, so
that the ranker does for other libraries and for what people type too. The file goes to
lora_manager/search/ranking/ranker.json of the package, or as ranker.json into LoRA Manager's data folder.
Needs LightGBM (the extra "train").
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from lora_manager.errors import LoraManagerError
from lora_manager.search.ranking.evaluation import DEPTH, Measures, measure, paired
from lora_manager.search.ranking.index import RankIndex
from lora_manager.search.ranking.prompt import ParsedPrompt
from lora_manager.search.ranking.ranker import Ranker
from tools.ranker_history import history_cases
from tools.ranker_library import Library, Query, hold_out, read_library, read_queries
from tools.ranker_short import short_queries
from tools.ranker_training import Case, calibration, cases_of, fold_of, train, train_both

SHIPPED = Path(__file__).resolve().parents[1] / "lora_manager" / "search" / "ranking" / "ranker.json"
FOLDS = 5
SHORT_SEEDS, SHORT_ASKED = (7, 8), 11
"""Which short questions are trained on, and which are asked in cross-validation."""
NO_LIGHTGBM = 'Training needs LightGBM: python -m pip install lightgbm (the extra "train").'


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--name", default="")
    parser.add_argument("--cross-validate", type=Path, metavar="OUTDIR")
    parser.add_argument("--history", type=Path, metavar="DATABASE")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def main() -> int:
    """Train; returns the exit status."""
    given = options()
    if importlib.util.find_spec("lightgbm") is None:
        return _fail(NO_LIGHTGBM)
    try:
        if given.history:
            return _train_on_history(given)
        if given.folder is None:
            return _fail("Name a FOLDER with Lora/ and queries.jsonl, or a database with --history.")
        library = read_library(given.folder / "Lora")
        queries = read_queries(given.folder / "queries.jsonl", library)
        if given.cross_validate:
            return _cross_validate(library, queries, given)
        whole, short = training_cases(library, queries), short_cases(library, queries)
        _write(given.out, _ranker(whole, short, library, given))
    except (LoraManagerError, OSError) as error:
        return _fail(str(error))
    return 0


def training_cases(library: Library, queries: Sequence[Query]) -> list[Case]:
    """Return the cases of a library: as it is, and thinned without examples, by halves, with other prompts held out."""
    found = cases_of(library.index(), queries)
    more = cases_of(library.without_examples().index(), queries)
    for part in (0, 1):
        more += cases_of(library.half(1, part).index(), queries)
    other, asked = hold_out(library, queries, 5)
    more += cases_of(other.index(), asked)
    return found + [case.thinned(number) for number, case in enumerate(more)]


def short_cases(library: Library, queries: Sequence[Query]) -> list[Case]:
    """Return the cases of short questions, of a library as it is and without examples."""
    asked = [query for seed in SHORT_SEEDS for query in short_queries(library, queries, seed)]
    found = [case.thinned(number) for number, case in enumerate(cases_of(library.index(), asked))]
    without = cases_of(library.without_examples().index(), asked[:: len(SHORT_SEEDS)])
    return found + [case.thinned(number) for number, case in enumerate(without)]


def _ranker(
    whole: Sequence[Case], short: Sequence[Case], library: Library, given: argparse.Namespace
) -> dict[str, Any]:
    """Train on all cases; the scale of its scores is found on a fifth of the adapters that another one did not see."""
    stems = {one.id: one.file_name for one in library.facts}

    def of(cases: Sequence[Case], aside: bool) -> list[Case]:
        return [case for case in cases if (fold_of(stems[case.query.relevant], FOLDS) == 0) == aside]

    first = train_both(of(whole, False), of(short, False), "", threads=given.threads)
    scale, shift = _calibrated(first, of(whole, True))
    name = given.name or f"trained on {len(library.facts)} adapters, {len(whole)} prompts, {len(short)} short ones"
    return {**train_both(whole, short, name, threads=given.threads), "scale": scale, "shift": shift}


def _calibrated(data: dict[str, Any], cases: Sequence[Case]) -> tuple[float, float]:
    ranker = Ranker.of({**data, "scale": 1.0, "shift": 0.0})
    raw = np.concatenate([ranker.log_odds(case.features) for case in cases])
    right = np.concatenate([np.arange(len(case.ids)) == case.right for case in cases])
    return calibration(raw, right)


def _cross_validate(library: Library, queries: Sequence[Query], given: argparse.Namespace) -> int:
    folder: Path = given.cross_validate
    folder.mkdir(parents=True, exist_ok=True)
    stems = {one.id: one.file_name for one in library.facts}
    whole, short = training_cases(library, queries), short_cases(library, queries)
    asked = [*queries, *short_queries(library, queries, SHORT_ASKED)]
    indexes = {"": library.index(), "no-examples": library.without_examples().index()}
    runs: dict[str, dict[str, list[int]]] = {name: {} for name in indexes}
    for fold in range(FOLDS):
        seen, typed = (
            [case for case in cases if fold_of(stems[case.query.relevant], FOLDS) != fold] for cases in (whole, short)
        )
        data = {**train_both(seen, typed, f"fold {fold}", threads=given.threads), "scale": 1.0, "shift": 0.0}
        _write(folder / f"fold{fold}.json", data)
        ranker = Ranker.of(data)
        mine = [query for query in asked if fold_of(stems[query.relevant], FOLDS) == fold]
        for name, index in indexes.items():
            runs[name].update(run(index, mine, ranker))
    for name, ranked in runs.items():
        _write_run(folder / f"run{'-' if name else ''}{name}.jsonl", ranked, stems)
        text = run(indexes[name], asked, Ranker.text_alone())
        _tell(name or "as it is", asked, ranked, text)
    return 0


def run(index: RankIndex, queries: Sequence[Query], ranker: Ranker) -> dict[str, list[int]]:
    """Return the first ten adapters for each query."""
    found = {}
    for query in queries:
        ranked = index.rank(ParsedPrompt.of(query.prompt), ranker=ranker, excluded=query.unclear)
        found[query.id] = ranked.ids[:DEPTH].tolist()
    return found


def _tell(what: str, queries: Sequence[Query], ranked: dict[str, list[int]], text: dict[str, list[int]]) -> None:
    for mode in sorted({query.mode for query in queries}):
        mine = [query for query in queries if query.mode == mode]
        got, plain = _measured(mine, ranked), _measured(mine, text)
        ahead = paired(got.mrr_10, plain.mrr_10)
        print(
            f"{what}, {mode}: MRR@10 {got.mrr_10.mean():.4f} (text alone {plain.mrr_10.mean():.4f}, better by "
            f"{ahead.mean:.4f} [{ahead.low:.4f}, {ahead.high:.4f}]), hit@1 {got.hit_1.mean():.3f}, "
            f"hit@10 {got.hit_10.mean():.3f}, {len(mine)} queries"
        )


def _measured(queries: Sequence[Query], ranked: dict[str, list[int]]) -> Measures:
    return measure([ranked[query.id] for query in queries], [{query.relevant} for query in queries])


def _train_on_history(given: argparse.Namespace) -> int:
    cases = history_cases(given.history)
    data = train(cases, given.name or f"trained on your own {len(cases)} choices", threads=given.threads)
    scale, shift = _calibrated(data, cases)
    _write(given.out, {**data, "scale": scale, "shift": shift})
    return 0


def _write(path: Path, data: dict[str, Any]) -> None:
    Ranker.of(data)  # what is written can be read
    path.write_text(json.dumps(data, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{path}: {path.stat().st_size} bytes")


def _write_run(path: Path, ranked: dict[str, list[int]], stems: dict[int, str]) -> None:
    lines = [json.dumps({"qid": key, "ranked": [stems[one] for one in ids]}) + "\n" for key, ids in ranked.items()]
    path.write_text("".join(lines), encoding="utf-8")


def _fail(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
