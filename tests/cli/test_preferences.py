from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def learned(run: Run, library: tuple[str, ...]) -> dict[str, Any]:
    """What was learned of two ratings, by kind and label."""
    assert run("edit", "amber", "--set", "rating=5", *library).code == 0
    assert run("edit", "moth", "--set", "rating=1", *library).code == 0
    items = run("preferences", "--json", *library).document["items"]
    return {f"{item['kind']} {item['label']}": item for item in items}


def test_what_was_learned_is_listed(run: Run, library: tuple[str, ...], learned: dict[str, Any]) -> None:
    assert learned["adapter Amber Lantern"]["mean"] > learned["adapter Moth"]["mean"]
    only = run("preferences", "--kind", "adapter", "--limit", "1", "--json", *library).document
    assert (only["total"], len(only["items"]), only["learning"]) == (2, 1, True)
    said = run("preferences", *library).out
    assert "Amber Lantern" in said
    assert " to " in said


def test_the_evidence_of_one(run: Run, library: tuple[str, ...], learned: dict[str, Any]) -> None:
    number = str(learned["adapter Moth"]["id"])
    (item,) = run("preferences", "--evidence", number, "--json", *library).document["items"]
    assert (item["kind"], item["value"]) == ("adapter_rated", 1.0)
    assert "adapter_rated  Moth  -3.00" in run("preferences", "--evidence", number, *library).out


def test_pins(run: Run, library: tuple[str, ...], learned: dict[str, Any]) -> None:
    number = str(learned["adapter Moth"]["id"])
    assert run("preferences", "--like", number, "--json", *library).document["pinned"] == 1
    assert "not liked (you said so)" in run("preferences", "--dislike", number, *library).out
    assert run("preferences", "--unpin", number, "--json", *library).document["pinned"] is None
    assert run("preferences", "--like", "999", *library).code == 1


def test_forgetting_is_taken_back(run: Run, library: tuple[str, ...], learned: dict[str, Any]) -> None:
    said = run("preferences", "--reset", *library).out
    assert "Nothing was learned yet." in run("preferences", *library).out
    token = said.split("--restore ")[1].split()[0]
    assert "counts again" in run("preferences", "--restore", token, *library).out
    assert len(run("preferences", "--json", *library).document["items"]) == len(learned)
    number = str(learned["adapter Moth"]["id"])
    undo = run("preferences", "--forget", number, "--json", *library).document["undo"]
    assert run("preferences", "--restore", undo, "--json", *library).document == {}


def test_while_learning_is_off_it_is_said(run: Run, library: tuple[str, ...]) -> None:
    assert run("settings", "learning=false", *library).code == 0
    assert "the setting learning is off" in run("preferences", *library).out


@pytest.mark.parametrize("words", [("--limit", "-1"), ("--like", str(2**63)), ("--like", "x"), ("--kind", "colour")])
def test_bad_usage(run: Run, root: Path, words: tuple[str, ...]) -> None:
    assert run("preferences", *words, "--lora-dir", root).code == 2
