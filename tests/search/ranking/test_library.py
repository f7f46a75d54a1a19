from __future__ import annotations

import numpy as np
import pytest

from lora_manager.errors import BadInputError
from lora_manager.search.ranking import library as module
from lora_manager.search.ranking.library import Priors, key_of
from tests.search.ranking.library import FACTS, adapter, item, small_index


def test_columns_by_position() -> None:
    index = small_index()
    assert index.ids.tolist() == [1, 2, 3, 4, 5, 6]
    assert index.count == 6
    assert index.example_counts.tolist() == [2, 1, 1, 1, 1, 0]
    assert index.triggers.tolist()[5] == 0
    codes = index.author_codes.tolist()
    assert codes[0] == codes[1] != codes[2]
    assert codes[4] == codes[5] == 0
    assert index.memory_bytes > 1_000


def test_a_change_leaves_the_one_before_alone() -> None:
    index = small_index()
    changed = index.changed([item(adapter(2, "Moth", author="new")), item(adapter(9, "Kite"))], [3])
    assert index.count == 6
    assert changed.count == 6
    assert sorted(changed.ids[changed.alive].tolist()) == [1, 2, 4, 5, 6, 9]
    assert changed.changed([], []) is changed
    again = changed.changed([item(adapter(9, "Kite two"))], [2])
    assert sorted(again.ids[again.alive].tolist()) == [1, 4, 5, 6, 9]
    merged = again.merged()
    assert sorted(merged.ids.tolist()) == [1, 4, 5, 6, 9]
    assert merged.alive.all()
    assert merged.delta.size == 0


def test_many_changes_become_one_segment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MERGE_AT", 2)
    assert not small_index().merges_with(1)
    assert small_index().merges_with(2)
    changed = small_index().changed([item(FACTS[0]), item(FACTS[1])])
    assert changed.delta.size == 0
    assert changed.base.size == 6


def test_popularity_is_a_share_of_the_library() -> None:
    index = type(small_index()).of(item(facts, popularity=0.5) for facts in FACTS)
    assert np.allclose(index.popularity_share, 0.5)
    index = type(index).of(item(facts, popularity=facts.id / 10) for facts in FACTS)
    assert (np.diff(index.popularity_share) > 0).all()


def test_values_have_numbers() -> None:
    assert key_of("") == 0
    assert key_of("Mo") == key_of("mo") != 0


def test_a_bad_document_is_refused() -> None:
    with pytest.raises(BadInputError):
        small_index().changed([(1, b"x", Priors())])
