from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lora_manager.search.ranking.index import RankIndex
from lora_manager.search.ranking.prompt import ParsedPrompt
from lora_manager.search.ranking.ranker import Ranker
from tests.search.ranking.library import FACTS, adapter, item, small_index

INDEX = small_index()
RANKERS = [Ranker.shipped(), Ranker.text_alone()]


@pytest.mark.parametrize("ranker", RANKERS, ids=["shipped", "text"])
@pytest.mark.parametrize(
    ("prompt", "first"),
    [
        ("amber lantern, night", 1),
        ("a papermoth (backlight:1.2)", 2),
        ("boats in watercolour, fog", 3),
        ("a glass fox", 4),
        ("少女, 桜の森", 5),
    ],
)
def test_the_right_one_comes_first(ranker: Ranker, prompt: str, first: int) -> None:
    ranked = INDEX.rank(ParsedPrompt.of(prompt), ranker=ranker)
    assert ranked.ids[0] == first
    assert (np.diff(ranked.scores) <= 0).all()
    assert ((ranked.scores > 0) & (ranked.scores < 1)).all()
    shares = ranked.explain(0)
    assert sum(shares.values()) == pytest.approx(1)
    assert min(shares.values()) > 0


@pytest.mark.parametrize("ranker", RANKERS, ids=["shipped", "text"])
@pytest.mark.parametrize("prompt", ["", "🦊🦊", "zzz", "<lora:x:1>", ", ,", "(((", "1 2 3"])
def test_nothing_matches(ranker: Ranker, prompt: str) -> None:
    assert not len(INDEX.rank(ParsedPrompt.of(prompt), ranker=ranker).ids)
    assert not len(RankIndex.of([]).rank(ParsedPrompt.of("lantern"), ranker=ranker).ids)


def test_one_adapter() -> None:
    one = RankIndex.of([item(FACTS[0])])
    for ranker in RANKERS:
        assert one.rank(ParsedPrompt.of("lantern"), ranker=ranker).ids.tolist() == [1]


def test_matched_words_and_closest_example() -> None:
    parsed = ParsedPrompt.of("storm, lantern at sea")
    ranked = INDEX.rank(parsed, ranker=RANKERS[0])
    assert [parsed.words[word] for word in ranked.matched(0)] == ["lantern", "sea"]
    assert ranked.best_examples[0] == 1


def test_only_what_is_allowed() -> None:
    parsed = ParsedPrompt.of("wooden pier, fog")
    ranker = RANKERS[0]
    assert set(INDEX.rank(parsed, ranker=ranker).ids.tolist()) >= {1, 3}
    assert 1 not in INDEX.rank(parsed, ranker=ranker, excluded={1}).ids
    assert INDEX.rank(parsed, ranker=ranker, allowed=np.array([3])).ids.tolist() == [3]
    mask = INDEX.ids == 1
    assert INDEX.rank(parsed, ranker=ranker, allowed=mask).ids.tolist() == [1]


def test_what_is_known_besides_moves_the_order() -> None:
    parsed = ParsedPrompt.of("wooden pier, fog")
    before = INDEX.rank(parsed, ranker=RANKERS[1])
    liked = np.where(INDEX.ids == before.ids[1], 1, 0).astype(np.float32)
    after = INDEX.rank(parsed, ranker=RANKERS[1], priors={"preference": liked})
    assert after.ids[0] == before.ids[1]
    assert after.explain(0)["preference"] > 0
    used = np.where(INDEX.ids == 6, 1, 0).astype(np.float32)
    assert 6 in INDEX.rank(parsed, ranker=RANKERS[1], priors={"co_use": used}).ids


def test_changed_is_as_built_anew() -> None:
    parsed = ParsedPrompt.of("a glass fox, papermoth, pier")
    new = item(adapter(4, "Glass Heron", "a heron of glass", author="ann"))
    changed = INDEX.changed([new], [3])
    rebuilt = RankIndex.of([*(item(f) for f in FACTS if f.id not in (3, 4)), new])
    for ranker in RANKERS:
        ranked = changed.merged().rank(parsed, ranker=ranker)
        assert ranked.ids.tolist() == rebuilt.rank(parsed, ranker=ranker).ids.tolist()
        assert set(changed.rank(parsed, ranker=ranker).ids.tolist()) == set(ranked.ids.tolist())


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from([*"abc ,()[]<>:|.15木桜の🦊\n", "lantern ", "BREAK ", "pier"]), max_size=60).map("".join)
)
def test_any_prompt_is_answered(prompt: str) -> None:
    ranked = INDEX.rank(ParsedPrompt.of(prompt), ranker=RANKERS[0])
    assert np.isfinite(ranked.scores).all()


def test_five_thousand_words_are_answered_in_time() -> None:
    prompt = " ".join(f"word{n} lantern pier" for n in range(1_700))
    started = time.perf_counter()
    assert len(INDEX.rank(ParsedPrompt.of(prompt), ranker=RANKERS[0]).ids)
    assert time.perf_counter() - started < 2
