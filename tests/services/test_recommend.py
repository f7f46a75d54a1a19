from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lora_manager.application import Application
from lora_manager.errors import BadInputError
from lora_manager.services.recommend import MOST_ITEMS, Recommendations
from tests.helpers.network_files import civitai_model, write_adapter
from tests.helpers.shelf import running, standalone_host

CARDS = {
    "amber": ("Amber Lantern", ["amber glow"], "Draws a lantern at dusk."),
    "moth": ("Paper Moth", ["moth wings"], "A moth of paper, near a lantern."),
    "hoshi": ("星空 Sky", ["星空"], "Night sky."),
    "pixel": ("Pixel Castle", ["pixel art"], "Castles in pixels, style of the 80s."),
}
FILLERS = 40


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[Application]:
    """Four cards to find, and many that all say "common"."""
    folder = tmp_path_factory.mktemp("recommend")
    for stem, (name, words, description) in CARDS.items():
        record = civitai_model(name, f"{stem}.safetensors", description=description, tags=[], version_description="")
        record["creator"] = {"username": "somebody"}
        record["modelVersions"][0]["trainedWords"] = words
        write_adapter(folder / "Lora", stem, record)
    for number in range(FILLERS):
        quiet = {
            "creator": None,
            "description": "common words",
            "tags": [],
            "version_description": "",
            "version_trainedWords": [],
        }
        write_adapter(folder / "Lora", f"zz{number}", civitai_model(f"Filler {number}", f"zz{number}.pt", **quiet))
    with running(standalone_host(folder), folder / "home", migrated_file) as app:
        app.scan()
        yield app


def ask(app: Application, prompt: str, limit: int = 20) -> Recommendations:
    return app.recommender.for_prompt(prompt, limit, app.roots())


def names(answer: Recommendations) -> list[str]:
    return [item.found.card.name for item in answer.items]


def test_what_the_prompt_speaks_of_comes_first_with_the_words_that_matched(library: Application) -> None:
    answer = ask(library, "an amber lantern in the rain, masterpiece")
    assert names(answer) == ["Amber Lantern", "Paper Moth"]
    assert answer.reason == ""
    first, second = answer.items
    assert first.matched == ["amber", "lantern"]
    assert second.matched == ["lantern"]
    assert "amber" in first.reason
    assert "lantern" in first.reason
    assert first.found.score is not None
    assert second.found.score is not None
    assert first.found.score > second.found.score > 0


def test_other_scripts_are_words_too(library: Application) -> None:
    answer = ask(library, "夜の星空, 1girl")
    assert names(answer) == ["星空 Sky"] or answer.items == []
    assert names(ask(library, "星空")) == ["星空 Sky"]


def test_what_is_in_the_prompt_is_left_out(library: Application) -> None:
    assert names(ask(library, "an amber lantern <lora:amber:0.7>")) == ["Paper Moth"]
    answer = ask(library, "an amber lantern <lora:amber:1> <lora:moth:1>")
    assert (answer.items, answer.reason) == ([], "What matches is in the prompt already.")


def test_a_tag_is_no_word_of_the_prompt(library: Application) -> None:
    assert ask(library, "submarine <lora:lantern:1>").items == []
    assert names(ask(library, "pixel <lora:lantern:1>")) == ["Pixel Castle"]


@pytest.mark.parametrize("prompt", ["", "  ", "1 2 3", "a, b", "<lora:amber:1>", "!?", "🦊"])
def test_a_prompt_without_words_says_so(library: Application, prompt: str) -> None:
    answer = ask(library, prompt)
    assert answer.items == []
    assert "words" in answer.reason


def test_a_prompt_that_nothing_fits_says_so(library: Application) -> None:
    answer = ask(library, "submarine")
    assert (answer.items, answer.reason) == ([], "No LoRA of the library matches a word of this prompt.")


def test_a_word_that_most_cards_hold_tells_nothing_apart(library: Application) -> None:
    assert ask(library, "common filler").items == []
    assert names(ask(library, "common moth")) == ["Paper Moth"]


def test_words_that_say_nothing_of_the_picture_match_nothing(library: Application) -> None:
    answer = ask(library, "of the in at near by a")
    assert answer.items == []
    assert answer.reason


def test_an_empty_library_says_so(application: Application) -> None:
    answer = ask(application, "a lantern")
    assert (answer.items, answer.reason) == ([], "The library is empty. Scan a LoRA folder first.")


@pytest.mark.parametrize("limit", [0, -1, MOST_ITEMS + 1])
def test_limits_are_capped(library: Application, limit: int) -> None:
    with pytest.raises(BadInputError, match="limit"):
        ask(library, "x", limit)


def test_no_more_than_asked_for(library: Application) -> None:
    assert len(ask(library, "lantern moth pixel castle", 2).items) == 2


def test_a_prompt_as_long_as_a_book_is_answered(library: Application) -> None:
    assert names(ask(library, "lantern " + "word " * 15_000))[:1] != []
    assert ask(library, " ".join(f"w{number}" for number in range(20_000))).items == []


@settings(max_examples=60)
@given(st.text() | st.lists(st.sampled_from(["lantern", '"', "*", "NEAR(", "\ud800", "<lora:", "OR"])).map(" ".join))
def test_any_prompt_is_answered(library: Application, prompt: str) -> None:
    answer = ask(library, prompt)
    assert bool(answer.items) != bool(answer.reason)
