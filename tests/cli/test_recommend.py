from __future__ import annotations

import json
from pathlib import Path

import pytest

from lora_manager.cli.main import BAD_USAGE, FAILED
from tests.cli.conftest import Run
from tests.helpers.network_files import lora_tensors, write_network_file

Library = tuple[str, ...]


def test_recommend_prints_items_with_reasons(run: Run, library: Library, root: Path) -> None:
    found = run("recommend", "an amber lantern", *library, "--json").document
    assert set(found) == {"kind", "reason", "concepts", "items", "family", "encoder", "preparing"}
    item = found["items"][0]
    assert (item["name"], item["matched"]) == ("Amber Lantern", ["amber", "lantern"])
    assert item["file_path"] == str(root / "amber.safetensors")
    assert item["triggers"] == ["lantern light"]
    assert "“amber”" in item["reason"] or "prompt" in item["reason"]
    assert "Amber Lantern" in run("recommend", "an amber lantern", *library).out
    nothing = run("recommend", "submarine", *library, "--json").document
    assert nothing["items"] == []
    assert nothing["reason"] in run("recommend", "submarine", *library).out


def test_loras_to_go_with_are_named(run: Run, library: Library) -> None:
    found = run("recommend", "moth", "--with", "amber", *library, "--json").document
    assert (found["kind"], [item["name"] for item in found["items"]]) == ("with", ["Moth"])
    assert run("recommend", "--with", "nowhere", *library).code == FAILED


@pytest.mark.parametrize(
    ("kind", "prompt"), [("trigger", "moth wings"), ("description", "moth"), ("forgotten", "moth")]
)
def test_every_kind_can_be_asked(run: Run, library: Library, kind: str, prompt: str) -> None:
    found = run("recommend", prompt, "--kind", kind, *library, "--json").document
    assert (found["kind"], found["items"][0]["name"]) == (kind, "Moth")


def test_a_base_model_narrows_the_list(run: Run, library: Library, root: Path) -> None:
    write_network_file(root / "grand lantern.safetensors", lora_tensors(width=2048))
    run("scan", *library)
    found = run("recommend", "lantern", "--base", "SDXL", *library, "--json").document
    assert [item["name"] for item in found["items"]] == ["grand lantern"]
    assert run("recommend", "lantern", "--base", "nonsense", *library).code == BAD_USAGE
    assert len(run("recommend", "lantern", *library, "--json").document["items"]) >= 2


def test_nothing_to_recommend_for_is_bad_usage(run: Run, library: Library) -> None:
    ran = run("recommend", *library)
    assert (ran.code, ran.out) == (BAD_USAGE, "")
    assert "PROMPT" in ran.err


def test_a_batch_answers_every_line_and_names_the_broken_ones(run: Run, library: Library, tmp_path: Path) -> None:
    queries, answers = tmp_path / "queries.jsonl", tmp_path / "run.jsonl"
    lines = [
        json.dumps({"qid": "a", "prompt": "an amber lantern <lora:x:1>"}),
        "{broken",
        "",
        json.dumps({"qid": 7, "prompt": "submarine"}),
        json.dumps({"qid": "b"}),
        json.dumps(["a"]),
        json.dumps({"qid": None, "prompt": "x"}),
        "[" * 100_000,
        '{"qid": "c", "prompt": "moth \\ud800"}',
    ]
    queries.write_bytes("\n".join(lines).encode() + b"\n\xff\xfe\n")
    ran = run("recommend", "--batch", queries, "--out", answers, *library, "--json")
    told = ran.document
    assert (told["queries"], len(told["skipped"])) == (3, 6)
    for number in (2, 5, 6, 7, 8, 10):
        assert f"{queries}:{number}:" in ran.err
    written = [json.loads(line) for line in answers.read_text(encoding="utf-8").splitlines()]
    assert [(one["qid"], one["ranked"][:1]) for one in written] == [("a", ["amber"]), ("7", []), ("c", ["moth"])]
    printed = run("recommend", "--batch", queries, *library).out
    assert [json.loads(line) for line in printed.splitlines()] == written


def test_a_batch_takes_every_family_unless_one_is_named(run: Run, library: Library, root: Path, tmp_path: Path) -> None:
    write_network_file(root / "grand lantern.safetensors", lora_tensors(width=2048))
    run("scan", *library)
    queries = tmp_path / "queries.jsonl"
    queries.write_text('{"qid": "a", "prompt": "lantern"}\n', encoding="utf-8")
    everything = json.loads(run("recommend", "--batch", queries, *library).out)["ranked"]
    assert {"amber", "grand lantern"} <= set(everything)
    assert json.loads(run("recommend", "--batch", queries, "--base", "SDXL", *library).out)["ranked"] == [
        "grand lantern"
    ]


def test_files_that_cannot_be_used_are_bad_usage(run: Run, library: Library, tmp_path: Path) -> None:
    assert run("recommend", "--batch", tmp_path / "nowhere", *library).code == BAD_USAGE
    queries = tmp_path / "queries.jsonl"
    queries.write_text('{"qid": "a", "prompt": "lantern"}\n', encoding="utf-8")
    assert run("recommend", "--batch", queries, "--out", tmp_path / "no" / "run", *library).code == BAD_USAGE


def test_similar_prints_items(run: Run, library: Library) -> None:
    found = run("similar", "amber", *library, "--json").document
    assert set(found) == {"by", "available", "reason", "items"}
    assert all(item["name"] != "Amber Lantern" for item in found["items"])
    said = run("similar", "amber", *library).out
    assert (found["reason"] or found["items"][0]["name"]) in said
    assert run("similar", "nowhere", *library).code == FAILED
