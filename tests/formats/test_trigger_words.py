from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lora_manager.formats.merge import Merged
from lora_manager.formats.trigger_words import clean_trigger_words, trigger_groups


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("lantern", ["lantern"]),
        ("  paper   lantern ,  red ribbon, ", ["paper lantern", "red ribbon"]),
        ("Lantern, lantern, LANTERN", ["Lantern"]),
        ("lantern。", ["lantern"]),
        ("灯笼，红色、纸", ["灯笼", "红色", "纸"]),
        ("<lora:eyesgen:0.4>", []),
        ("eyes <lora:eyesgen:0.4>, blue <lyco:x:1>", ["eyes", "blue"]),
        ("eyes <lora:eyesgen", ["eyes"]),
        (r"saber \(fate\)", ["saber (fate)"]),
        (r"saber \(fate, stay night\), sword", ["saber (fate, stay night)", "sword"]),
        ("(red hair:1.2), smile", ["red hair", "smile"]),
        ("1girl (red hair:1.2) smile", ["1girl red hair smile"]),
        ("(a cat, a dog:1.3)", ["a cat", "a dog"]),
        ("((glowing)), [soft]", ["glowing", "soft"]),
        ("dress (red, long), hat", ["dress (red, long)", "hat"]),
        ("(red hair, hat", ["red hair", "hat"]),
        ("red hair), hat", ["red hair", "hat"]),
        ("(red hair:1.2, hat", ["red hair", "hat"]),
        ("word:1.2)", ["word"]),
        ("ratio 16:9", ["ratio 16:9"]),
        ("none", []),
        ("N/A", []),
        ("No trigger words", []),
        ("123", []),
        ("0.4，", []),
        ("0.6-0.8", []),
        ("...", []),
        ("", []),
        ("see https://models.example.com/x", []),
        ("www.example.com", []),
        ("lantern.", ["lantern"]),
        ('"lantern"', ["lantern"]),
        ("red\u00a0hair", ["red hair"]),
        ("red\u200b hair\nhat", ["red hair", "hat"]),
        ("🦊", ["🦊"]),
        ("love live!", ["love live!"]),
    ],
)
def test_words_of_one_entry(entry: str, words: list[str]) -> None:
    assert clean_trigger_words([entry]) == ([words] if words else [])


def test_groups_are_entries_and_alternatives() -> None:
    entries = ["red dress, hat", "", "blue dress, hat || green dress", "Red Dress, HAT", "none"]
    assert clean_trigger_words(entries) == [["red dress", "hat"], ["blue dress", "hat"], ["green dress"]]


@pytest.mark.parametrize("entry", ["0|\u200b|0", "red|\u200b|blue", "red|(|blue:1.2)", "red|(|blue)", "a|\x00|b"])
def test_bars_that_something_invisible_kept_apart_are_cleaned_once_and_for_all(entry: str) -> None:
    groups = clean_trigger_words([entry])
    assert clean_trigger_words([", ".join(group) for group in groups]) == groups


messy = st.text(st.sampled_from("ab1 ,()[]\\:.0|<>loraé，\"'_\u200b\u00a0\ud800"), max_size=40) | st.text(max_size=20)


@example(["(:\\)0"])
@example(["0[0,(0]0"])
@given(st.lists(messy, max_size=5))
def test_cleaning_what_is_clean_changes_nothing(entries: list[str]) -> None:
    groups = clean_trigger_words(entries)
    assert clean_trigger_words([", ".join(group) for group in groups]) == groups


@given(st.lists(messy, max_size=5))
def test_no_word_and_no_group_twice(entries: list[str]) -> None:
    groups = clean_trigger_words(entries)
    keys = [tuple(word.lower() for word in group) for group in groups]
    assert len(set(keys)) == len(keys)
    for key in keys:
        assert key
        assert len(set(key)) == len(key)
        assert all(word.strip() == word and word for word in key)


@pytest.mark.parametrize("piece", ["(", ")", "((a:1)", "(a,", "\\(", ",", "[(", "(a:1.1)", "<lora:", "||", ":1.1)"])
def test_hostile_entries_cost_little(piece: str) -> None:
    started = time.process_time()
    clean_trigger_words([piece * (4_000 // len(piece))] * 20)
    assert time.process_time() - started < 2


def groups_of(words: list[str], activation: str | None = None) -> list[list[str]]:
    return trigger_groups(Merged(trained_words=tuple(words), activation_text=activation))


def test_a_short_list_of_words_belongs_together() -> None:
    assert groups_of(["kumi", "red hair", "hat"]) == [["kumi", "red hair", "hat"]]
    assert groups_of(["kumi"]) == [["kumi"]]
    assert groups_of([]) == []
    assert groups_of(["none", "123"]) == []


def test_outfits_stay_apart() -> None:
    outfits = ["kumi, red dress", "kumi, blue dress"]
    assert groups_of(outfits) == [["kumi", "red dress"], ["kumi", "blue dress"]]
    many = ["one", "two", "three", "four", "five", "six", "seven"]
    assert groups_of(many) == [[word] for word in many]
    long = ["kumi", "a woman with very long hair"]
    assert groups_of(long) == [["kumi"], ["a woman with very long hair"]]


def test_the_text_of_the_user_comes_first() -> None:
    assert groups_of(["kumi, hat", "kumi, red dress"], "Kumi, smile, hat") == [
        ["Kumi", "smile", "hat"],
        ["kumi", "red dress"],
    ]
    assert groups_of(["kumi"], "kumi || kumi, hat") == [["kumi"], ["kumi", "hat"]]
    assert groups_of(["kumi"], "none") == [["kumi"]]
