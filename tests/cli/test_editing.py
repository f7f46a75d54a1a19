from __future__ import annotations

import pytest

from tests.cli.conftest import Run


def test_one_is_edited_and_it_is_taken_back(run: Run, library: tuple[str, ...]) -> None:
    ran = run("edit", "amber", "--set", "name=007", "--set", "rating=4", "--set", "tags=a, b", *library)
    assert (ran.code, ran.out.startswith("1 of 1 changed (undo ")) == (0, True), ran.err
    shown = run("show", "amber", *library, "--json").document
    assert (shown["name"], shown["rating"], shown["tags"]) == ("007", 4, ["a", "b"])
    done = run("history", "amber", *library, "--json").document
    assert {item["field"] for item in done["items"]} == {"name", "rating", "tags"}
    assert done["items"][0]["by"] == "cli"
    taken_back = run("undo", *library).out
    assert "3 changes taken back" in taken_back
    assert "007: name" in taken_back
    assert "no set of changes 999" in run("undo", "999", *library).err
    assert run("show", "amber", *library, "--json").document["rating"] == 0
    assert "nothing to undo" in run("undo", *library).err


def test_all_that_a_search_finds_are_tagged(run: Run, library: tuple[str, ...]) -> None:
    total = run("search", "", *library, "--json").document["total"]
    answer = run("edit", "--query", "", "--add-tag", "new", "--set", "favourite=true", *library, "--json").document
    assert [result["changed"] for result in answer["changes"]] == [total, total]
    assert run("search", "tag:new is:favourite", *library, "--json").document["total"] == total
    assert run("search", "new", *library, "--json").document["total"] == total, "the words are found when it ends"
    numbers = [result["set_id"] for result in answer["changes"]]
    assert run("undo", str(numbers[0]), *library).code == 0
    listed = run("history", *library).out.splitlines()
    assert len(listed) == 3
    assert listed[2].endswith("undone")
    assert run("edit", "--query", "", "--reset", "tags", *library, "--json").document["changes"][0]["changed"] == total


def test_what_could_not_be_taken_back_is_named(run: Run, library: tuple[str, ...]) -> None:
    (first,) = run("edit", "amber", "--set", "rating=4", *library, "--json").document["changes"]
    run("edit", "amber", "--set", "rating=5", *library)
    ran = run("undo", str(first["set_id"]), *library)
    assert ran.code == 1
    assert "changed again since" in ran.out
    assert run("undo", "--json", *library).document["reverted"] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("amber", "--query", "x", "--set", "rating=1"), "Name LoRAs, or give --query"),
        (("--set", "rating=1"), "Name LoRAs, or give --query"),
        (("amber",), "Nothing to change"),
        (("amber", "--set", "rating"), "write FIELD=VALUE"),
        (("amber", "--set", "rating=many"), "rating: 'many' cannot be its value"),
        (("amber", "--set", "id=5"), "cannot be edited"),
        (("amber", "moth", "--set", "name=x"), "belongs to one LoRA"),
    ],
)
def test_what_cannot_be_is_refused(run: Run, library: tuple[str, ...], words: tuple[str, ...], said: str) -> None:
    ran = run("edit", *words, *library)
    assert ran.code == 2
    assert said in ran.err


def test_an_empty_history_says_so(run: Run, library: tuple[str, ...]) -> None:
    assert run("history", *library).out == "Nothing was changed yet.\n"
