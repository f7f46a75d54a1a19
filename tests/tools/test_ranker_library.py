from __future__ import annotations

import json
from pathlib import Path

from lora_manager.search.ranking.index import Priors
from tests.helpers.network_files import lora_tensors, write_network_file
from tests.search.ranking.library import FACTS
from tools.ranker_library import Library, Query, hold_out, is_near, read_library, read_queries

LIBRARY = Library(tuple(FACTS), {facts.id: Priors(author=facts.author) for facts in FACTS})


def test_a_folder_is_read_as_the_application_reads_it(tmp_path: Path) -> None:
    root = tmp_path / "Lora"
    write_network_file(root / "amber.safetensors", lora_tensors())
    record = {"name": "Amber", "modelVersions": [{"id": 1, "trainedWords": ["amber light"], "files": [], "images": []}]}
    (root / "amber.json").write_text(json.dumps(record))
    library = read_library(root)
    assert [one.file_name for one in library.facts] == ["amber"]
    queries = tmp_path / "queries.jsonl"
    rows = [
        {"qid": str(n), "mode": "natural", "prompt": "x", "relevant": [name]} for n, name in enumerate(("amber", "o"))
    ]
    queries.write_text("\n".join(map(json.dumps, rows)) + "\n")
    assert read_queries(queries, library) == [Query("0", "natural", "x", library.facts[0].id)]
    assert library.index().count == 1


def test_another_example_is_held_out() -> None:
    asked = [Query("1", "natural", "amber lantern in a storm, rain", 1)]
    library, found = hold_out(LIBRARY, asked, 3)
    assert {query.mode for query in found} == {"natural", "strict"}
    assert {query.relevant for query in found} == {1}
    prompts = {query.mode: query.prompt for query in found}
    left = [example.text for example in library.facts[0].examples]
    assert prompts["natural"] not in left
    assert asked[0].prompt in left
    assert "lantern" not in prompts["strict"].split()
    assert hold_out(LIBRARY, asked, 3)[1] == found


def test_parts_of_a_library() -> None:
    assert not any(one.examples for one in LIBRARY.without_examples().facts)
    halves = [LIBRARY.half(1, part).facts for part in (0, 1)]
    assert sorted(one.id for half in halves for one in half) == [one.id for one in FACTS]


def test_nearly_the_same() -> None:
    assert is_near({"a", "b", "c"}, {"a", "b", "c", "d"})
    assert not is_near({"a", "b"}, {"a", "c"})
