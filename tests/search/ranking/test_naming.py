from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.formats.example_prompts import ExamplePrompt
from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.search.ranking import library as library_module
from lora_manager.search.ranking import naming as module
from lora_manager.search.ranking.document import make_document, unpack
from lora_manager.search.ranking.index import RankIndex
from lora_manager.search.ranking.naming import Naming
from tests.search.ranking.library import item

Prompt = tuple[str, tuple[str, ...]]


def named(number: int, stem: str, *prompts: Prompt) -> AdapterFacts:
    """An adapter whose file has this name, and whose examples name others."""
    examples = tuple(ExamplePrompt(text, others=others) for text, others in prompts)
    return AdapterFacts(number, stem.title(), file_name=stem, examples=examples)


def index_of(*facts: AdapterFacts) -> RankIndex:
    return RankIndex.of(item(one) for one in facts)


AMBER = named(1, "amber", ("a pier", ("owl", "moth")), ("a boat", ("owl",)), ("fog", ("nowhere",)))
OWL, MOTH = named(2, "owl"), named(3, "moth")
FOX = named(4, "fox", ("a den", ("moth", "owl")), ("a wood", ("moth",)))
ALL = (AMBER, OWL, MOTH, FOX)


def test_each_prompt_counts_for_every_two_in_it_whoever_shows_it() -> None:
    index = index_of(*ALL)
    assert index.named_together([1]) == {2: 2.0, 3: 1.0}
    assert index.named_together([2]) == {1: 2.0, 3: 2.0, 4: 1.0}
    assert index.named_together([3]) == {1: 1.0, 2: 2.0, 4: 2.0}
    assert index.named_together([4]) == {2: 1.0, 3: 2.0}


def test_of_several_asked_for_a_prompt_counts_once_and_they_themselves_never() -> None:
    index = index_of(*ALL)
    assert index.named_together([1, 2]) == {3: 2.0, 4: 1.0}
    assert index.named_together([1, 2, 3, 4]) == {}


def test_those_in_most_prompts_come_first_and_so_many_at_most() -> None:
    assert list(index_of(*ALL).named_together([2]).items()) == [(1, 2.0), (3, 2.0), (4, 1.0)]
    assert index_of(*ALL).named_together([3], most=2) == {2: 2.0, 4: 2.0}


def test_nobody_asked_for_and_nothing_there() -> None:
    assert index_of(*ALL).named_together([]) == {}
    assert index_of(*ALL).named_together([99]) == {}
    assert index_of().named_together([1]) == {}
    assert index_of(OWL).named_together([2]) == {}


def test_the_same_prompt_on_several_pages_counts_once() -> None:
    one = named(1, "amber", ("a Pier, fog", ("owl", "moth")))
    other = named(2, "owl", ("a pier  fog <lora:amber:1>", ("amber", "moth")))
    third = named(4, "fox", ("A PIER, FOG", ("amber", "owl")))
    index = index_of(one, other, MOTH, third)
    assert index.named_together([1]) == {2: 1.0, 3: 1.0, 4: 1.0}
    assert index.named_together([3]) == {1: 1.0, 2: 1.0}


def test_those_of_one_name_share_a_prompt() -> None:
    twins = [named(number, "owl") for number in (2, 5, 6)]
    index = index_of(AMBER, *twins)
    assert index.named_together([1]) == pytest.approx({2: 2 / 3, 5: 2 / 3, 6: 2 / 3})
    surer = named(5, "owl", ("a pier", ("amber",)))
    assert index.changed([item(surer)]).named_together([1]) == pytest.approx({2: 2 / 3, 5: 4 / 3, 6: 2 / 3})


def test_all_names_of_a_file_are_its() -> None:
    renamed = replace(named(2, "night_bird"), file_names=("owl.safetensors", "v1"))
    assert index_of(AMBER, renamed).named_together([1]) == {2: 2.0}


def test_what_is_removed_neither_shows_nor_is_found() -> None:
    index = index_of(*ALL)
    assert index.changed([], [4]).named_together([3]) == {1: 1.0, 2: 1.0}
    assert index.changed([], [2]).named_together([1]) == {3: 1.0}
    assert index.changed([], [2]).named_together([2]) == {}
    assert index.changed([], [4]).merged().named_together([3]) == {1: 1.0, 2: 1.0}


def test_what_changed_is_found_both_ways() -> None:
    index = index_of(OWL, MOTH).changed([item(AMBER)])
    assert index.named_together([1]) == {2: 2.0, 3: 1.0}
    assert index.named_together([2]) == {1: 2.0, 3: 1.0}
    again = index.changed([item(named(1, "amber", ("new", ("moth",))))])
    assert again.named_together([1]) == {3: 1.0}
    assert again.named_together([2]) == {}


def test_only_so_many_prompts_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PROMPTS", 1)
    assert index_of(*ALL).named_together([1]) == {2: 1.0, 3: 1.0}


def test_its_size() -> None:
    documents = [unpack(make_document(one)) for one in ALL]
    naming = Naming.of(documents)
    assert naming.nbytes == sum(array.nbytes for array in vars(naming).values())
    assert Naming.of([]).nbytes == 8
    assert naming.joined_with(np.zeros(len(ALL), bool), Naming.of([])).nbytes == 8


STEMS = [*"abcdefg", "v1"]
PROMPTS = st.lists(
    st.tuples(st.sampled_from(["x", "y", "z"]), st.lists(st.sampled_from(STEMS), max_size=3)), max_size=3
)
ADAPTERS = st.dictionaries(st.integers(1, 9), st.tuples(st.sampled_from(STEMS), PROMPTS), max_size=9)


def made(adapters: dict[int, tuple[str, list[tuple[str, list[str]]]]]) -> dict[int, AdapterFacts]:
    return {
        number: named(number, stem, *((text, tuple(others)) for text, others in prompts))
        for number, (stem, prompts) in adapters.items()
    }


def same(one: RankIndex, other: RankIndex, asked: Iterable[int]) -> bool:
    return one.named_together(asked) == pytest.approx(other.named_together(asked))


@given(ADAPTERS, ADAPTERS, st.sets(st.integers(1, 9)), st.lists(st.integers(1, 9), max_size=3), st.booleans())
def test_changed_is_as_built_anew(
    before: dict[int, tuple[str, list[tuple[str, list[str]]]]],
    later: dict[int, tuple[str, list[tuple[str, list[str]]]]],
    removed: set[int],
    asked: list[int],
    in_steps: bool,
) -> None:
    first, second = made(before), made(later)
    changed = index_of(*first.values())
    if in_steps:
        for one in second.values():
            changed = changed.changed([item(one)])
        changed = changed.changed([], removed - set(second))
    else:
        changed = changed.changed((item(one) for one in second.values()), removed - set(second))
    there = {**{number: one for number, one in first.items() if number not in removed}, **second}
    rebuilt = index_of(*there.values())
    assert same(changed, rebuilt, asked)
    assert same(changed.merged(), rebuilt, asked)
    assert library_module.MERGE_AT > 20  # so that what changed was beside the rest before
