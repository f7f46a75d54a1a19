from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lora_manager.application import Application
from lora_manager.errors import BadInputError, NotFoundError
from lora_manager.services.recommending.asking import MOST_ITEMS, Asked
from lora_manager.services.recommending.suggestions import KINDS
from tests.helpers.network_files import lora_tensors, write_network_file
from tests.helpers.shelf import running, standalone_host
from tests.services.recommending.library import ask, ids_by_name, names, read_all, write_lora

FILLERS = 40


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[Application]:
    """Some cards to find, and many that say nothing."""
    folder = tmp_path_factory.mktemp("recommend")
    root = folder / "Lora"
    prompt = "a lantern of amber at dusk, rain, wet street <lora:amber:0.6>"
    write_lora(root, "amber", "Amber Lantern", ["amber glow"], examples=[prompt, "amber glow, cat <lora:amber:0.8>"])
    write_lora(root, "moth", "Paper Moth", ["moth wings"], description="A moth of paper, near a lantern.")
    write_lora(root, "hoshi", "星空 Sky", ["星空"], description="Night sky.")
    write_lora(root, "pixel", "Pixel Castle", ["pixel art"], tags=["anime"], description="Castles in pixels.")
    write_lora(root, "oil", "Oil Castle", ["oil paint"], description="Castles in oil, seen from afar.")
    write_lora(
        root, "oil2", "Oil Castle v2", ["oil paint"], description="Castles in oil, again.", author="maker of oil"
    )
    write_lora(root, "grand", "Grand Lantern", description="Another lantern.", version_baseModel="SDXL 1.0")
    write_network_file(root / "grand.safetensors", lora_tensors(width=2048))
    for number in range(FILLERS):
        write_lora(root, f"zz{number}", f"Filler {number}", description="common words")
    with running(standalone_host(folder), folder / "home", migrated_file) as app:
        read_all(app)
        yield app


def test_what_the_prompt_speaks_of_comes_first_with_the_words_that_matched(library: Application) -> None:
    answer = ask(library, "an amber Lantern in the rain, masterpiece", family="SD 1.5")
    assert names(answer) == ["Amber Lantern", "Paper Moth"]
    assert answer.reason == ""
    first, second = answer.items
    assert first.matched == ("amber", "Lantern", "rain")
    assert second.matched == ("Lantern",)
    assert "amber" in first.reason
    assert 0 < second.score < first.score <= 1
    assert first.found.score == first.score
    assert (first.position, second.position) == (0, 1)
    assert sum(reason.share for reason in first.why) == pytest.approx(1.0)


def test_every_item_has_its_weight_its_example_and_its_concepts(library: Application) -> None:
    answer = ask(library, "a lantern of amber at dusk, a wet street, submarine")
    item = answer.items[0]
    assert (item.suggested.weight, item.suggested.source) == (0.7, "examples")
    assert (item.suggested.low, item.suggested.high) == (0.6, 0.8)
    assert item.example is not None
    assert item.example.text.startswith("a lantern of amber")
    assert not item.example.own
    assert [(concept.text, concept.ids[:1]) for concept in answer.concepts] == [
        ("a lantern of amber at dusk", (item.found.card.id,)),
        ("a wet street", (item.found.card.id,)),
        ("submarine", ()),
    ]
    assert item.concepts == (0, 1)


def test_other_scripts_are_words_too(library: Application) -> None:
    assert names(ask(library, "夜の星空, 1girl"))[:1] == ["星空 Sky"]
    assert names(ask(library, "星空")) == ["星空 Sky"]


def test_what_is_in_the_prompt_is_left_out(library: Application) -> None:
    assert "Amber Lantern" not in names(ask(library, "an amber lantern <lora:amber:0.7>"))
    answer = ask(library, "amber moth <lora:amber:1> <lora:moth:1>")
    assert (list(answer.items), answer.reason) == ([], "What matches is in the prompt already.")


def test_a_tag_is_no_word_of_the_prompt(library: Application) -> None:
    assert ask(library, "submarine <lora:lantern:1>").items == []
    assert names(ask(library, "pixel <lora:lantern:1>")) == ["Pixel Castle"]


def test_what_does_not_work_with_the_model_is_hidden_unless_all_is_asked_for(library: Application) -> None:
    prompt = "another lantern"
    assert "Grand Lantern" not in names(ask(library, prompt, family="SD 1.5"))
    assert names(ask(library, prompt, family="SDXL")) == ["Grand Lantern"]
    everything = ask(library, prompt, family="SD 1.5", any_base=True)
    fits = {item.found.card.name: item.fit.kind for item in everything.items}
    assert (fits["Grand Lantern"], fits["Amber Lantern"]) == ("not", "same")
    nothing = ask(library, "moth", family="SDXL")
    assert nothing.items == []
    assert "SDXL" in nothing.reason


def test_versions_are_folded_below_the_best(library: Application) -> None:
    answer = ask(library, "castle in oil paint")
    (oil,) = [item for item in answer.items if item.found.card.name.startswith("Oil Castle")]
    assert [folded.why for folded in oil.folded] == ["version"]
    assert {oil.found.card.name, oil.folded[0].name} == {"Oil Castle", "Oil Castle v2"}


@pytest.mark.parametrize("prompt", ["", "  ", "1 2 3", "a, b", "<lora:amber:1>", "!?", "🦊"])
def test_a_prompt_without_words_says_so(library: Application, prompt: str) -> None:
    answer = ask(library, prompt)
    assert answer.items == []
    assert "words" in answer.reason


def test_a_prompt_that_nothing_fits_says_so(library: Application) -> None:
    answer = ask(library, "submarine")
    assert (list(answer.items), answer.reason) == ([], "No LoRA of the library matches a word of this prompt.")


def test_words_that_say_nothing_of_the_picture_match_nothing(library: Application) -> None:
    assert ask(library, "of the in at near by a").items == []


def test_a_description_leaves_out_what_is_not_wanted(library: Application) -> None:
    assert {"Pixel Castle", "Oil Castle"} <= {name.removesuffix(" v2") for name in names(ask(library, "castles"))}
    answer = ask(library, "castles, not anime", kind="description")
    assert "Pixel Castle" not in names(answer)
    assert names(answer)
    assert answer.concepts[0].text == "castles"
    nothing = ask(library, "moth without moth", kind="description")
    assert nothing.items == []
    assert "description" in nothing.reason


def test_trigger_words_are_asked_for(library: Application) -> None:
    answer = ask(library, "amber glow, moht wings", kind="trigger")
    assert names(answer) == ["Amber Lantern", "Paper Moth"]
    assert [(word.word, word.match) for item in answer.items for word in item.words] == [
        ("amber glow", "exact"),
        ("moth wings", "fuzzy"),
    ]
    assert "amber glow" in answer.items[0].reason
    assert ask(library, "submarine", kind="trigger").reason


def test_what_goes_with_a_lora_is_found_by_text_where_nothing_was_used_together(library: Application) -> None:
    amber = ids_by_name(library)["Amber Lantern"]
    assert "Amber Lantern" not in names(ask(library, "", kind="with", ids=(amber,)))
    assert "Grand Lantern" in names(ask(library, "", kind="with", ids=(amber,)))
    assert "into the prompt" in ask(library, "x", kind="with").reason


def test_forgotten_are_those_never_used(library: Application) -> None:
    answer = ask(library, "moth", kind="forgotten")
    assert names(answer) == ["Paper Moth"]
    assert answer.items[0].reason.startswith("It was never used; ")


def test_similar_is_by_text_with_what_both_speak_of(library: Application) -> None:
    ids = ids_by_name(library)
    found = library.recommender.similar(ids["Oil Castle"], "text", 5, Asked("", roots=library.roots()))
    assert found.by == "text"
    assert "text" in found.available
    assert found.items[0].found.card.name == "Oil Castle v2"
    assert ids["Oil Castle"] not in [item.found.card.id for item in found.items]
    scores = [item.score for item in found.items]
    assert scores == sorted(scores, reverse=True)
    session = library.recommender.sessions.get(found.session)
    assert session is not None
    assert session.kind == "similar"


def test_a_way_of_comparing_that_there_is_none_of_is_refused(library: Application) -> None:
    amber = ids_by_name(library)["Amber Lantern"]
    with pytest.raises(BadInputError, match="by"):
        library.recommender.similar(amber, "smell", 5, Asked(""))
    with pytest.raises(NotFoundError):
        library.recommender.similar(999_999, "text", 5, Asked(""))
    assert library.recommender.similar(amber, "look", 5, Asked("", roots=library.roots())).items == []


def test_a_list_is_remembered_as_it_was_shown(library: Application) -> None:
    answer = ask(library, "an amber lantern", family="SD 1.5", user_name="ada")
    session = library.recommender.sessions.get(answer.session)
    assert session is not None
    assert (session.prompt, session.family, session.user_name) == ("an amber lantern", "SD 1.5", "ada")
    assert [shown for shown, _ in session.shown] == [item.found.card.id for item in answer.items]


def test_a_batch_ranks_as_the_page_does(library: Application) -> None:
    prompts = [("1", "castle in oil paint"), ("2", "an amber lantern"), ("3", ""), ("4", "submarine")]
    ranked = dict(library.recommender.batch(prompts, Asked("", any_base=True, roots=library.roots())))
    assert ranked["3"] == ranked["4"] == []
    assert ranked["2"][0] == "amber"
    shown = ask(library, "castle in oil paint", any_base=True, limit=10)
    page = [stem for item in shown.items for stem in (item.found.card.stem, *("oil" if one.name == "Oil Castle" else "oil2" for one in item.folded))]  # fmt: skip  # noqa: E501
    assert ranked["1"] == page[:10]


def test_an_empty_library_says_so(application: Application) -> None:
    for kind in KINDS:
        answer = ask(application, "a lantern", kind=kind)
        assert (list(answer.items), answer.reason) == ([], "The library is empty. Scan a LoRA folder first.")
    assert list(application.recommender.batch([("1", "x")], Asked(""))) == [("1", [])]


def test_a_library_of_one(application: Application, tmp_path: Path) -> None:
    write_lora(tmp_path / "Lora", "amber", "Amber Lantern", ["amber glow"])
    read_all(application)
    assert names(ask(application, "amber")) == ["Amber Lantern"]
    assert ask(application, "submarine").items == []
    amber = ids_by_name(application)["Amber Lantern"]
    found = application.recommender.similar(amber, "text", 5, Asked("", roots=application.roots()))
    assert (list(found.items), bool(found.reason)) == ([], True)


def test_what_changes_is_in_the_next_answer(application: Application, tmp_path: Path) -> None:
    root = tmp_path / "Lora"
    write_lora(root, "amber", "Amber Lantern")
    read_all(application)
    assert names(ask(application, "moth")) == []
    write_lora(root, "moth", "Paper Moth")
    read_all(application)
    assert names(ask(application, "moth")) == ["Paper Moth"]
    (root / "moth.safetensors").unlink()
    application.scan()
    assert names(ask(application, "moth")) == []


def test_what_is_not_read_yet_is_said(application: Application, tmp_path: Path) -> None:
    write_lora(tmp_path / "Lora", "amber", "Amber Lantern")
    read_all(application)
    assert ask(application, "amber").preparing is None
    application.digester.stop()
    write_lora(tmp_path / "Lora", "moth", "Paper Moth")
    application.scan()
    answer = ask(application, "amber")
    assert names(answer) == ["Amber Lantern"]
    assert answer.preparing == (1, 2)
    assert answer.reason == "1 of 2 LoRAs are still being read: more may come up."
    application.digester.catch_up()
    assert ask(application, "amber").preparing is None


@pytest.mark.parametrize("limit", [0, -1, MOST_ITEMS + 1])
def test_limits_are_capped(library: Application, limit: int) -> None:
    with pytest.raises(BadInputError, match="limit"):
        ask(library, "x", limit=limit)


def test_an_unknown_kind_is_refused(library: Application) -> None:
    with pytest.raises(BadInputError, match="kind"):
        ask(library, "x", kind="smell")


def test_no_more_than_asked_for(library: Application) -> None:
    assert len(ask(library, "lantern moth pixel castle", limit=2).items) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_prompt_as_long_as_a_book_is_answered(library: Application, kind: str) -> None:
    assert ask(library, "lantern, " + "word, " * 5_000, kind=kind) is not None
    assert ask(library, " ".join(f"w{number}" for number in range(20_000)), kind=kind).items == []


SYNTAX = ["lantern", "(amber:1.2)", "[moth|castle]", "BREAK", "<lora:amber:1>", "🦊", "星空", "((", ":", "\ud800", "OR"]


@settings(max_examples=60)
@given(
    st.text() | st.lists(st.sampled_from([*SYNTAX, '"', "*", "NEAR(", "<lora:"])).map(" ".join), st.sampled_from(KINDS)
)
def test_any_prompt_is_answered(library: Application, prompt: str, kind: str) -> None:
    answer = ask(library, prompt, kind=kind)
    assert bool(answer.items) != bool(answer.reason)
    for item in answer.items:
        assert 0 < item.score <= 1
        assert item.reason
        assert item.why


def test_prompt_syntax_is_no_word(library: Application) -> None:
    assert names(ask(library, "(amber:1.2) [moth|castle:0.5] BREAK <lora:x:1>"))[:1] != []
    assert ask(library, "BREAK <lora:amber:1> (((:1.3)))").items == []
