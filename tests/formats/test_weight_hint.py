from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.formats.weight_hint import middle_of, weight_from_text, weight_range_from_text


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("Recommended weight: 0.7", 0.7),
        ("recommended weights 0.6 - 0.8", 0.7),
        ("<p>Best <strong>Weight</strong>: <code>0.6</code>~<code>0.9</code></p>", 0.75),
        ("works with a weight between 0.6 and 0.9.", 0.75),
        ("use at a strength of .5", 0.5),
        ("weight0.8-0.95 can achieve good effect", 0.9),
        ("I suggest 0.5-0.7 weight", 0.6),
        ("Works well at around 0.6 weight on anything", 0.6),
        ("Strength 1 - 0.6 is optimal", 0.8),
        ("LoRA Weight 1.0", 1.0),
        ("tested at weight 1 with trigger x", 1.0),
        ("推荐权重：0.5~0.8", 0.65),
        ("lora权重为0.4到0.8", 0.6),
        ("Weighting 0.8 is good", 0.8),
        ("weight value: 1 (or 0.5~1.2)", 1.0),
        ("Denoising strength 0.4, then weight 0.8", 0.8),
        ("a prompt <lora:lantern:0.4> of mine", 0.4),
        ("&lt;lora:lantern:0.4&gt;", 0.4),
        ("weight 0.7 <lora:lantern:1>", 0.7),
    ],
)
def test_the_weight_that_a_text_names(text: str, weight: float) -> None:
    assert weight_from_text(text) == weight


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no hint at all 0.7",
        "weight: 3.5",
        "weight 5",
        "weights below 0.4 do nothing",
        "lightweight 0.8",
        "strengthen 0.8",
        "Denoising strength: 0.5",
        "body weight 0.8",
        "LoRA Block Weight",
        "a weight of 9mb",
        "weight and 2 people",
        "weight 0",
        "weight 0.5.2",
        "weight 80%",
        "<lora:lantern:5>",
        "the weight. Uses 0.7 of the disk",
    ],
)
def test_texts_that_name_none(text: str) -> None:
    assert weight_from_text(text) is None


def test_the_range_is_kept() -> None:
    assert weight_range_from_text("weight 0.8 to 0.6") == (0.6, 0.8)
    assert weight_range_from_text("weight 0.8") == (0.8, 0.8)
    assert weight_range_from_text("weight") is None
    assert (middle_of(0.6, 0.8), middle_of(0.33, 0.33)) == (0.7, 0.33)


@given(st.text(max_size=200) | st.text(st.sampled_from("weight strength权重 0.5-~:<>"), max_size=200))
def test_any_text_gives_a_plausible_weight_or_none(text: str) -> None:
    weight = weight_from_text(text)
    assert weight is None or 0 < weight <= 2


@pytest.mark.parametrize(
    "piece", ["weight ", "0.5 ", "weight 0", "weight(((", "<lora:a", "<", "权重", "weight 0.5 - ", "*_"]
)
def test_hostile_texts_cost_little(piece: str) -> None:
    started = time.process_time()
    weight_from_text(piece * 100_000)
    assert time.process_time() - started < 0.5
