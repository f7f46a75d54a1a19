from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.search.query.fields import FIELD_BY_NAME, FIELDS, FLAGS
from lora_manager.search.query.nodes import Age, All, Any, Everything, Flag, Hash, Node, Not, Number, Words
from lora_manager.search.query.parser import DEEPEST, parse_query
from lora_manager.search.query.tokens import LONGEST, MOST_IN_ROWS, QueryError


def node(text: str) -> Node:
    return parse_query(text).node


def words(text: str, field: str = "", is_open: bool = False) -> Words:
    return Words(text, field, is_open)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", Everything()),
        ("  ", Everything()),
        ("()", Everything()),
        ("drag", words("drag", is_open=True)),
        ("dragon style ", All((words("dragon"), words("style")))),
        ('"blue hair" -nsfw ', All((words("blue hair"), Not(words("nsfw"))))),
        ("\u201cblue hair\u201d x ", All((words("blue hair"), words("x")))),
        ('"half typed', words("half typed", is_open=True)),
        ("a OR b c ", Any((words("a"), All((words("b"), words("c")))))),
        ("a | b ", Any((words("a"), words("b")))),
        ("(a OR b) c ", All((Any((words("a"), words("b"))), words("c")))),
        ("-(a b)", Not(All((words("a"), words("b"))))),
        ("--a ", Not(Not(words("a")))),
        ('"OR"', words("OR")),
        ("or ", words("or")),
        ("a - b ", All((words("a"), words("b")))),
        ("well-known ", words("well-known")),
        ("tag:anime", words("anime", "tag", True)),
        ("TAGS:anime ", words("anime", "tag")),
        ('trigger:"blue hair"', words("blue hair", "trigger")),
        ("tag:-x ", words("-x", "tag")),
        ("tag:OR ", words("OR", "tag")),
        ("folder:a/b ", words("a/b", "folder")),
        ("name:re:zero ", words("re:zero", "name")),
        ("re:zero ", words("re:zero")),
        ("http://a.b/c ", words("http://a.b/c")),
        ("rank:>=32", Number("rank", 32, None)),
        ("rank:<8", Number("rank", None, 8, has_high=False)),
        ("rank:16..64", Number("rank", 16, 64)),
        ("rank:16..", Number("rank", 16, None)),
        ("rank:..64", Number("rank", None, 64)),
        ("rating:-1", Number("rating", -1, -1)),
        ("size:>1.5kb", Number("size", 1536, None, has_low=False)),
        ("size:1mb..2MB", Number("size", 1024**2, 2 * 1024**2)),
        ("used:0", Number("used", 0, 0)),
        ("used:<7d", Age("used", None, 7)),
        ("added:30d", Age("added", None, 30)),
        ("added:>2w", Age("added", 14, None)),
        ("added:1w..2w", Age("added", 7, 14)),
        ("published:1970-01-02", Age("published", 1, 2, True)),
        ("published:1970", Age("published", 0, 365, True)),
        ("published:>=1970-02", Age("published", 31, None, True)),
        ("published:<1970-02", Age("published", None, 31, True)),
        ("published:1970-01..1970-02", Age("published", 0, 59, True)),
        ("is:favourite", Flag("favourite")),
        ("is:fav -is:Missing", All((Flag("favourite"), Not(Flag("missing"))))),
    ],
)
def test_what_is_meant(text: str, meant: Node) -> None:
    assert node(text) == meant


def test_weights_that_no_binary_fraction_is_are_found() -> None:
    found = node("weight:0.7")
    assert isinstance(found, Number)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.7 < found.high


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        ("(a", 0, "never closed"),
        ("a )", 2, "closes nothing"),
        ("a OR", 2, "missing behind OR"),
        ("OR a", 0, "between two things"),
        ("a OR OR b", 2, "missing behind OR"),
        ("a -(", 3, "never closed"),
        ("-)", 0, "missing behind the minus"),
        ("rank:abc", 5, "32, >=32, 16..64"),
        ("size:..", 5, ">100mb"),
        ("size:-1mb", 5, ">100mb"),
        ("added:soon", 6, "<30d"),
        ("added:2025-13", 6, "<30d"),
        ("added:1d..2025", 6, "<30d"),
        ("tag:", 4, "as in tag:anime"),
        ("x tag: y", 6, "as in tag:anime"),
        ('name:""', 5, "as in name:lantern"),
        ("is:", 3, "favourite, missing"),
        ("is:favorit", 3, "Did you mean is:favourite?"),
        ("(" * (DEEPEST + 1), DEEPEST, "inside one another"),
        ("x" * (LONGEST + 1), LONGEST, "characters at most"),
        ("a " * 300, 400, "words at most"),
    ],
)
def test_where_it_is_wrong_and_what_to_do(text: str, at: int, said: str) -> None:
    with pytest.raises(QueryError) as found:
        parse_query(text)
    assert found.value.at == at
    assert said in str(found.value)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("tga:x", "Did you mean tag:?"),
        ("triger:x", "Did you mean trigger:?"),
        ("favourite:x", "Fields are name, tag"),
        ("re:zero foo:bar", "Fields are name, tag"),
        ("(masterpiece:1.2) kind:style", None),
    ],
)
def test_a_field_that_may_have_been_meant_is_named(text: str, meant: str | None) -> None:
    messages = [hint.message for hint in parse_query(text).hints]
    assert len(messages) == (meant is not None)
    assert all(str(meant) in message for message in messages)


@pytest.mark.parametrize("text", ["a AND b ", "a & b ", "a b "])
def test_and_is_what_is_meant_without_it(text: str) -> None:
    assert parse_query(text).node == All((Words("a"), Words("b")))


def test_a_hash_is_found_as_one_and_as_a_word() -> None:
    assert parse_query("hash:AE1ED3").node == Hash("ae1ed3")
    assert parse_query("AE1ED34E91 ").node == Any((Words("AE1ED34E91"), Hash("ae1ed34e91")))
    assert parse_query("deadbeef ").node == Words("deadbeef"), "a word without a digit is no hash"
    with pytest.raises(QueryError, match="hash: takes") as caught:
        parse_query("hash:lantern")
    assert caught.value.at == 5


def parses_or_fails_at_a_position(text: str) -> None:
    with suppress(QueryError):
        parse_query(text)
        return
    with pytest.raises(QueryError) as caught:
        parse_query(text)
    found = caught.value
    assert 0 <= found.at <= len(text)
    assert str(found)


@given(st.text(max_size=200))
def test_any_text_parses_or_fails_at_a_position(text: str) -> None:
    parses_or_fails_at_a_position(text)


PIECES = ["(", ")", "-", "OR", '"', ":", " ", "a", "tag:", "rank:", "is:", ">", "3", "..", "30d", "x y"]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_so_does_what_looks_like_a_query(text: str) -> None:
    parses_or_fails_at_a_position(text)


@given(st.lists(st.text(st.characters(categories=["Ll", "Nd"]), min_size=1, max_size=8), min_size=1, max_size=8))
def test_plain_words_are_all_looked_for(found: list[str]) -> None:
    meant = node(" ".join(found) + " ")
    nodes = meant.nodes if isinstance(meant, All) else (meant,)
    assert nodes == tuple(words(word) for word in found)


def test_every_field_has_an_example_that_parses_and_one_meaning_for_each_name() -> None:
    assert all(parse_query(field.example).hints == () for field in FIELDS)
    assert len(FIELD_BY_NAME) == sum(1 + len(field.also) for field in FIELDS)
    assert all(parse_query(f"is:{name}").node == Flag(name) for name in FLAGS)


def test_a_row_of_words_has_an_end() -> None:
    rows = " ".join('"a b c d"' for _ in range(MOST_IN_ROWS // 4))
    assert parse_query(rows).node
    assert parse_query("a " * 150).node, "words apart are no row"
    for more in (f"{rows} x-y", f"{rows} re:zero", f'{rows} name:"e f"'):
        with pytest.raises(QueryError, match="in rows") as caught:
            parse_query(more)
        assert caught.value.at >= len(rows)
