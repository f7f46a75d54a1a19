"""The commands over the catalogue: scan, search, show, compose."""

from __future__ import annotations

import argparse
import os
from typing import Any

from lora_manager.api.serialise import composed_json, detail_json
from lora_manager.application import Application
from lora_manager.cli.opening import opened
from lora_manager.cli.output import ProgressBar, print_json, print_line
from lora_manager.db.catalogue import CatalogueQuery
from lora_manager.db.columns.choices import Choice
from lora_manager.db.details import adapter_detail
from lora_manager.errors import BadInputError, NotFoundError
from lora_manager.services.compose import Addition
from lora_manager.services.finding import FoundCard

_LONGEST_ID = 18
"""Digits that fit a database's integer."""


def scan(arguments: argparse.Namespace) -> None:
    """Scan the LoRA folders."""
    if not arguments.lora_dir:
        raise BadInputError("Name the LoRA folder to scan with --lora-dir DIR (repeatable).")
    bar = ProgressBar()
    with opened(arguments) as app:
        report = app.scan(force=arguments.force, on_progress=bar)
    bar.close()
    if arguments.json:
        print_json({**vars(report), "problems": [vars(problem) for problem in report.problems]})
        return
    print_line(
        f"{report.found} files: {report.added} added, {report.updated} updated, {report.unchanged} unchanged, "
        f"{report.removed} gone; {report.seconds:.2f} s, {report.files_per_second:.0f} files/s"
    )
    if report.incomplete:
        print_line(f"{report.incomplete} still being downloaded, as it seems; they are read again at the next scan")
    for path in report.roots_offline:
        print_line(f"offline: {path}")
    for problem in report.problems:
        print_line(f"{problem.kind}: {problem.path}: {problem.message}")


def search(arguments: argparse.Namespace) -> None:
    """Find LoRAs."""
    with opened(arguments) as app:
        query = CatalogueQuery(arguments.query, _choices(arguments), sort=arguments.sort, roots=app.roots())
        page = app.finder.page(query, min(arguments.limit, 200), arguments.offset)
    if arguments.json:
        items = [item_json(found) for found in page.items]
        print_json({"total": page.total, "items": items, "suggestion": page.suggestion})
        return
    print_line(f"{page.total} of {page.library_total}")
    for hint in page.hints:
        print_line(hint.message)
    if page.suggestion is not None:
        print_line(f"Did you mean: {page.suggestion}")
    for found in page.items:
        print_line(line_of(found))


def _choices(arguments: argparse.Namespace) -> tuple[Choice, ...]:
    found = [Choice("base", tuple(arguments.base)), Choice("tag", tuple(arguments.tag), needs_all=True)]
    if arguments.folder is not None:
        found.append(Choice("folder", (arguments.folder,)))
    if arguments.favourite:
        found.append(Choice("is", ("favourite",)))
    return tuple(choice for choice in found if choice.include)


def show(arguments: argparse.Namespace) -> None:
    """Show one LoRA."""
    with opened(arguments) as app:
        adapter_id = find_adapter(app, arguments.name)
        with app.database.read() as connection:
            detail = adapter_detail(connection, adapter_id)
            found = app.finder.found_cards(connection, [adapter_id])[0]
    record = {**item_json(found), **detail_json(found, detail)}
    if arguments.json:
        print_json(record)
        return
    for key, value in record.items():
        if value not in (None, "", [], {}) and key != "extra":
            print_line(f"{key}: {value}")


def compose(arguments: argparse.Namespace) -> None:
    """Put LoRAs into a prompt, or take them out."""
    with opened(arguments) as app:
        additions = [_addition(app, text) for text in arguments.add]
        removals = [find_adapter(app, name) for name in arguments.remove]
        composed = app.composer.compose(arguments.prompt, additions, removals)
    if arguments.json:
        print_json(composed_json(composed))
    else:
        print_line(composed.prompt)


def find_adapter(app: Application, name: str) -> int:
    """Return the id of the adapter with this id, tag name or relative path. Raises NotFoundError."""
    with app.database.read() as connection:
        if name.isdecimal() and len(name) <= _LONGEST_ID and app.finder.found_cards(connection, [int(name)]):
            return int(name)
        found = app.tag_names.resolve(connection, [name, os.path.splitext(name)[0]])
    for file in found.values():
        return file.adapter_id
    raise NotFoundError(f"No LoRA of the catalogue is called '{name}'. Use an id, a tag name or a path; try search.")


def _addition(app: Application, text: str) -> Addition:
    name, separator, weight = text.rpartition(":")
    if not separator:
        return Addition(find_adapter(app, text))
    try:
        return Addition(find_adapter(app, name), float(weight))
    except ValueError as error:
        raise BadInputError(f"'{weight}' is no weight; write NAME:0.8.") from error


def item_json(found: FoundCard) -> dict[str, Any]:
    """Return a card as the commands print it."""
    card = found.card
    return {
        "id": card.id,
        "name": card.name,
        "tag_name": found.tag_name,
        "file_path": os.path.join(card.root, card.relative_path),
        "base_model": card.base_model,
        "triggers": [word for group in card.trigger_groups for word in group],
        "weight": found.weight,
        "score": found.score,
    }


def line_of(found: FoundCard) -> str:
    """Return a card as one line for people."""
    words = ", ".join(word for group in found.card.trigger_groups[:1] for word in group)
    tag = f"<lora:{found.tag_name}:{found.weight:g}>"
    parts = [f"{found.card.id:6d}", found.card.name, found.card.base_model, tag, words]
    return "  ".join(part for part in parts if part)
