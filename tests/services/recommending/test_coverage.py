from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lora_manager.services.recommending.coverage import KEPT, covered_concepts, diversified

CONCEPTS = [(0, 5), (7, 20), (22, 30)]


def test_a_word_covers_the_part_it_stands_in() -> None:
    assert covered_concepts(CONCEPTS, [(1, 4), (8, 10), (15, 20)]) == (0, 1)
    assert covered_concepts(CONCEPTS, [(25, 30)]) == (2,)
    assert covered_concepts(CONCEPTS, []) == ()
    assert covered_concepts([], [(0, 3)]) == ()


def test_a_word_outside_of_every_part_covers_none() -> None:
    assert covered_concepts(CONCEPTS, [(5, 7), (31, 40)]) == ()
    assert covered_concepts([(3, 9)], [(0, 2)]) == ()


def test_what_covers_something_new_comes_earlier_behind_the_top() -> None:
    covered = [frozenset({0})] * 4 + [frozenset({1})]
    scores = [0.9, 0.8, 0.7, 0.6, 0.55]
    assert diversified(scores, covered, 0.2) == [0, 1, 2, 4, 3]
    assert diversified(scores, covered, 0.2, kept=1) == [0, 1, 4, 2, 3]
    assert diversified(scores, covered, 0.5, kept=1) == [0, 4, 1, 2, 3]
    assert diversified(scores, covered, 0.0) == [0, 1, 2, 3, 4]


@given(st.lists(st.tuples(st.floats(0, 1), st.frozensets(st.integers(0, 5))), max_size=30), st.floats(0, 1))
def test_nothing_is_lost_and_the_top_stays(items: list[tuple[float, frozenset[int]]], weight: float) -> None:
    items.sort(key=lambda item: -item[0])
    order = diversified([score for score, _ in items], [covered for _, covered in items], weight)
    assert sorted(order) == list(range(len(items)))
    assert order[:KEPT] == list(range(min(KEPT, len(items))))
