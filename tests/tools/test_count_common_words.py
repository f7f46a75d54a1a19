from __future__ import annotations

import json
from pathlib import Path

from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.search.insight.keywords import phrase_hash
from tools.count_common_words import FEWEST, rarities, read_facts


def test_what_every_adapter_has_is_not_rare() -> None:
    adapters = [AdapterFacts(n, tags=("everywhere", *(("red fox",) if n < FEWEST else ()))) for n in range(30)]
    found = rarities(adapters)
    assert found[phrase_hash("everywhere")] == 0
    assert found[phrase_hash("red fox")] == found[phrase_hash("fox")] > 100


def test_what_few_have_is_left_out() -> None:
    adapters = [AdapterFacts(n, tags=(f"only {n}",)) for n in range(FEWEST - 1)]
    assert rarities(adapters) == {}
    assert rarities([]) == {}


def test_records_are_read_with_all_their_tags(tmp_path: Path) -> None:
    record = {"id": 7, "name": "Fox", "tags": ["style", "fox"], "modelVersions": [{"name": "v1"}]}
    path = tmp_path / "models.jsonl"
    path.write_text(json.dumps(record) + "\n" + json.dumps({"id": 8, "name": "x"}), encoding="utf-8")
    (facts,) = read_facts(path)
    assert (facts.id, facts.tags) == (7, ("style", "fox"))
