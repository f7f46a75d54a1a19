from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lora_manager.errors import BadInputError
from lora_manager.formats.example_prompts import ExamplePrompt
from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.search.ranking.document import (
    DESCRIPTION,
    FILE,
    NAME,
    PHRASE_NAME,
    PHRASE_TRIGGER,
    TRIGGER,
    make_document,
    unpack,
)
from lora_manager.search.ranking.terms import term_id
from tests.search.ranking.library import FACTS, adapter


def test_a_document_comes_back() -> None:
    document = unpack(make_document(FACTS[0]))
    terms = document.terms.tolist()
    assert terms == sorted(set(terms))
    lantern = terms.index(term_id("lantern"))
    assert document.card[lantern] == 3
    assert document.examples[lantern] == 2
    assert document.fields[lantern] == NAME | FILE | TRIGGER
    phrases = dict(zip(document.phrases.tolist(), document.phrase_kinds.tolist(), strict=True))
    assert phrases[term_id("amber lantern")] & (PHRASE_TRIGGER | PHRASE_NAME) == PHRASE_TRIGGER | PHRASE_NAME
    assert phrases[term_id("amberlantern")] & PHRASE_TRIGGER
    assert document.text_weights.tolist() == [0, 1, 1]
    assert int(document.text_sizes.sum()) == len(document.text_terms)
    assert term_id("wooden pier") in document.pairs.tolist()


def test_own_examples_count_more_and_keep_their_number() -> None:
    examples = (ExamplePrompt("fog", own=True, liked=5), ExamplePrompt("1, 2"), ExamplePrompt("fog", own=True))
    document = unpack(make_document(replace(adapter(1, "x"), examples=examples)))
    assert document.text_weights.tolist() == [0, 3, 1, 2]
    assert document.text_sizes.tolist()[2] == 0
    assert int(document.examples.max()) == 5


def test_it_says_what_its_file_is_called_and_who_stands_in_its_examples() -> None:
    examples = (
        ExamplePrompt("fog <lora:ink:1>, <lora:x:1>", others=("sub/Ink.safetensors", "v1", "brass lamp")),
        ExamplePrompt("mine", others=("ink",), own=True),
        ExamplePrompt("FOG  <lora:x:0.2>", others=("Owl", "ink")),
        ExamplePrompt("itself and nobody", others=("Brass Lamp", "000010")),
        ExamplePrompt("alone"),
    )
    facts = replace(adapter(1, "x"), file_name="Brass Lamp", file_names=("lamp_old", "v2", "brass_lamp"))
    document = unpack(make_document(replace(facts, examples=examples)))
    assert document.own_names.tolist() == [term_id("brass_lamp"), term_id("lamp_old")]
    assert document.named_counts.tolist() == [1, 2]
    assert document.names.tolist() == [term_id("ink"), term_id("owl"), term_id("ink")]
    assert document.named_keys[0] == document.named_keys[1]  # the same words, so the same prompt


def test_an_empty_adapter_has_a_document() -> None:
    document = unpack(make_document(AdapterFacts(1)))
    assert len(document.own_names) == len(document.named_keys) == len(document.names) == 0
    assert len(document.terms) == len(document.phrases) == 0
    assert document.text_sizes.tolist() == [0]


def test_long_texts_are_bounded() -> None:
    words = " ".join(f"w{n}" for n in range(100_000))
    facts = adapter(1, "x", words, description=words, notes=words, trigger_groups=((words,),))
    assert len(make_document(facts)) < 60_000
    document = unpack(make_document(facts))
    assert document.fields[document.terms.tolist().index(term_id("w5"))] & DESCRIPTION


def test_what_is_no_document_is_refused() -> None:
    good = make_document(FACTS[0])
    for bad in (b"", b"x" * 10, good[:-1], b"\x09" + good[1:], good[:8] + b"\xff\xff\xff\x7f" + good[12:]):
        with pytest.raises(BadInputError):
            unpack(bad)
    named = make_document(replace(FACTS[0], examples=(ExamplePrompt("fog", others=("ink", "owl")),)))
    for bad in (named[:-1] + b"\x01", named[:-1]):  # how many names there are stands last
        with pytest.raises(BadInputError):
            unpack(bad)
    changed = bytearray(good)
    sizes = len(good) - len(unpack(good).text_weights) - len(unpack(good).phrase_kinds) - 3 * len(unpack(good).terms)
    changed[sizes - 1] ^= 1
    with pytest.raises(BadInputError):
        unpack(bytes(changed))
    assert np.array_equal(unpack(good).terms, unpack(make_document(FACTS[0])).terms)
