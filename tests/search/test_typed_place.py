from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.search.query.nodes import Words
from lora_manager.search.query.parser import parse_query
from lora_manager.search.typed_place import TypedPlace, as_value, typed_place


def place(marked: str) -> tuple[str, str, str | None] | None:
    """(what would be replaced, what of it is begun, its field) in a text whose caret is written as "^"."""
    text = marked.replace("^", "")
    found = typed_place(text, marked.index("^"))
    return None if found is None else (text[found.start : found.end], found.begun, found.field)


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("^", None),
        ("dra^", ("dra", "dra", None)),
        ("dra^gon", ("dragon", "dra", None)),
        ("one dra^ two", ("dra", "dra", None)),
        ("one ^ two", None),
        ("one ^two", None),
        ("tag:^", ("", "", "tag")),
        ("tag:an^", ("an", "an", "tag")),
        ("tag:an^ime x", ("anime", "an", "tag")),
        ("TAG:an^", ("an", "an", "TAG")),
        ("-tag:an^", ("an", "an", "tag")),
        ("-dra^", ("dra", "dra", None)),
        ("a OR dra^", ("dra", "dra", None)),
        ("a OR tag:x^", ("x", "x", "tag")),
        ("(a OR dra^)", ("dra", "dra", None)),
        ("(tag:an^ b)", ("an", "an", "tag")),
        ('tag:"blue ha^', ('"blue ha', "blue ha", "tag")),
        ('tag:"blue ^', ('"blue ', "blue ", "tag")),
        ('tag:"blue ha^"', ('"blue ha"', "blue ha", "tag")),
        ('tag:"blue ha^ir" x', ('"blue hair"', "blue ha", "tag")),
        ('tag:"blue ha^ base:"SD 1.5"', ('"blue ha', "blue ha", "tag")),
        ('tag:"blue hair"^', None),
        ('tag:"^', ('"', "", "tag")),
        ("\u201cblue ha^", ("\u201cblue ha", "blue ha", None)),
        ("tag: an^", ("an", "an", None)),
        ("re:ze^", ("ze", "ze", "re")),
        ("x)dra^", ("dra", "dra", None)),
        ("tag:O^", ("O", "O", "tag")),
        ("-^", None),
        ("(^", None),
    ],
)
def test_what_is_typed_at_the_caret(marked: str, expected: tuple[str, str, str | None] | None) -> None:
    assert place(marked) == expected


@pytest.mark.parametrize("caret", [-1, 4, 10**9])
def test_a_caret_outside_the_text_stands_nowhere(caret: int) -> None:
    assert typed_place("abc", caret) is None


def test_a_text_that_is_too_long_has_no_place() -> None:
    assert typed_place("a" * 1001, 1001) is None
    assert typed_place("a " * 300, 599) is None


@given(st.text(st.sampled_from('ab :"()-OR\u201c\u201d\u201e'), max_size=20), st.integers(-2, 25))
def test_a_place_is_part_of_the_text_and_ends_not_before_the_caret(text: str, caret: int) -> None:
    found = typed_place(text, caret)
    if found is not None:
        assert isinstance(found, TypedPlace)
        assert 0 <= found.start <= caret <= found.end <= len(text)
        assert found.begun == text[found.start : caret].lstrip('"\u201c\u201e') or found.begun in text[:caret]


@given(st.text(st.sampled_from('ab :"()-\u201c\u201d\u201e<>='), max_size=12).map(lambda rest: f"a{rest}"))
def test_a_value_is_one_word_of_the_query(text: str) -> None:
    for query, field in ((f"tag:{as_value(text)} ", "tag"), (f"name:{as_value(text)} b ", "name")):
        node = parse_query(query).node
        first = node if isinstance(node, Words) else node.nodes[0]  # type: ignore[union-attr]
        assert isinstance(first, Words)
        assert first.field == field
        if "\u201d" not in text or '"' not in text:
            assert first.text == text
