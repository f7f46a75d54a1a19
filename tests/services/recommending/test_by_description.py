from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.search.ranking.prompt import is_telling
from lora_manager.search.ranking.terms import words_of
from lora_manager.services.recommending.by_description import MOST_UNWANTED, read_description


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("moody film light, not anime", "moody film light", ("anime",)),
        ("moody film light but not anime or cartoon", "moody film light", ("anime", "cartoon")),
        ("a castle without people, no text and no watermark", "a castle", ("people", "text", "watermark")),
        ("not too dark, a forest", "a forest", ("dark",)),
        ("anything but anime; oil painting", "oil painting", ("anime",)),
        ("forest -fog -rain", "forest", ("fog", "rain")),
        ("not only anime but also manga", "not only anime but also manga", ()),
        ("sci-fi knot-work", "sci-fi knot-work", ()),
        ("nothing like anime", "", ("anime",)),
        ("knights, notable", "knights, notable", ()),
        ("", "", ()),
    ],
)
def test_what_is_not_wanted_is_told_from_what_is(text: str, wanted: str, unwanted: tuple[str, ...]) -> None:
    found = read_description(text)
    words = [word for word in words_of(found.wanted) if is_telling(word)]
    assert (words, found.unwanted) == ([word for word in words_of(wanted) if is_telling(word)], unwanted)
    assert len(found.wanted) == len(text)


def test_of_many_things_the_first_count() -> None:
    assert len(read_description(", ".join(f"not thing{n}" for n in range(50))).unwanted) == MOST_UNWANTED


@given(st.text() | st.lists(st.sampled_from(["not", "no", "-", "a", ",", "without", "(", "\n"])).map(" ".join))
def test_any_text_is_a_description(text: str) -> None:
    read_description(text)


def test_a_very_long_text_takes_no_longer_than_reading_it() -> None:
    for piece in ("not ", "no, ", "- ", "without a ", ", "):
        read_description(piece * 30_000)
