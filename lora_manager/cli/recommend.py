"""The commands that recommend: for a prompt, for a file of prompts, and what is similar to a LoRA."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from lora_manager.api.serialise_recommend import similar_json, suggestion_json, suggestions_json
from lora_manager.application import Application
from lora_manager.cli.catalogue import find_adapter, item_json, line_of
from lora_manager.cli.opening import opened
from lora_manager.cli.output import ProgressBar, print_json, print_line
from lora_manager.errors import BadInputError
from lora_manager.search.ranking.ranker import Ranker
from lora_manager.services.recommending.asking import MOST_ITEMS, Asked, family_named
from lora_manager.services.recommending.similar import FUSED, WAYS
from lora_manager.services.recommending.suggestions import KINDS, PROMPT, WITH, Similar, Suggestion, Suggestions

ENCODER_S = 60.0
"""How long the encoder that is set may take to load; a command does without it then, as the page does."""
LONGEST_LINE = 1_000_000
"""Characters of a line of a file of prompts."""


def add_recommend_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `recommend` takes."""
    parser.add_argument("prompt", metavar="PROMPT", nargs="?", help="what the picture is to show")
    parser.add_argument(
        "--with", dest="with_", action="append", default=[], metavar="NAME", help="what it shall go with"
    )
    parser.add_argument("--kind", choices=KINDS, help="what PROMPT is: a prompt, a description, trigger words ...")
    parser.add_argument("--base", metavar="FAMILY", help="only what works with this base model")
    parser.add_argument("--limit", type=int, default=10)
    parser.add_argument("--batch", type=Path, metavar="QUERIES", help='file with a {"qid", "prompt"} a line')
    parser.add_argument("--out", type=Path, metavar="RUN", help="where the answers of --batch go, else to stdout")
    parser.add_argument("--ranker", type=Path, metavar="FILE", help="another ranker, of tools/train_ranker.py")


def add_similar_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `similar` takes."""
    parser.add_argument("name", metavar="NAME", help="id, tag name, or file path below its LoRA folder")
    parser.add_argument("--by", choices=WAYS, default=FUSED)
    parser.add_argument("--limit", type=int, default=12)


def recommend(arguments: argparse.Namespace) -> None:
    """Suggest LoRAs for a prompt, or for every prompt of a file."""
    family = family_named(arguments.base) if arguments.base else ""
    if arguments.batch is not None:
        _batch(arguments, family)
        return
    if arguments.prompt is None and not arguments.with_:
        raise BadInputError("Say what to recommend for: a PROMPT, LoRAs with --with NAME, or a file with --batch.")
    kind = arguments.kind or (WITH if arguments.with_ else PROMPT)
    with opened(arguments) as app:
        use_ranker(app, arguments.ranker)
        ids = tuple(find_adapter(app, name) for name in arguments.with_)
        bring_up_to_date(app)
        limit = max(1, min(arguments.limit, MOST_ITEMS))
        answer = app.recommender.answer(Asked(arguments.prompt or "", limit, kind, ids, family, roots=app.roots()))
    _tell(answer, suggestions_json(answer) if arguments.json else None)


def similar(arguments: argparse.Namespace) -> None:
    """Tell which LoRAs are like one."""
    with opened(arguments) as app:
        adapter_id = find_adapter(app, arguments.name)
        bring_up_to_date(app)
        limit = max(1, min(arguments.limit, MOST_ITEMS))
        answer = app.recommender.similar(adapter_id, arguments.by, limit, Asked("", roots=app.roots()))
    _tell(answer, similar_json(answer) if arguments.json else None)


def _tell(answer: Suggestions | Similar, found: dict[str, Any] | None) -> None:
    """Print an answer; `found` is it as JSON, where that is asked for."""
    if found is not None:
        del found["session"]
        print_json({**found, "items": [_item(item) for item in answer.items]})
        return
    for item in answer.items:
        _print(item)
    if answer.reason:
        print_line(answer.reason)


def use_ranker(app: Application, path: Path | None) -> None:
    """Rank with the ranker of a file, where one is named. Raises BadInputError."""
    if path is None:
        return
    try:
        app.recommender.use(Ranker.load(path))
    except OSError as error:
        raise BadInputError(f"{path} cannot be read: {error.strerror or error}.") from error


def bring_up_to_date(app: Application) -> None:
    """Have everything known that the recommender goes by, with progress where it takes long."""
    bar = ProgressBar()
    app.digester.catch_up(bar)
    bar.close()
    app.recommender.warm_up()
    if app.settings.current().encoder:
        app.vectors.ready(ENCODER_S)


class Query(NamedTuple):
    """A line of a file of prompts."""

    query_id: str
    prompt: str


def read_queries(path: Path) -> Iterator[Query | str]:
    """Yield the queries of a file, and for each line that is none what is wrong with it. Raises BadInputError."""
    try:
        with path.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _query_of(line, f"{path}:{number}")
    except OSError as error:
        raise BadInputError(f"{path} cannot be read: {error.strerror or error}.") from error


def _query_of(line: str, place: str) -> Query | str:
    if len(line) > LONGEST_LINE:
        return f"{place}: longer than {LONGEST_LINE} characters, skipped"
    try:
        query = json.loads(line)
    except (ValueError, RecursionError):
        return f"{place}: no JSON, skipped"
    if not isinstance(query, dict) or not isinstance(query.get("prompt"), str):
        return f'{place}: no object with "qid" and "prompt", skipped'
    query_id = query.get("qid")
    if isinstance(query_id, bool) or not isinstance(query_id, (str, int)):
        return f'{place}: "qid" is no text, skipped'
    return Query(str(query_id), query["prompt"])


def _batch(arguments: argparse.Namespace, family: str) -> None:
    """Write what the page would show for each prompt of a file: {"qid", "ranked": [file names, best first]}."""
    skipped: list[str] = []
    queries: list[Query] = []
    for read in read_queries(arguments.batch):
        if isinstance(read, str):
            skipped.append(read)
            sys.stderr.write(f"{read}\n")
        else:
            queries.append(read)
    bar = ProgressBar()
    with opened(arguments) as app:
        use_ranker(app, arguments.ranker)
        bring_up_to_date(app)
        asked = Asked("", family=family, any_base=not family, roots=app.roots())
        lines = []
        for done, (query_id, ranked) in enumerate(app.recommender.batch(queries, asked), 1):
            lines.append(json.dumps({"qid": query_id, "ranked": ranked}, ensure_ascii=False) + "\n")
            bar(done, len(queries), "prompts")
    bar.close()
    if arguments.out is None:
        sys.stdout.writelines(lines)
        return
    try:
        arguments.out.write_text("".join(lines), encoding="utf-8", errors="surrogatepass", newline="\n")
    except OSError as error:
        raise BadInputError(f"{arguments.out} cannot be written: {error.strerror or error}.") from error
    if arguments.json:
        print_json({"queries": len(queries), "skipped": skipped, "out": str(arguments.out)})
    else:
        print_line(f"{len(queries)} prompts answered, {len(skipped)} lines skipped; {arguments.out}")


def _item(item: Suggestion) -> dict[str, Any]:
    printed = item_json(item.found)
    return {**suggestion_json(item), "file_path": printed["file_path"], "triggers": printed["triggers"]}


def _print(item: Suggestion) -> None:
    why = item.suggested.why
    print_line(f"{line_of(item.found)}  {item.score:.2f}  {item.reason}  Weight: {why[:1].lower()}{why[1:]}")
