"""The commands that write sidecars and lists, tell what is there more than once, and set what can be set."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from lora_manager.api.duplicates import duplicates_json
from lora_manager.application import Application
from lora_manager.cli.editing import add_selection, do_now, report, selected
from lora_manager.cli.opening import opened
from lora_manager.cli.output import print_json, print_line
from lora_manager.db.duplicates import FILE, KINDS
from lora_manager.errors import BadInputError
from lora_manager.formats.file_replace import write_file
from lora_manager.services.export import CSV, FORMATS
from lora_manager.services.export_sidecars import FORMAT as CIVITAI_INFO
from lora_manager.services.settings import settings_json
from lora_manager.services.write_back import ALL, EDITED


def add_write_back_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `write-back` takes."""
    add_selection(parser)
    parser.add_argument("--all-fields", action="store_true", help="show also what was not set by hand")
    parser.add_argument("--dry-run", action="store_true", help="only tell which files would be written")


def add_export_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `export` takes."""
    add_selection(parser)
    parser.add_argument("--format", choices=(*FORMATS, CIVITAI_INFO), default=CSV, help="a list, or sidecars")
    parser.add_argument("--output", metavar="FILE", type=Path, help="where the list goes; else to stdout")
    parser.add_argument("--replace", action="store_true", help="write over sidecars that are there")
    parser.add_argument("--dry-run", action="store_true", help="only tell which sidecars would be written")


def add_duplicates_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `duplicates` takes."""
    parser.add_argument("--kind", choices=KINDS, default=FILE)
    parser.add_argument("--limit", type=int, default=30)
    parser.add_argument("--offset", type=int, default=0)


def add_settings_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `settings` takes."""
    parser.add_argument("set", metavar="NAME=VALUE", nargs="*", help="what to set; nothing shows all")


def write_back(arguments: argparse.Namespace) -> int:
    """Write what was edited into the sidecars of A1111 and SDNext."""
    with opened(arguments) as app:
        return _do(app, arguments, "write_back", {"fields": ALL if arguments.all_fields else EDITED})


def export(arguments: argparse.Namespace) -> int:
    """Write a list of LoRAs, or sidecars in Civitai Helper's form."""
    with opened(arguments) as app:
        if arguments.format == CIVITAI_INFO:
            return _do(app, arguments, "export_sidecars", {"format": CIVITAI_INFO, "replace": arguments.replace})
        if arguments.json:
            raise BadInputError(f"A list is a document already: use --format {FORMATS[1]} in place of --json.")
        parts = app.exporter.parts(selected(app, arguments), arguments.format)
        if arguments.output is None:
            for part in parts:
                sys.stdout.buffer.write(part)
            sys.stdout.buffer.flush()
            return 0
        try:
            write_file(arguments.output.absolute(), b"".join(parts))
        except OSError as error:
            raise BadInputError(f"{arguments.output} cannot be written ({error.strerror or error}).") from error
        return 0


def duplicates(arguments: argparse.Namespace) -> None:
    """Tell which LoRAs are there more than once, and which to keep."""
    with opened(arguments) as app:
        page = app.duplicates.page(arguments.kind, arguments.limit, arguments.offset)
    if arguments.json:
        print_json(duplicates_json(page))
        return
    for group in page.items:
        sure = "" if group.confirmed else " (not compared yet: the hash command does)"
        print_line(f"{group.items[0].found.card.name}: {group.why}{sure}")
        for item in group.items:
            mark = "keep" if item.found.card.id == group.keep else "    "
            name = f" -> {item.suggested_name}" if item.suggested_name else ""
            print_line(f"  {mark} {item.found.card.relative_path}{name}")
    counts = ", ".join(f"{count} by {kind}" for kind, count in page.groups.items())
    print_line(f"Groups: {counts}. {page.bytes / 1_000_000:.1f} MB could be freed here.")


def settings(arguments: argparse.Namespace) -> None:
    """Show what is set, or set it."""
    values = dict(_assignment(text) for text in arguments.set)
    with opened(arguments) as app:
        current = settings_json(app.settings.change(values) if values else app.settings.current())
    if arguments.json:
        print_json(current)
        return
    for name, value in current.items():
        print_line(f"{name}={json.dumps(value)}")


def _do(app: Application, arguments: argparse.Namespace, action: str, params: dict[str, Any]) -> int:
    ids = selected(app, arguments)
    if arguments.dry_run:
        return _tell_beforehand(app, arguments, action, params, ids)
    return report(arguments, {"selected": len(ids), "changes": [do_now(app, action, params, ids)]})


def _tell_beforehand(
    app: Application, arguments: argparse.Namespace, action: str, params: dict[str, Any], ids: list[int]
) -> int:
    found: Any = app.bulk.action(action)
    rows = found.preview(ids, found.check(params))
    if arguments.json:
        print_json([vars(row) for row in rows])
    else:
        for row in rows:
            unchanged = " (stays as it is)" if row.source == row.target else ""
            print_line(f"{row.target}: {row.problem}" if row.problem else f"{row.target}{unchanged}")
    return int(any(row.problem for row in rows))


def _assignment(text: str) -> tuple[str, Any]:
    """Return name and value of NAME=VALUE: true, false or a number."""
    name, equals, value = text.partition("=")
    try:
        if equals:
            return name, json.loads(value)
    except ValueError:
        pass
    raise BadInputError(f"'{text}' sets nothing; write NAME=VALUE with true, false or a number.")
