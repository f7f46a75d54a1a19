from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.formats.whole_text import is_whole


@pytest.mark.parametrize(
    ("text", "whole"),
    [("", True), ("plain", True), ("星空 🦊", True), ("\ud800", False), ("a\udc80b", False), ("é\udfff", False)],
)
def test_half_a_character_is_not_whole(text: str, whole: bool) -> None:
    assert is_whole(text) is whole


@given(st.text(st.characters()))
def test_what_is_whole_can_be_written_and_nothing_else(text: str) -> None:
    assert is_whole(text) is (text.encode("utf-8", "replace").decode() == text)
