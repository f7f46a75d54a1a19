"""The commands that move, rename and delete LoRAs, and the trash."""

from __future__ import annotations

import argparse
import os
from typing import Any

from lora_manager.api.trash import trash_json
from lora_manager.application import Application
from lora_manager.cli.catalogue import find_adapter
from lora_manager.cli.editing import ME, add_selection, do_now, selected
from lora_manager.cli.opening import opened
from lora_manager.cli.output import ProgressBar, print_json, print_line
from lora_manager.errors import BadInputError
from lora_manager.services.files.trash import TrashPage

MOST_LISTED = 200


def add_move_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `move` takes."""
    add_selection(parser)
    to = parser.add_mutually_exclusive_group(required=True)
    to.add_argument("--to", metavar="FOLDER", help='folder below the LoRA folder, made when missing; "" for the top')
    to.add_argument("--template", metavar="TEXT", help="path by template, such as {base_model}/{author}/{name}")
    parser.add_argument("--to-lora-dir", metavar="DIR", help="another of the LoRA folders")
    _add_dry_run(parser)


def add_rename_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `rename` takes."""
    add_selection(parser)
    to = parser.add_mutually_exclusive_group(required=True)
    to.add_argument("--to", metavar="STEM", help="the new file name without extension, of one LoRA")
    to.add_argument("--template", metavar="TEXT", help="file name by template, such as {name}")
    _add_dry_run(parser)


def add_delete_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `delete` takes."""
    add_selection(parser)
    _add_dry_run(parser)


def add_trash_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `trash` takes."""
    parser.add_argument("action", choices=("list", "restore", "empty"), metavar="list|restore|empty")
    parser.add_argument("id", type=int, nargs="*", metavar="ID", help="what to restore, as `trash list` numbers it")
    parser.add_argument("--yes", action="store_true", help="empty it without asking")


def move(arguments: argparse.Namespace) -> int:
    """Move LoRAs with all that belongs to them."""
    with opened(arguments) as app:
        root_id = _root_id(app, arguments.to_lora_dir)
        if arguments.template is not None:
            return _do(app, arguments, "organise", {"template": arguments.template, "root_id": root_id})
        return _do(app, arguments, "move", {"folder": arguments.to, "root_id": root_id})


def rename(arguments: argparse.Namespace) -> int:
    """Give LoRAs other file names."""
    with opened(arguments) as app:
        if arguments.template is not None:
            return _do(app, arguments, "rename", {"template": arguments.template})
        if len(arguments.name) != 1 or arguments.dry_run:
            raise BadInputError("--to names one LoRA, at once. For several, or to look first, use --template.")
        adapter_id = find_adapter(app, arguments.name[0])
        set_id = app.files.rename(adapter_id, arguments.to, ME)
        _tell(arguments, {"set_id": set_id, "changed": int(set_id is not None), "problems": [], "problem_count": 0})
        return 0


def delete(arguments: argparse.Namespace) -> int:
    """Put LoRAs into the trash."""
    with opened(arguments) as app:
        return _do(app, arguments, "delete", {})


def trash(arguments: argparse.Namespace) -> int:
    """List, restore or empty the trash."""
    if bool(arguments.id) != (arguments.action == "restore"):
        raise BadInputError("Say what to restore: trash restore ID. The other actions take no number.")
    with opened(arguments) as app:
        if arguments.action == "list":
            _print_trash(arguments, app.trash.page(MOST_LISTED, 0))
            return 0
        if arguments.action == "empty":
            return _empty(app, arguments)
        restored = [app.files.restore(trash_id, ME) for trash_id in arguments.id]
        if arguments.json:
            print_json([{"change_set": set_id, "adapter_id": adapter_id} for set_id, adapter_id in restored])
        else:
            print_line(f"{len(restored)} restored")
    return 0


def _do(app: Application, arguments: argparse.Namespace, name: str, params: dict[str, Any]) -> int:
    ids = selected(app, arguments)
    if arguments.dry_run:
        action: Any = app.bulk.action(name)
        rows = [vars(row) for row in action.preview(ids, action.check(params))]
        if arguments.json:
            print_json(rows)
        else:
            for row in rows:
                print_line(f"{row['source']}  ->  {row['target'] or row['problem']}")
        return int(any(row["problem"] for row in rows))
    result = do_now(app, name, params, ids)
    _tell(arguments, result)
    return int(bool(result["problem_count"]))


def _tell(arguments: argparse.Namespace, result: dict[str, Any]) -> None:
    if arguments.json:
        print_json(result)
        return
    print_line(f"{result['changed']} done" + (f", undo with set {result['set_id']}" if result["set_id"] else ""))
    for problem in result["problems"]:
        print_line(f"  {problem['name'] or problem['id']}: {problem['why']}")


def _empty(app: Application, arguments: argparse.Namespace) -> int:
    if not arguments.yes:
        raise BadInputError("What is deleted for good cannot be brought back. Say --yes if you mean it.")
    bar = ProgressBar()
    try:
        told = app.trash.empty(bar)
    finally:
        bar.close()
    if arguments.json:
        print_json(told)
    else:
        print_line(f"{told['changed']} deleted for good, {told['bytes']} bytes freed")
    return int(bool(told["problem_count"]))


def _print_trash(arguments: argparse.Namespace, page: TrashPage) -> None:
    if arguments.json:
        print_json(trash_json(page))
        return
    for entry in page.entries:
        kept = "kept" if entry.days_left is None else f"{entry.days_left} days left"
        print_line(f"{entry.item.id:6}  {entry.item.model.old}  ({kept})  {entry.problem}".rstrip())
    print_line(f"{page.total} in the trash, {page.bytes} bytes")


def _root_id(app: Application, folder: str | None) -> int | None:
    if folder is None:
        return None
    roots = dict(zip((os.path.abspath(root) for root in app.host.roots()), app.roots(), strict=False))
    if os.path.abspath(folder) not in roots:
        raise BadInputError(f"{folder} is none of the LoRA folders: name it with --lora-dir too.")
    return roots[os.path.abspath(folder)]


def _add_dry_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="tell every path and touch nothing")
