from __future__ import annotations

import os
from pathlib import Path

import pytest

from lora_manager.cli.main import BAD_USAGE, FAILED
from tests.cli.conftest import Run
from tests.helpers.network_files import write_network_file

Library = tuple[str, ...]
ITEM = {"id", "name", "tag_name", "file_path", "base_model", "triggers", "weight", "score"}


# --- scan ------------------------------------------------------------------------------------------------------------


def test_scan_prints_one_document_with_every_figure(run: Run, root: Path) -> None:
    report = run("scan", "--lora-dir", root, "--json").document
    assert set(report) == {
        "found", "added", "updated", "unchanged", "removed", "incomplete", "problems", "seconds", "files_per_second",
        "roots_offline", "cancelled",
    }  # fmt: skip
    assert (report["found"], report["added"]) == (3, 3)
    (problem,) = report["problems"]
    assert set(problem) == {"path", "kind", "message"}
    assert (problem["path"], problem["kind"]) == (str(root / "broken.safetensors"), "bad_header")
    again = run("scan", "--lora-dir", root, "--json").document
    assert (again["unchanged"], len(again["problems"])) == (3, 1)
    assert run("scan", "--lora-dir", root, "--json", "--force").document["updated"] == 3


def test_scan_says_the_same_to_people(run: Run, root: Path) -> None:
    ran = run("scan", "--lora-dir", root)
    assert ran.code == 0
    assert "3 files: 3 added" in ran.out
    assert f"bad_header: {root / 'broken.safetensors'}" in ran.out


def test_a_folder_that_is_away_is_said_and_the_others_are_scanned(run: Run, root: Path, tmp_path: Path) -> None:
    away = tmp_path / "away"
    report = run("scan", "--lora-dir", root, "--lora-dir", away, "--json").document
    assert (report["found"], report["roots_offline"]) == (3, [str(away)])
    assert f"offline: {away}" in run("scan", "--lora-dir", root, "--lora-dir", away).out


def test_a_database_can_be_named_by_path_and_by_address(run: Run, root: Path, tmp_path: Path) -> None:
    file = tmp_path / "own" / "library.sqlite3"
    assert run("scan", "--lora-dir", root, "--db", file, "--json").document["added"] == 3
    assert run("scan", "--lora-dir", root, "--db", f"sqlite:///{file}", "--json").document["unchanged"] == 3
    assert run("search", "moth", "--db", file, "--json").document["total"] >= 1
    assert not (tmp_path / "state" / "lora_manager.sqlite3").exists()


# --- search and show -------------------------------------------------------------------------------------------------


def test_search_prints_items_with_their_keys(run: Run, library: Library, root: Path) -> None:
    found = run("search", "lantern", *library, "--json").document
    assert set(found) == {"total", "items", "suggestion"}
    item = found["items"][0]
    assert set(item) == ITEM
    assert item == {
        "id": item["id"],
        "name": "Amber Lantern",
        "tag_name": "amber",
        "file_path": str(root / "amber.safetensors"),
        "base_model": "SD 1.5",
        "triggers": ["lantern light"],
        "weight": 0.7,
        "score": item["score"],
    }
    assert item["score"] > 0
    everything = run("search", "", *library, "--json").document
    assert everything["total"] == 4
    assert {item["score"] for item in everything["items"]} == {None}


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (("--tag", "moth"), ["Moth"]),
        (("--folder", "style"), ["Moth"]),
        (("--base", "SD 1.5", "--sort=-name"), ["v1.5", "Moth", "Amber Lantern"]),
        (("--favourite",), []),
        (("--limit", "1", "--offset", "1"), ["broken"]),
        (("--limit", "0"), []),
        (("--limit", "99999"), ["Amber Lantern", "broken", "Moth", "v1.5"]),
    ],
)
def test_search_takes_filters(run: Run, library: Library, options: Library, names: list[str]) -> None:
    found = run("search", "", *library, *options, "--json").document
    assert [item["name"] for item in found["items"]] == names


def test_search_says_the_same_to_people(run: Run, library: Library) -> None:
    ran = run("search", "lantern", *library)
    assert ran.out.startswith("2 of 4\n")
    assert "<lora:amber:0.7>" in ran.out


def test_a_query_may_begin_with_a_minus(run: Run, library: Library) -> None:
    everything = run("search", "", *library, "--json").document["total"]
    without = run("search", "-lantern", *library, "--json").document
    assert without["total"] == everything - 2
    assert run("search", *library, "--json", "-lantern").document == without


def test_what_finds_nothing_names_the_nearest_spelling(run: Run, library: Library) -> None:
    ran = run("search", "lantrn", *library)
    assert ran.out.startswith("0 of 4\n")
    assert "Did you mean: lantern" in ran.out


def test_a_mistake_is_shown_where_it_is(run: Run, library: Library) -> None:
    ran = run("search", "lantern rank:x", *library)
    assert ran.code == BAD_USAGE
    assert "  lantern rank:x\n               ^" in ran.err
    assert "Fields are name" in run("search", "colour:red", *library).out


def test_an_unknown_sort_is_bad_usage(run: Run, library: Library) -> None:
    ran = run("search", "", *library, "--sort", "nonsense")
    assert ran.code == BAD_USAGE
    assert "relevance" in ran.err


@pytest.mark.parametrize("name", ["amber", "amber.safetensors", "ID"])
def test_show_prints_everything_on_record(run: Run, library: Library, name: str) -> None:
    known = run("search", "amber", *library, "--json").document["items"][0]
    record = run("show", str(known["id"]) if name == "ID" else name, *library, "--json").document
    assert set(record) >= ITEM | {"description_html", "tags", "files", "sidecars", "extra", "sources", "stats"}
    assert (record["name"], record["tags"]) == ("Amber Lantern", ["lantern", "style"])
    assert "name: Amber Lantern" in run("show", name if name != "ID" else str(known["id"]), *library).out


@pytest.mark.parametrize(
    ("name", "stem"),
    [("v1.5", "v1.5"), ("v1.5.safetensors", "v1.5"), ("style/moth", "Moth"), ("style/moth.safetensors", "Moth")],
)
def test_a_lora_goes_by_tag_name_and_by_path(run: Run, library: Library, name: str, stem: str) -> None:
    assert run("show", name, *library, "--json").document["name"] == stem


@pytest.mark.parametrize("name", ["nowhere", "999", "9" * 40, "²", "", "-1", "a/b/c", "\ud800"])
def test_what_is_not_there_is_a_failure(run: Run, library: Library, name: str) -> None:
    ran = run("show", "--", name, *library) if name.startswith("-") else run("show", name, *library)
    assert (ran.code, ran.out) in ((FAILED, ""), (BAD_USAGE, ""))
    assert "Traceback" not in ran.err


def test_a_file_that_is_called_like_a_number_is_found(run: Run, root: Path) -> None:
    write_network_file(root / "777.safetensors")
    arguments = ("--lora-dir", str(root))
    run("scan", *arguments)
    assert run("show", "777", *arguments, "--json").document["name"] == "777"


# --- compose -------------------------------------------------------------------------------------------------------


def test_compose_prints_the_prompt(run: Run, library: Library) -> None:
    ran = run("compose", "a night", "--add", "amber", "--add", "style/moth:0.5", *library)
    assert ran.out == "a night, lantern light <lora:amber:0.7>, moth wings <lora:moth:0.5>\n"
    composed = run("compose", ran.out.strip(), "--remove", "amber", *library, "--json").document
    assert set(composed) == {"prompt", "added", "removed", "adapters"}
    assert composed["prompt"] == "a night, moth wings <lora:moth:0.5>"
    assert [item["tag_name"] for item in composed["adapters"]] == ["moth"]
    assert run("compose", *library, "--json").document["prompt"] == ""


@pytest.mark.parametrize(
    ("option", "code"),
    [
        ("amber:heavy", BAD_USAGE),
        ("amber:nan", BAD_USAGE),
        ("amber:1000", BAD_USAGE),
        ("nowhere", FAILED),
        ("no:0.5", FAILED),
    ],
)
def test_what_cannot_be_added_is_said(run: Run, library: Library, option: str, code: int) -> None:
    ran = run("compose", "x", "--add", option, *library)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith("error: ")


def test_a_name_that_could_harm_a_terminal_is_shown_harmless(run: Run, root: Path) -> None:
    if os.name == "nt":
        pytest.skip("Windows cannot hold such a name")
    write_network_file(root / "a\x1b[31mred.safetensors", seed=1)
    arguments = ("--lora-dir", str(root))
    assert "\x1b" not in run("scan", *arguments).out
    assert "\\x1b[31mred" in run("search", "31mred", *arguments).out
