from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.formats import lora_tags

PROMPTS = st.lists(
    st.sampled_from(
        ["a cat", ",", ", ", " ", "\n", "(b:1.2)", "<lora:x:1>", "<lora:y:0.5:1>", "<lyco:z>", "<", ">", "lora:"]
    )
).map("".join)


@pytest.mark.parametrize(
    ("text", "name", "te", "unet"),
    [
        ("<lora:ink:0.8>", "ink", 0.8, 0.8),
        ("<lora:ink>", "ink", 1.0, 1.0),
        ("<lyco:ink:.5>", "ink", 0.5, 0.5),
        ("<lora:ink:0.5:0.25>", "ink", 0.5, 0.25),
        ("<lora:ink:te=0.3:unet=1.5>", "ink", 0.3, 1.5),
        ("<lora:ink:0.6:unet=-1:dyn=4>", "ink", 0.6, -1.0),
        ("<lora:ink:0@0,1@0.4>", "ink", 1.0, 1.0),
        ("<lora:ink:te=1:unet=0@0,0.7@1>", "ink", 1.0, 0.7),
        ("<lora:ink:heavy>", "ink", 1.0, 1.0),
        ("<lora:ink:nan>", "ink", 1.0, 1.0),
        ("<lora:ink:inf:@>", "ink", 1.0, 1.0),
        ("<lora:墨絵 v1.5 (final):0.7>", "墨絵 v1.5 (final)", 0.7, 0.7),
        ("<lora:styles/ink:-2>", "styles/ink", -2.0, -2.0),
    ],
)
def test_a_tag_is_read_as_the_hosts_read_it(text: str, name: str, te: float, unet: float) -> None:
    prompt = f"a dragon, {text} in mist"
    (tag,) = lora_tags.find_tags(prompt)
    assert (tag.name, tag.te_weight, tag.unet_weight, tag.text) == (name, te, unet, text)
    assert prompt[tag.start : tag.end] == text


def test_named_arguments_are_kept_as_typed() -> None:
    assert lora_tags.find_tags("<lora:a:1:dyn=4:in=0.5>")[0].named == {"dyn": "4", "in": "0.5"}


@pytest.mark.parametrize("text", ["<lora:>", "<lora>", "<LORA:a:1>", "<hypernet:a:1>", "lora:a:1", "<lora:a:1", ""])
def test_what_is_no_tag_is_left_alone(text: str) -> None:
    assert lora_tags.find_tags(text) == []
    assert lora_tags.strip_tags(text) == text


@pytest.mark.parametrize(
    ("prompt", "stripped"),
    [
        ("a cat, <lora:x:1>, a dog", "a cat, a dog"),
        ("a cat <lora:x:1>, a dog", "a cat, a dog"),
        ("a cat, <lora:x:1> a dog", "a cat, a dog"),
        ("<lora:x:1>, a cat", "a cat"),
        ("a cat <lora:x:1>", "a cat"),
        ("a cat, <lora:x:1>", "a cat"),
        ("a cat <lora:x:1> <lora:y:1> sits", "a cat sits"),
        ("a <lora:x:1>, <lora:y:1> b", "a, b"),
        ("a\n<lora:x:1>, b", "a\nb"),
        ("a, <lora:x:1>\nb", "a\nb"),
        ("cat<lora:x:1>fish", "catfish"),
        ("<lora:x:1>", ""),
        ("a,, b", "a,, b"),
    ],
)
def test_stripping_leaves_no_stray_separator(prompt: str, stripped: str) -> None:
    assert lora_tags.strip_tags(prompt) == stripped


@given(PROMPTS)
def test_stripping_removes_every_tag_and_no_word(prompt: str) -> None:
    stripped = lora_tags.strip_tags(prompt)
    without = prompt
    for tag in reversed(lora_tags.find_tags(prompt)):
        without = without[: tag.start] + without[tag.end :]
    assert "".join(stripped.replace(",", "").split()) == "".join(without.replace(",", "").split())


@pytest.mark.parametrize(
    ("weight", "text"),
    [
        (0.8, "0.8"),
        (1, "1"),
        (0.75, "0.75"),
        (1e-05, "0"),
        (-0.00001, "0"),
        (-1.5, "-1.5"),
        (100, "100"),
        (0.1 + 0.2, "0.3"),
    ],
)
def test_a_weight_is_written_as_people_type_it(weight: float, text: str) -> None:
    assert lora_tags.format_weight(weight) == text
    assert lora_tags.format_tag("ink", weight) == f"<lora:ink:{text}>"


@given(st.floats(min_value=-100, max_value=100))
def test_a_written_weight_is_read_back(weight: float) -> None:
    (tag,) = lora_tags.find_tags(lora_tags.format_tag("ink", weight))
    assert tag.te_weight == pytest.approx(weight, abs=1e-4)


@pytest.mark.parametrize(
    ("before", "weight", "after"),
    [
        ("<lora:a:0.5>", 0.8, "<lora:a:0.8>"),
        ("<lora:a>", 1, "<lora:a>"),
        ("<lora:a:1.00>", 1, "<lora:a:1.00>"),
        ("<lora:a:1:0.5:dyn=3>", 1, "<lora:a:1:dyn=3>"),
        ("<lyco:a:te=0:unet=1>", 0.5, "<lyco:a:0.5>"),
        ("<lora:a:0@0,1@1>", 1, "<lora:a:0@0,1@1>"),
    ],
)
def test_a_new_weight_changes_nothing_else(before: str, weight: float, after: str) -> None:
    assert lora_tags.with_weight(lora_tags.find_tags(before)[0], weight) == after


def test_sdnext_writes_dots_as_underscores() -> None:
    assert lora_tags.same_name("ink v1.5", "ink v1_5")
    assert not lora_tags.same_name("ink", "Ink")


@pytest.mark.parametrize(
    "piece", ["<lora:", "<lora:a:1>", "<lora:a:1> ,", " ", ",", "<lora:a:1@", "<lora:a:1@0,>", ">"]
)
def test_hostile_prompts_take_linear_time(piece: str) -> None:
    prompt = piece * (100_000 // len(piece))
    started = time.process_time()
    lora_tags.find_tags(prompt)
    lora_tags.strip_tags(prompt)
    assert time.process_time() - started < 2
