from __future__ import annotations

import json
from pathlib import Path

import pytest

from lora_manager.cli.main import BAD_USAGE
from tests.cli.conftest import Run

Library = tuple[str, ...]


def _written(path: Path, *rows: object) -> str:
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return str(path)


def test_recommending_is_measured_beside_simpler_ways(run: Run, library: Library, tmp_path: Path) -> None:
    queries = _written(
        tmp_path / "queries.jsonl",
        {"qid": "1", "mode": "natural", "prompt": "an amber lantern at night", "relevant": ["amber"]},
        {"qid": "2", "mode": "natural", "prompt": "moth wings", "relevant": ["moth"]},
        {"qid": "3", "mode": "strict", "prompt": "nothing of it", "relevant": ["moth"]},
    )
    report = run("evaluate", queries, *library, "--json").document
    natural = report["modes"]["natural"]
    assert natural["queries"] == 2
    assert natural["recommended"]["mrr@10"]["mean"] == 1
    assert set(natural) > {"recommended", "text", "popularity", "random", "better_than_text", "archetypes"}
    assert sum(found["queries"] for found in natural["archetypes"].values()) == 2
    assert report["modes"]["strict"]["recommended"]["hit@10"] == {"mean": 0, "low": 0, "high": 0}
    assert "natural: 2 prompts" in run("evaluate", queries, *library).out


@pytest.mark.parametrize("line", ["x", "[]", '{"qid": 1}', '{"qid": 1, "prompt": "a", "relevant": []}', ""])
def test_what_is_no_query_is_bad_usage(run: Run, library: Library, tmp_path: Path, line: str) -> None:
    assert run("evaluate", _written(tmp_path / "queries.jsonl", line), *library).code == BAD_USAGE


def test_files_that_are_not_there_are_bad_usage(run: Run, library: Library, tmp_path: Path) -> None:
    assert run("evaluate", str(tmp_path / "none"), *library).code == BAD_USAGE
    queries = _written(tmp_path / "queries.jsonl", {"qid": "1", "prompt": "moth", "relevant": ["moth"]})
    ran = run("evaluate", queries, "--ranker", queries, *library)
    assert (ran.code, ran.out) == (BAD_USAGE, "")
