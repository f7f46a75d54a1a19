"""The commands that edit, tell what was done, and take it back."""

from __future__ import annotations

import argparse
import json
from typing import Any

from lora_manager.application import Application
from lora_manager.cli.catalogue import find_adapter
from lora_manager.cli.opening import opened
from lora_manager.cli.output import ProgressBar, print_json, print_line
from lora_manager.db.catalogue import CatalogueQuery
from lora_manager.db.history import page_of_changes, read_set, read_sets, samples
from lora_manager.errors import BadInputError, NotFoundError
from lora_manager.services.actor import CLI, Actor
from lora_manager.services.editing import check_value
from lora_manager.services.jobs import JobContext

ME = Actor(CLI)
_LONGEST_SHOWN = 60


def add_edit_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `edit` takes."""
    add_selection(parser)
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="repeatable")
    parser.add_argument("--reset", action="append", default=[], metavar="FIELD", help="back to what its sources say")
    parser.add_argument("--add-tag", action="append", default=[], metavar="TAG", help="repeatable")
    parser.add_argument("--remove-tag", action="append", default=[], metavar="TAG", help="repeatable")


def add_selection(parser: argparse.ArgumentParser) -> None:
    """Add how LoRAs are named: one by one, or all that a search finds."""
    parser.add_argument("name", metavar="NAME", nargs="*", help="id, tag name, or file path below its LoRA folder")
    parser.add_argument("--query", metavar="QUERY", help="all that this search finds, as in the page's search box")


def selected(app: Application, arguments: argparse.Namespace) -> list[int]:
    """Return the ids of the LoRAs that a command names. Raises BadInputError, NotFoundError, QueryError."""
    if bool(arguments.name) == (arguments.query is not None):
        raise BadInputError("Name LoRAs, or give --query with a search that finds them.")
    if arguments.name:
        return [find_adapter(app, name) for name in arguments.name]
    with app.database.read() as connection:
        return list(app.catalogue.find(connection, CatalogueQuery(arguments.query, roots=app.roots())).ids)


def do_now(app: Application, action: str, params: dict[str, Any], ids: list[int]) -> dict[str, Any]:
    """Do a bulk action on this thread, with a progress bar; returns its result."""
    bar = ProgressBar()
    try:
        return app.bulk.run_now(action, params, ids, ME, JobContext(bar, lambda: False))
    finally:
        bar.close()


def edit(arguments: argparse.Namespace) -> int:
    """Edit LoRAs."""
    values = dict(_assignment(text) for text in arguments.set)
    with opened(arguments) as app:
        ids = selected(app, arguments)
        results = []
        if len(ids) == 1 and values:  # also what belongs to one alone
            set_id = app.editor.edit(ids[0], values, ME, resets=arguments.reset)
            results.append({"set_id": set_id, "changed": int(set_id is not None)})
        elif values or arguments.reset:
            results.append(do_now(app, "edit", {"values": values, "reset": arguments.reset}, ids))
        if arguments.add_tag or arguments.remove_tag:
            tags = {"add": arguments.add_tag, "remove": arguments.remove_tag}
            results.append(do_now(app, "tags", tags, ids))
    if not results:
        raise BadInputError("Nothing to change: give --set, --reset, --add-tag or --remove-tag.")
    return report(arguments, {"selected": len(ids), "changes": results})


def report(arguments: argparse.Namespace, answer: dict[str, Any]) -> int:
    """Print what became of actions; returns the exit code."""
    if arguments.json:
        print_json(answer)
    else:
        for result in answer["changes"]:
            print_line(f"{result['changed']} of {answer['selected']} changed{_undo_hint(result['set_id'])}")
            for problem in result.get("problems", ()):
                print_line(f"{problem['name']}: {problem['why']}")
    return int(any(result.get("problem_count") for result in answer["changes"]))


def history(arguments: argparse.Namespace) -> None:
    """Tell what was done."""
    with opened(arguments) as app, app.database.read() as connection:
        if arguments.name is None:
            total, sets = read_sets(connection, arguments.limit, 0)
            shown = samples(connection, sets)
            rows: list[Any] = [{**vars(one), "sample": shown.get(one.id, [])} for one in sets]
        else:
            adapter_id = find_adapter(app, arguments.name)
            total, changes = page_of_changes(connection, arguments.limit, 0, adapter_id=adapter_id)
            rows = [one._asdict() for one in changes]
    if arguments.json:
        print_json({"total": total, "items": [{**row, **_plain_sample(row)} for row in rows]})
        return
    for row in rows:
        print_line(_line(row))
    if not rows:
        print_line("Nothing was changed yet.")


def undo(arguments: argparse.Namespace) -> int:
    """Take back what was done last, or a set of changes by its number."""
    with opened(arguments) as app:
        set_id = arguments.set_id if arguments.set_id is not None else _last(app)
        what = _told(app, set_id)
        bar = ProgressBar()
        outcome = app.history.undo(set_id, ME, bar)
        bar.close()
    skipped = [vars(one) for one in outcome.skipped]
    if arguments.json:
        print_json({"set_id": outcome.set_id, "reverted": outcome.reverted, "skipped": skipped})
    else:
        print_line(f"{what}: {outcome.reverted} changes taken back{_undo_hint(outcome.set_id)}")
        for one in outcome.skipped:
            print_line(f"{one.name}: {one.field}: {one.why}")
    return int(bool(skipped))


def _last(app: Application) -> int:
    """The newest set that stands, and is no undo itself."""
    with app.database.read() as connection:
        _, sets = read_sets(connection, 200, 0)
    found = next((one for one in sets if one.undone_by is None and one.undoes is None and one.kind != "import"), None)
    if found is None:
        raise NotFoundError("There is nothing to undo. `history` tells what was done.")
    return found.id


def _told(app: Application, set_id: int) -> str:
    """What a set of changes was, for who takes it back."""
    with app.database.read() as connection:
        stored = read_set(connection, set_id)
        sample = samples(connection, [stored]) if stored is not None else {}
    if stored is None:
        raise NotFoundError(f"There is no set of changes {set_id}. `history` tells their numbers.")
    return _line({**vars(stored), "sample": sample.get(set_id, ())})


def _assignment(text: str) -> tuple[str, Any]:
    """Return field and value of FIELD=VALUE: a text as it is, else JSON (4, true, null, ["a"]), tags also "a, b"."""
    field, equals, value = text.partition("=")
    if not equals:
        raise BadInputError(f"'{text}' sets nothing; write FIELD=VALUE.")
    for read in (lambda: value, lambda: json.loads(value), lambda: [part.strip() for part in value.split(",")]):
        try:
            return field, check_value(field, read())
        except (BadInputError, ValueError) as error:
            refused = error
    raise BadInputError(f"{field}: '{value}' cannot be its value ({refused}).")


def _undo_hint(set_id: int | None) -> str:
    return f" (undo {set_id} takes it back)" if set_id is not None else ""


def _line(row: dict[str, Any]) -> str:
    who = f" by {row['user_name']}" if row["user_name"] else ""
    if "field" in row:
        change = f"{row['field']}: {_short(row['old'])} -> {_short(row['new'])}"
        return f"{row['at']}  {row['set_id']:6d}  {row['kind']} ({row['by']}){who}  {change}"
    undone = "  undone" if row["undone_by"] is not None else ""
    told = "; ".join(f"{one.name}: {one.field}: {_short(one.old)} -> {_short(one.new)}" for one in row["sample"])
    count = f"{row['count']} changes" if row["count"] != 1 else "1 change"
    return f"{row['created_at']}  {row['id']:6d}  {row['kind']} ({row['by']}){who}  {count}  {told}".rstrip() + undone


def _plain_sample(row: dict[str, Any]) -> dict[str, Any]:
    return {"sample": [one._asdict() for one in row["sample"]]} if "sample" in row else {}


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"
