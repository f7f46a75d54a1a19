"""The command that tells what was learned, and corrects it."""

from __future__ import annotations

import argparse
from typing import Any

from lora_manager.api.serialise_learning import evidence_json, preference_json
from lora_manager.application import Application
from lora_manager.cli.opening import opened
from lora_manager.cli.output import print_json, print_line
from lora_manager.db.preferences import KINDS

_PINS: dict[str, int | None] = {"like": 1, "dislike": -1, "unpin": None}
_BEHIND_LAST = 2**63
"""What a database's integer no longer holds."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `preferences` takes."""
    parser.add_argument("--kind", choices=KINDS, default="", help="only of this kind")
    parser.add_argument("--limit", type=_number, default=50)
    parser.add_argument("--user", default="", metavar="NAME", help="of this user, where the host has logins")
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--evidence", type=_number, metavar="NUMBER", help="what one was learned of")
    one.add_argument("--like", type=_number, metavar="NUMBER", help="say that it is liked, whatever was learned")
    one.add_argument("--dislike", type=_number, metavar="NUMBER", help="say that it is not liked")
    one.add_argument("--unpin", type=_number, metavar="NUMBER", help="go by what was learned again")
    one.add_argument("--forget", type=_number, metavar="NUMBER", help="have what was learned until now count no more")
    one.add_argument("--reset", action="store_true", help="forget everything that was learned")
    one.add_argument("--restore", metavar="TOKEN", help="take a --forget or --reset back")


def _number(text: str) -> int:
    value = int(text)
    if not 0 <= value < _BEHIND_LAST:
        raise argparse.ArgumentTypeError("must be a number from 0")
    return value


def preferences(arguments: argparse.Namespace) -> None:
    """Tell what was learned, or correct it."""
    with opened(arguments) as app:
        app.learning.catch_up()
        answer = _changed(app, arguments)
        if answer is None:
            answer = _evidence(app, arguments) if arguments.evidence is not None else _listed(app, arguments)
    if arguments.json:
        print_json(answer)
        return
    for line in _lines(answer):
        print_line(line)


def _changed(app: Application, arguments: argparse.Namespace) -> dict[str, Any] | None:
    """Do what the arguments ask for; None where they only look."""
    for name, pinned in _PINS.items():
        number = getattr(arguments, name)
        if number is not None:
            return preference_json(app.learning.pin(arguments.user, number, pinned))
    if arguments.forget is not None or arguments.reset:
        return {"undo": app.learning.forget(arguments.user, arguments.forget)}
    if arguments.restore is not None:
        app.learning.restore(arguments.user, arguments.restore)
        return {}
    return None


def _evidence(app: Application, arguments: argparse.Namespace) -> dict[str, Any]:
    found = app.learning.evidence(arguments.user, arguments.evidence, arguments.limit)
    return {"items": [evidence_json(one) for one in found]}


def _listed(app: Application, arguments: argparse.Namespace) -> dict[str, Any]:
    total, items = app.learning.page(arguments.user, arguments.kind, arguments.limit, 0)
    return {"total": total, "learning": app.learning.is_on, "items": [preference_json(one) for one in items]}


def _lines(answer: dict[str, Any]) -> list[str]:
    if "undo" in answer:
        return [f"Forgotten. preferences --restore {answer['undo']} takes it back."]
    if "items" not in answer:
        return [_line(answer)] if answer else ["What was forgotten counts again."]
    lines = [_line(item) for item in answer["items"]]
    if answer.get("learning") is False:
        lines.append("Nothing is learned: the setting learning is off.")
    return lines or ["Nothing was learned yet."]


def _line(item: dict[str, Any]) -> str:
    if "at" in item:
        name = item["adapter"]["name"] if item["adapter"] else "(gone)"
        return f"{item['at']}  {item['id']:6d}  {item['kind']}  {name}  {item['effect']:+.2f}"
    said = {1: "  liked (you said so)", -1: "  not liked (you said so)"}.get(item["pinned"], "")
    interval = f"{item['mean']:.2f} ({item['low']:.2f} to {item['high']:.2f})"
    return f"{item['id']:6d}  {item['kind']}  {item['label']}  {interval}  {item['evidence']} times{said}"
