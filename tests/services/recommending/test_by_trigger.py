from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lora_manager.application import Application
from lora_manager.services.recommending.by_trigger import ByTrigger, by_trigger
from tests.helpers.network_files import civitai_model, write_adapter
from tests.helpers.shelf import running, standalone_host

TRIGGERS = {
    "amber": ["amber glow", "lantern"],
    "moth": ["moth wings"],
    "hoshi": ["星空"],
    "pixel": ["pixelscape art style"],
    "cafe": ["café"],
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[Application]:
    """Five adapters with trigger words."""
    folder = tmp_path_factory.mktemp("trigger")
    for stem, words in TRIGGERS.items():
        record = civitai_model(stem, f"{stem}.safetensors", tags=[], version_trainedWords=words)
        write_adapter(folder / "Lora", stem, record)
    with running(standalone_host(folder), folder / "home", migrated_file) as app:
        app.scan()
        yield app


def ask(app: Application, text: str) -> dict[str, ByTrigger]:
    with app.database.read() as connection:
        found = by_trigger(connection, text)
        stems = {card.card.id: card.card.stem for card in app.finder.found_cards(connection, [one.id for one in found])}
    return {stems[one.id]: one for one in found}


def matches(app: Application, text: str) -> dict[str, list[tuple[str, str]]]:
    return {stem: [(word.word, word.match) for word in one.words] for stem, one in ask(app, text).items()}


def test_whole_trigger_words_come_first(library: Application) -> None:
    found = ask(library, "a lantern, moth, <lora:pixel:1>")
    assert list(found) == ["amber", "moth"]
    assert [(word.word, word.match) for word in found["amber"].words] == [("lantern", "exact")]
    assert [(word.word, word.match) for word in found["moth"].words] == [("moth wings", "partial")]
    assert 0 < found["moth"].score < found["amber"].score <= 1
    assert found["amber"].typed == ("lantern",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("amber glow", {"amber": [("amber glow", "exact")]}),
        ("glow", {"amber": [("amber glow", "partial")]}),
        ("pixel", {"pixel": [("pixelscape art style", "partial")]}),
        ("lantrn", {"amber": [("lantern", "fuzzy")]}),
        ("pixlscpe", {"pixel": [("pixelscape art style", "fuzzy")]}),
        ("CAFE", {"cafe": [("café", "exact")]}),
        ("星空", {"hoshi": [("星空", "exact")]}),
        ("submarine", {}),
        ("", {}),
        ("🦊 !?", {}),
    ],
)
def test_each_kind_of_match_is_named(
    library: Application, text: str, expected: dict[str, list[tuple[str, str]]]
) -> None:
    assert matches(library, text) == expected


def test_a_long_text_is_answered(library: Application) -> None:
    assert "amber" in ask(library, "lantern " + "word " * 10_000)


@settings(max_examples=50)
@given(st.text() | st.lists(st.sampled_from(["lantern", '"', "*", "NEAR(", "\ud800", "<lora:", "OR"])).map(" ".join))
def test_any_text_is_answered(library: Application, text: str) -> None:
    for found in ask(library, text).values():
        assert 0 < found.score <= 1
        assert found.words
