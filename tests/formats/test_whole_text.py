from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.formats.whole_text import is_whole, one_line, without_controls


@pytest.mark.parametrize(
    ("text", "whole"),
    [("", True), ("plain", True), ("星空 🦊", True), ("\ud800", False), ("a\udc80b", False), ("é\udfff", False)],
)
def test_half_a_character_is_not_whole(text: str, whole: bool) -> None:
    assert is_whole(text) is whole


@given(st.text(st.characters()))
def test_what_is_whole_can_be_written_and_nothing_else(text: str) -> None:
    assert is_whole(text) is (text.encode("utf-8", "replace").decode() == text)


TRICKS = st.text(st.characters() | st.sampled_from("\x00\x07\x1b\r\n\t\x85\x9b\u2028\u202a\u202e\u2066\u2069\ud800"))
TURNS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What turns the direction of the text behind it."""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Amber lantern, 1.5", "Amber lantern, 1.5"),
        ("\u202egnp.tset", "gnp.tset"),
        ("\x1b[31mred\x07", "[31mred"),
        ("two\r\nlines\tand\u2028more", "two lines and more"),
        ("a\0b", "ab"),
        ("half \ud800", "half \ufffd"),
        ("שלום \u200f星空 🦊\u200d👩", "שלום \u200f星空 🦊\u200d👩"),
    ],
)
def test_a_name_is_one_line_that_shows_what_it_says(text: str, shown: str) -> None:
    assert one_line(text) == shown


@given(TRICKS)
def test_one_line_holds_nothing_that_acts_unseen(text: str) -> None:
    shown = one_line(text)
    assert TURNS.isdisjoint(shown)
    assert {"Cc", "Cs", "Zl", "Zp"}.isdisjoint(map(unicodedata.category, shown))
    assert one_line(shown) == shown
    assert is_whole(shown)
    assert [c for c in shown if c not in " \ufffd"] == [
        c for c in text if c not in TURNS | {" ", "\ufffd"} and unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp")
    ]


@given(TRICKS)
def test_longer_text_keeps_its_lines_and_its_directions(text: str) -> None:
    kept = without_controls(text)
    assert is_whole(kept)
    assert without_controls(kept) == kept
    assert {c for c in kept if unicodedata.category(c) == "Cc"} <= set("\t\r\n")
    assert kept == "".join(
        "\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text if unicodedata.category(c) != "Cc" or c in "\t\r\n"
    )
