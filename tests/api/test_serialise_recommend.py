from __future__ import annotations

import json

from lora_manager.api.serialise_recommend import similar_json, suggestions_json
from lora_manager.services.recommending.suggestions import Concept, Similar, Suggestions


def test_an_answer_is_plain_json() -> None:
    answer = Suggestions("x", "prompt", "why", (), [Concept("rain", 0, 4, (7,))], "SDXL", "mini", (1, 2))
    found = json.loads(json.dumps(suggestions_json(answer), allow_nan=False))
    assert found["concepts"] == [{"text": "rain", "start": 0, "end": 4, "ids": [7]}]
    assert (found["preparing"], found["encoder"]) == ({"done": 1, "total": 2}, "mini")
    assert suggestions_json(Suggestions("x", "prompt", ""))["preparing"] is None


def test_what_is_similar_is_plain_json() -> None:
    found = similar_json(Similar("x", "text", ("text",), ""))
    assert found == {"session": "x", "by": "text", "available": ["text"], "reason": "", "items": []}
