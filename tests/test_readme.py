"""The README names every command and every option that a user meets: one that is forgotten fails here."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

import dev
from lora_manager.cli.main import make_parser

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")


def _commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    action = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return dict(action.choices)


@pytest.mark.parametrize("name", _commands(make_parser()))
def test_every_command_is_in_the_readme(name: str) -> None:
    assert f"| `{name}" in README


@pytest.mark.parametrize("command", ["run", "test"])
def test_every_option_of_dev_is_in_the_readme(command: str) -> None:
    assert f"python dev.py {command}" in README
    options = [max(action.option_strings, key=len) for action in _commands(dev.parser())[command]._actions]
    assert [option for option in options if option != "--help" and f"`{option}" not in README] == []
