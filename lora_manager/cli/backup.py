"""The command for backups. It works on the database's file alone, so that it helps when that does not open any more."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

from lora_manager.api.backups import backup_json, differences_json
from lora_manager.cli.opening import opened, place_of
from lora_manager.cli.output import ProgressBar, print_json, print_line
from lora_manager.db.backup.differences import Differences
from lora_manager.db.backup.folder import Backup
from lora_manager.db.backup.work import Work
from lora_manager.db.engine import Database, named_database, sqlite_url
from lora_manager.errors import BadInputError, LoraManagerError
from lora_manager.services.backups.service import NOT_LOOKED_AT, Backups, restored_json

_REASONS = {
    "manual": "made by hand",
    "daily": "daily",
    "before_migration": "before an update",
    "before_restore": "before a restore",
}
_TABLES = {"adapter": "LoRAs", "tag": "tags", "user_edit": "edited values", "change": "steps of history"}
"""What is told of the tables: the rest says nothing to who reads it, and stands in --json."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this command takes."""
    parser.add_argument("action", choices=list(_ACTIONS), metavar="now|list|verify|restore")
    parser.add_argument("name", nargs="?", default="", metavar="NAME", help="which backup, as `list` names it")
    parser.add_argument("--yes", action="store_true", help="bring it back without asking")


def backup(arguments: argparse.Namespace) -> None:
    """Make, list, check or bring back backups."""
    if bool(arguments.name) != (arguments.action in ("verify", "restore")):
        raise BadInputError(
            f"backup {arguments.action} takes no name." if arguments.name
            else f"Say which backup, as `backup list` names it: backup {arguments.action} NAME."
        )  # fmt: skip
    place = place_of(arguments)
    database = Database(named_database(place.database) or sqlite_url(place.location.database))
    bar = ProgressBar()
    try:
        _ACTIONS[arguments.action](Backups(database, place.location.folder), arguments, Work(bar))
    finally:
        bar.close()
        database.close()


def _now(backups: Backups, arguments: argparse.Namespace, work: Work) -> None:
    if backups.is_missing():
        raise BadInputError("There is no database yet. Scan a LoRA folder first.")
    made = backups.make(work=work)
    if arguments.json:
        print_json({**backup_json(made.backup, ""), "is_new": made.is_new, "seconds": round(made.seconds, 1)})
    elif made.is_new:
        print_line(f"{made.backup.name}: {_size(made.backup.bytes)}, {made.seconds:.1f} s, checked")
    else:
        print_line(f"Nothing changed since {made.backup.name}; no other backup is needed.")


def _list(backups: Backups, arguments: argparse.Namespace, _work: Work) -> None:
    listed = backups.listed()
    if arguments.json:
        print_json({"folder": listed.folder, "items": [backup_json(one, one.problem) for one in listed.items]})
        return
    print_line(listed.why_not or f"{len(listed.items)} in {listed.folder}")
    for one in listed.items:
        print_line(f"  {one.name}  {_when(one)}  {_size(one.bytes):>8}  {_reason(one)}{_problem(one)}")


def _verify(backups: Backups, arguments: argparse.Namespace, work: Work) -> None:
    facts = backups.verify(arguments.name, work)
    if arguments.json:
        print_json({"name": arguments.name, "verified": True, "counts": facts.counts})
    else:
        print_line(f"{arguments.name} is whole: {facts.counts.get('adapter', 0):,} LoRAs")


def _restore(backups: Backups, arguments: argparse.Namespace, work: Work) -> None:
    found = backups.differences(arguments.name)
    if not arguments.yes:
        _ask(found, arguments.name)
    restored = restored_json(backups.restore(arguments.name, work))
    if arguments.lora_dir:
        try:
            restored["scan"] = _look_at_folders(arguments)
        except LoraManagerError as error:  # it is brought back all the same
            restored["notes"].append(NOT_LOOKED_AT.format(error=error))
    if arguments.json:
        print_json({**restored, "differences": differences_json(found)})
        return
    print_line(f"{arguments.name} is back, in {restored['seconds']} s.")
    for note in restored["notes"]:
        print_line(note)
    if restored["safety"]:
        print_line(f"To undo this: backup restore {restored['safety']}")
    if restored["aside"]:
        print_line(f"What was in its place lies in {restored['aside']}")
    if not arguments.lora_dir:
        print_line("Now scan your LoRA folders, so that the catalogue knows what they hold today.")


def _look_at_folders(arguments: argparse.Namespace) -> dict[str, int]:
    """Let the catalogue know what the folders hold today."""
    with opened(arguments) as app:
        app.look_for_lost_files()
        report = app.scan()
    return {"found": report.found, "added": report.added, "updated": report.updated, "removed": report.removed}


def _ask(found: Differences, name: str) -> None:
    """Show what differs, and ask. Raises LoraManagerError for a no, BadInputError where nobody can answer."""
    for line in _in_words(found):
        sys.stderr.write(line + "\n")
    if not sys.stdin.isatty():
        raise BadInputError(f"Say --yes to bring {name} back.")
    sys.stderr.write(f"Bring {name} back? A safety copy of what is there now is made first. [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().casefold() not in ("y", "yes"):
        raise LoraManagerError("Nothing was changed.")


def _in_words(found: Differences) -> list[str]:
    if found.unreadable:
        return [f"The database cannot be read ({found.unreadable}); it is put aside and the backup takes its place."]
    lines = [
        f"  {count:,} {what}{': ' + ', '.join(names) + (' ...' if count > len(names) else '') if names else ''}"
        for count, what, names in (
            (found.only_now, "LoRAs were added since, and are found again by the next scan", found.names_now),
            (found.only_then, "LoRAs are only in the backup", found.names_then),
            (found.edited_since, "LoRAs have other edits now: they get those of then", ()),
        )
        if count
    ]
    lines += [
        f"  {_TABLES[table.name]}: {table.now or 0:,} now, {table.then:,} then"
        for table in found.tables
        if table.name in _TABLES
    ]
    return [f"The backup is of {found.created_at[:16].replace('T', ' ')} (UTC).", *(lines or ["  Nothing differs."])]


def _when(one: Backup) -> str:
    return one.created_at[:16].replace("T", " ")


def _reason(one: Backup) -> str:
    return _REASONS.get(one.reason, one.reason.replace("_", " "))


def _problem(one: Backup) -> str:
    return f", damaged: {one.problem}" if one.problem else ""


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


_ACTIONS: dict[str, Callable[[Backups, argparse.Namespace, Work], Any]] = {
    "now": _now,
    "list": _list,
    "verify": _verify,
    "restore": _restore,
}
