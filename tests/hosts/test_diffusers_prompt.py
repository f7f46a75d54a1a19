from __future__ import annotations

import pytest

from lora_manager.hosts.diffusers_prompt import has_attention_weights, plain_prompt


@pytest.mark.parametrize(
    ("prompt", "plain"),
    [
        ("a cat, <lora:x:1> a dog", "a cat, a dog"),
        ("((a cat:1.2), [dim])", "a cat, dim"),
        (r"samus \(metroid\), armor", "samus (metroid), armor"),
        ("one BREAK two", "one two"),
        ("ratio 16:9", "ratio 16:9"),
        ("", ""),
    ],
)
def test_only_the_words_are_left(prompt: str, plain: str) -> None:
    assert plain_prompt(prompt) == plain


def test_attention_is_noticed() -> None:
    assert has_attention_weights("a (cat:1.2)")
    assert not has_attention_weights(r"samus \(metroid\) <lora:x (final):1>")
