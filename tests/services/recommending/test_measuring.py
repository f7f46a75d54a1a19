from __future__ import annotations

import pytest

from lora_manager.services.recommending.measuring import Query, beside, report_of
from tests.search.ranking.library import FACTS, small_index


def test_a_report_goes_by_mode_and_archetype() -> None:
    queries = [Query(str(n), "prompt", "x", frozenset({name})) for n, name in enumerate(["a", "b", "a"])]
    runs = {"recommended": [["a"], ["a", "b"], ["a"]], "text": [["b"], ["b"], []]}
    found = report_of(queries, runs, {"a": "style"})["prompt"]
    assert found["recommended"]["mrr@10"]["mean"] == pytest.approx(2.5 / 3, abs=1e-4)
    assert found["better_than_text"]["mean"] == pytest.approx(0.5, abs=1e-4)
    assert found["archetypes"]["style"]["queries"] == 2
    assert found["archetypes"]["unknown"]["mrr@10"]["mean"] == 0.5


def test_simpler_ways_to_compare_with() -> None:
    stems = {facts.id: facts.file_name for facts in FACTS}
    queries = [Query("1", "prompt", "a glass fox", frozenset({"glass_fox"}))] * 2
    runs = beside(small_index(), queries, stems)
    assert set(runs) == {"text", "popularity", "random"}
    assert runs["text"][0][0] == "glass_fox"
    assert all(sorted(run[0]) == sorted(stems.values()) for name, run in runs.items() if name != "text")
    assert beside(small_index(), queries, stems) == runs
