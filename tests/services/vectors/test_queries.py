from __future__ import annotations

import numpy as np

from lora_manager.services.vectors.queries import QueryCache


def test_the_last_prompts_of_one_encoder_are_kept() -> None:
    cache = QueryCache(most=2)
    vectors = [np.full(3, value, np.float32) for value in range(3)]
    cache.put("e", "a", vectors[0])
    cache.put("e", "b", vectors[1])
    assert cache.get("e", "a") is vectors[0]
    cache.put("e", "c", vectors[2])
    assert cache.get("e", "b") is None, "asked for the longest ago"
    assert cache.get("e", "a") is vectors[0]
    assert cache.get("other", "a") is None
    cache.put("other", "a", vectors[1])
    assert cache.get("e", "a") is None
