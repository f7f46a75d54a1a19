"""`evaluate`: how well recommending does on prompts of which it is known what they were written for."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lora_manager.application import Application
from lora_manager.cli.opening import opened
from lora_manager.cli.output import ProgressBar, print_json, print_line
from lora_manager.cli.recommend import LONGEST_LINE, bring_up_to_date, use_ranker
from lora_manager.db.digests import insights_of
from lora_manager.db.kinship import stems_of
from lora_manager.errors import BadInputError
from lora_manager.search.ranking.index import RankIndex
from lora_manager.services.recommending.asking import Asked
from lora_manager.services.recommending.measuring import NO_MODE, Query, Run, beside, report_of


def add_evaluate_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `evaluate` takes."""
    parser.add_argument("queries", type=Path, metavar="QUERIES", help='file with {"qid", "prompt", "relevant"} a line')
    parser.add_argument("--ranker", type=Path, metavar="FILE", help="another ranker, of tools/train_ranker.py")


def evaluate(arguments: argparse.Namespace) -> None:
    """Measure what the page would show for each prompt, beside text alone, popularity and chance."""
    queries = read_queries(arguments.queries)
    bar = ProgressBar()
    with opened(arguments) as app:
        use_ranker(app, arguments.ranker)
        bring_up_to_date(app)
        runs = {"recommended": _recommended(app, queries, bar)}
        index = app.recommender.index
        if index is None or not index.count:
            raise BadInputError("The library is empty. Scan a LoRA folder first.")
        stems = _stems(app, index)
        runs.update(beside(index, queries, stems))
        archetypes = _archetypes(app, stems)
        ranker = app.recommender.ranker.name
    bar.close()
    report = {"adapters": index.count, "ranker": ranker, "modes": report_of(queries, runs, archetypes)}
    if arguments.json:
        print_json(report)
    else:
        _print(report)


def read_queries(path: Path) -> list[Query]:
    """Return the queries of a file. Raises BadInputError."""
    found = []
    try:
        with path.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    found.append(_query_of(line, f"{path}:{number}"))
    except OSError as error:
        raise BadInputError(f"{path} cannot be read: {error.strerror or error}.") from error
    if not found:
        raise BadInputError(f"{path} holds no queries.")
    return found


def _query_of(line: str, place: str) -> Query:
    try:
        data = json.loads(line[:LONGEST_LINE])
        relevant = data["relevant"]
        if not isinstance(data["prompt"], str) or not isinstance(relevant, list) or not relevant:
            raise TypeError("no prompt with relevant file names")
        return Query(str(data["qid"]), str(data.get("mode") or NO_MODE), data["prompt"], frozenset(map(str, relevant)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadInputError(f'{place} is no {{"qid", "prompt", "relevant": [file names]}}: {error}.') from error


def _recommended(app: Application, queries: Sequence[Query], bar: ProgressBar) -> Run:
    asked = Asked("", any_base=True, roots=app.roots())
    found = []
    answers = app.recommender.batch([(query.id, query.prompt) for query in queries], asked)
    for done, (_, ranked) in enumerate(answers, 1):
        found.append(ranked)
        bar(done, len(queries), "prompts")
    return found


def _stems(app: Application, index: RankIndex) -> dict[int, str]:
    with app.database.read() as connection:
        return dict(stems_of(connection, index.ids[index.alive].tolist()))


def _archetypes(app: Application, stems: Mapping[int, str]) -> dict[str, str]:
    with app.database.read() as connection:
        found = insights_of(connection, list(stems))
    return {stems[key]: insight.archetype for key, insight in found.items() if insight.archetype}


def _print(report: Mapping[str, Any]) -> None:
    print_line(f"{report['adapters']} LoRAs, ranker: {report['ranker']}")
    for mode, found in report["modes"].items():
        print_line(f"{mode}: {found['queries']} prompts")
        for name in ("recommended", "text", "popularity", "random"):
            print_line(f"  {name:<12} {_line(found[name])}")
        ahead = found["better_than_text"]
        print_line(f"  better than text by {ahead['mean']:.3f} [{ahead['low']:.3f}, {ahead['high']:.3f}]")
        for name, values in found["archetypes"].items():
            print_line(f"  {name:<12} {_line(values)}  ({values['queries']})")


def _line(values: Mapping[str, Any]) -> str:
    found = [(name, values[name]) for name in ("hit@1", "hit@10", "mrr@10", "ndcg@10")]
    return "  ".join(f"{name} {one['mean']:.3f} [{one['low']:.3f}, {one['high']:.3f}]" for name, one in found)
