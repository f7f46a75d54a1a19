from __future__ import annotations

import numpy as np

from lora_manager.search.ranking.document import make_document, unpack
from lora_manager.search.ranking.segment import Segment, spread
from lora_manager.search.ranking.terms import Terms, term_id
from tests.search.ranking.library import FACTS

DOCUMENTS = [unpack(make_document(facts)) for facts in FACTS]


def _terms(*words: str) -> Terms:
    return np.array([term_id(word) for word in words], np.uint32)


def test_words_are_found() -> None:
    segment = Segment.of(DOCUMENTS)
    starts, counts = segment.slices(_terms("pier", "nowhere", "fox"))
    assert counts.tolist() == [2, 0, 1]
    assert segment.positions[starts[0] : starts[0] + 2].tolist() == [0, 2]
    assert segment.phrase_slices(_terms("amber lantern"))[1].tolist() == [1]
    assert segment.pair_slices(_terms("wooden pier", "pier wooden"))[1].tolist() == [2, 0]
    assert segment.size == len(FACTS)
    assert segment.memory_bytes > 0


def test_an_empty_segment_has_nothing() -> None:
    empty = Segment.of([])
    assert empty.slices(_terms("pier"))[1].tolist() == [0]
    assert empty.pair_slices(_terms("wooden pier"))[1].tolist() == [0]


def test_joined_is_the_same_as_built_at_once() -> None:
    keep = np.array([True, False, True, True])
    joined = Segment.of(DOCUMENTS[:4]).joined_with(keep, Segment.of(DOCUMENTS[4:]))
    built = Segment.of([DOCUMENTS[0], *DOCUMENTS[2:]])
    for name in Segment.__dataclass_fields__:
        assert np.array_equal(getattr(joined, name), getattr(built, name)), name


def test_spread() -> None:
    indices, owner = spread(np.array([5, 0, 9]), np.array([2, 0, 3]))
    assert indices.tolist() == [5, 6, 9, 10, 11]
    assert owner.tolist() == [0, 0, 2, 2, 2]
    assert spread(np.array([1]), np.array([0]))[0].tolist() == []
