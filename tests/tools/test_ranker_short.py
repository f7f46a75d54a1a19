from __future__ import annotations

from dataclasses import replace

from tests.search.ranking.library import adapter
from tools.ranker_library import Library, Query
from tools.ranker_short import NAMED, PARTS, short_queries

SUBJECTS = ["amber", "paper", "glass", "clay", "copper", "velvet", "marble", "wicker"]
COMMON = ("bridge", "window", "rain", "smile")
FACTS = tuple(
    adapter(number, f"{subject.title()}Lantern v2", f"a {COMMON[number % 4]}, {COMMON[(number + 1) % 4]}")
    for number, subject in enumerate(SUBJECTS)
)
FILLERS = tuple(adapter(100 + number, "01") for number in range(10))
LIBRARY = Library((*FACTS, *FILLERS, replace(adapter(50, "Rain LoRA"), tags=("amber", "rain"))), {})
ASKED = [Query("0-natural", "natural", "amber, bridge, (window:1.2), a very long part that nobody would type so", 0)]


def test_a_short_question_holds_what_tells_the_adapter() -> None:
    for seed in range(5):
        (part,) = [query for query in short_queries(LIBRARY, ASKED, seed) if query.mode == PARTS]
        assert "amber" in part.prompt
        assert "nobody" not in part.prompt
        assert part.unclear == frozenset([50])  # it is tagged so too


def test_every_adapter_is_asked_for_by_its_name_or_tags() -> None:
    named = [query for query in short_queries(LIBRARY, [], 1) if query.mode == NAMED]
    assert {query.relevant for query in named} == {*range(len(SUBJECTS)), 50}
    for query in named:
        if query.relevant == 50:
            continue
        assert SUBJECTS[query.relevant] in query.prompt
        assert query.relevant not in query.unclear
    assert named == [query for query in short_queries(LIBRARY, [], 1) if query.mode == NAMED]


def test_what_is_called_by_another_word_of_the_question_is_unclear() -> None:
    for seed in range(20):
        for query in short_queries(LIBRARY, [], seed):
            if query.relevant != 50 and "rain" in query.prompt.split():
                assert 50 in query.unclear
