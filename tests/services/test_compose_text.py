from __future__ import annotations

import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lora_manager.formats import lora_tags
from lora_manager.services import compose_text
from lora_manager.services.compose_text import Insertion, rename_tags

INK = Insertion("ink_wash", 0.75, ("ink wash dragon", "sumi-e"))
PIECES = [
    "a cat",
    "Sumi-e",
    "(sumi-e:1.2)",
    "mist",
    ",",
    ", ",
    " ",
    "\n",
    "(",
    ")",
    "[x]",
    ":1.2",
    ". ",
    " BREAK ",
    "<lora:other:1>",
]
PROMPTS = st.lists(st.sampled_from(PIECES)).map("".join)
WORDS = st.text(alphabet="ab ,.:()[]\\1BREAK", max_size=12)
INSERTIONS = st.builds(
    Insertion,
    st.sampled_from(["ink", "ink v1.5", "墨絵"]),
    st.sampled_from([0.5, 1.0, -0.25]),
    st.lists(WORDS, max_size=3).map(tuple),
)


@pytest.mark.parametrize(
    ("prompt", "result"),
    [
        ("", "ink wash dragon, sumi-e <lora:ink_wash:0.75>"),
        ("a mountain", "a mountain, ink wash dragon, sumi-e <lora:ink_wash:0.75>"),
        ("a mountain, ", "a mountain, ink wash dragon, sumi-e <lora:ink_wash:0.75>"),
        ("A dragon flies.", "A dragon flies. ink wash dragon, sumi-e <lora:ink_wash:0.75>"),
        ("a\n", "a\nink wash dragon, sumi-e <lora:ink_wash:0.75>"),
        ("a BREAK", "a BREAK ink wash dragon, sumi-e <lora:ink_wash:0.75>"),
        ("a <lora:b:1>", "a <lora:b:1>, ink wash dragon, sumi-e <lora:ink_wash:0.75>"),
        ("Sumi-E, x", "Sumi-E, x, ink wash dragon <lora:ink_wash:0.75>"),
        ("((sumi-e)), [Ink  Wash Dragon:0.8]", "((sumi-e)), [Ink  Wash Dragon:0.8] <lora:ink_wash:0.75>"),
        ("(a, sumi-e:1.2)", "(a, sumi-e:1.2), ink wash dragon <lora:ink_wash:0.75>"),
        ("sumi-e landscape", "sumi-e landscape, ink wash dragon, sumi-e <lora:ink_wash:0.75>"),
        ("<lora:ink_wash:1>, sumi-e, ink wash dragon", "<lora:ink_wash:0.75>, sumi-e, ink wash dragon"),
    ],
)
def test_insert_adds_what_is_missing_at_the_end(prompt: str, result: str) -> None:
    assert compose_text.insert(prompt, INK) == result


def test_brackets_of_a_name_are_escaped_once() -> None:
    plain = Insertion("samus", 1, ("samus (metroid)",))
    escaped = Insertion("samus", 1, (r"samus \(metroid\)",))
    assert (
        compose_text.insert("x", plain) == compose_text.insert("x", escaped) == r"x, samus \(metroid\) <lora:samus:1>"
    )


def test_a_tag_that_sdnext_wrote_is_the_same_tag() -> None:
    assert compose_text.insert("<lora:ink v1_5:1>", Insertion("ink v1.5", 0.5)) == "<lora:ink v1_5:0.5>"


@pytest.mark.parametrize(
    ("prompt", "result"),
    [
        ("a, ink wash dragon, sumi-e <lora:ink_wash:0.75>", "a"),
        ("a, ink wash dragon, sumi-e <lora:ink_wash:0.75>, b <lora:b:1>", "a, b <lora:b:1>"),
        ("<lora:ink_wash:1> sumi-e", ""),
        ("(a, sumi-e:1.2), b", "(a:1.2), b"),
        ("(sumi-e, a:1.2), b", "(a:1.2), b"),
        ("((sumi-e:1.3), a), b", "(a), b"),
        ("a, (sumi-e:1.2), b", "a, b"),
        ("sumi-e landscape", "sumi-e landscape"),
        ("a cat", "a cat"),
    ],
)
def test_remove_takes_out_the_tag_and_its_words_only(prompt: str, result: str) -> None:
    assert compose_text.remove(prompt, INK.tag_name, INK.triggers) == result


def test_remove_takes_one_occurrence_the_last() -> None:
    assert compose_text.remove("sumi-e, a, sumi-e <lora:ink_wash:1>", "ink_wash", ("sumi-e",)) == "sumi-e, a"


def test_set_weight_touches_the_first_tag_of_that_name_only() -> None:
    assert compose_text.set_weight("<lora:a:1> <lora:b:1>", "b", 0.4) == "<lora:a:1> <lora:b:0.4>"
    assert compose_text.set_weight("<lora:a:1>", "c", 0.4) == "<lora:a:1>"


def test_has_phrase() -> None:
    assert compose_text.has_phrase("a, (Sumi-E:1.1)", "sumi-e")
    assert compose_text.has_phrase("a dragon. ink wash", "ink wash")
    assert compose_text.has_phrase("portrait of mr. smith, b", "portrait of mr. smith")
    assert not compose_text.has_phrase("sumi-e landscape", "sumi-e")
    assert not compose_text.has_phrase("a", "")


@pytest.mark.parametrize(
    ("prompt", "result"),
    [
        ("|", "W <lora:i:1>"),
        ("|a cat, mist", "W <lora:i:1>, a cat, mist"),
        ("  |a cat", "W <lora:i:1>, a cat"),
        ("a c|at, mist", "a cat, W <lora:i:1>, mist"),
        ("a cat|, mist", "a cat, W <lora:i:1>, mist"),
        ("a cat,| mist, fog", "a cat, mist, W <lora:i:1>, fog"),
        ("a cat, mist|", "a cat, mist, W <lora:i:1>"),
        ("a cat, |", "a cat, W <lora:i:1>"),
        ("a (c|at, mist:1.2), fog", "a (cat, mist:1.2), W <lora:i:1>, fog"),
        ("a \\(c|at, mist", "a \\(cat, W <lora:i:1>, mist"),
        ("((a|, b", "((a, b, W <lora:i:1>"),
        ("a <lora:x|, y:1> b, c", "a <lora:x, y:1> b, W <lora:i:1>, c"),
        ("a| cat BREAK mist", "a cat, W <lora:i:1> BREAK mist"),
        ("a| cat\nmist", "a cat, W <lora:i:1>\nmist"),
        ("W|, a cat", "W <lora:i:1>, a cat"),
        ("a| cat, W", "a cat <lora:i:1>, W"),
        ("a| cat, <lora:i:2>, mist", "a cat, W, <lora:i:1>, mist"),
    ],
)
def test_insert_at_the_caret_goes_to_the_end_of_its_phrase(prompt: str, result: str) -> None:
    caret = prompt.index("|")
    assert compose_text.insert(prompt.replace("|", ""), Insertion("i", 1, ("W",)), caret) == result


@given(PROMPTS, INSERTIONS, st.integers(-3, 90))
def test_inserting_at_the_caret_breaks_nothing(prompt: str, insertion: Insertion, caret: int) -> None:
    inserted = compose_text.insert(prompt, insertion, caret)
    assert compose_text.insert(inserted, insertion) == inserted, "everything is there"
    tags = [tag.text for tag in lora_tags.find_tags(inserted)]
    removed = compose_text.remove(inserted, insertion.tag_name)
    assert [tag.text for tag in lora_tags.find_tags(removed)] == [tag.text for tag in lora_tags.find_tags(prompt)]
    assert sum(tags.count(text) for text in {tag.text for tag in lora_tags.find_tags(prompt)}) == len(tags) - 1
    words = "".join(prompt.split()).replace(",", "")
    rest = iter("".join(inserted.split()).replace(",", ""))
    assert all(character in rest for character in words), "every character of the user's is still there, in order"


@given(PROMPTS, INSERTIONS)
def test_inserting_twice_is_inserting_once(prompt: str, insertion: Insertion) -> None:
    once = compose_text.insert(prompt, insertion)
    assert compose_text.insert(once, insertion) == once
    assert sum(lora_tags.same_name(tag.name, insertion.tag_name) for tag in lora_tags.find_tags(once)) == 1


@given(PROMPTS, INSERTIONS)
def test_removing_undoes_inserting(prompt: str, insertion: Insertion) -> None:
    assume(
        not any(compose_text.has_phrase(prompt, word) for trigger in insertion.triggers for word in trigger.split(","))
    )
    inserted = compose_text.insert(prompt, insertion)
    assert compose_text.remove(inserted, insertion.tag_name, insertion.triggers) == prompt.rstrip(" \t,")


@given(PROMPTS, INSERTIONS)
def test_the_users_text_and_other_tags_stay(prompt: str, insertion: Insertion) -> None:
    inserted = compose_text.insert(prompt, insertion)
    assert inserted.startswith(prompt.rstrip(" \t,"))
    removed = compose_text.remove(inserted, insertion.tag_name, ())
    others = [tag.text for tag in lora_tags.find_tags(prompt)]
    assert [tag.text for tag in lora_tags.find_tags(removed)] == others


@pytest.mark.parametrize(
    "piece", ["(", ")", "sumi-e, ", "sumi-e. ", "<lora:ink_wash:1>", " ", "((a:1.2)", "\\", ":1", "<lora:"]
)
def test_hostile_prompts_take_linear_time(piece: str) -> None:
    prompt = piece * (100_000 // len(piece))
    started = time.process_time()
    compose_text.remove(compose_text.insert(prompt, INK), INK.tag_name, INK.triggers)
    assert time.process_time() - started < 4


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ("x <lora:a:0.5:te=1>, <lora:b:1> <lyco:a>", "x <lora:new.v1:0.5:te=1>, <lora:b:1> <lyco:new.v1>"),
        ("no tag", "no tag"),
        ("<lora:ab:1><lora:a", "<lora:ab:1><lora:a"),
    ],
)
def test_tags_get_new_names_and_all_else_stays(prompt: str, wanted: str) -> None:
    assert rename_tags(prompt, {"a": "new.v1"}) == wanted
