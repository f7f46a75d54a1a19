from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lora_manager.formats.example_documents import (
    MOST_PICTURES,
    example_of_infotext,
    examples_of_document,
    may_hold_prompts,
)
from lora_manager.formats.example_names import AdapterNames
from lora_manager.formats.example_prompts import MAX_TEXT, MOST_OTHERS, ExamplePrompt
from lora_manager.formats.sidecars.local_file import LocalFile
from tests.helpers.network_files import civitai_model, civitai_version

DIGEST = "ab" * 32
LOCAL = LocalFile("amber.safetensors", "amber", 9 * 1024, sha256=DIGEST)
NAMES = AdapterNames.of(["amber", "Amber Glow"], [DIGEST], 21)


def read(document: Any) -> list[ExamplePrompt]:
    assert may_hold_prompts(json.dumps(document, ensure_ascii=False).encode())
    return examples_of_document(document, LOCAL, NAMES)


def pictures(*metas: Any) -> list[dict[str, Any]]:
    return [{"url": "https://images.example/1", "meta": meta} for meta in metas]


def only(meta: Any) -> ExamplePrompt:
    (example,) = read({"modelId": 1, "files": [], "images": pictures(meta)})
    return example


def test_the_files_own_version_comes_first_and_others_say_so() -> None:
    model = civitai_model("Amber", "amber.safetensors", version_images=pictures({"prompt": "of mine"}))
    other = {"id": 22, "name": "v2", "files": [{"name": "amber2.safetensors"}]}
    model["modelVersions"].insert(0, {**other, "images": pictures({"prompt": "of another"}, None)})
    assert [(one.text, one.source) for one in read(model)] == [("of mine", "page"), ("of another", "other_version")]


@pytest.mark.parametrize(
    "document",
    [
        civitai_version("Amber", "amber.safetensors", version_images=pictures({"prompt": "a lantern"})),
        {"file_name": "amber", "model_name": "A", "civitai": {"images": pictures({"prompt": "a lantern"})}},
        {"file_name": "amber", "civitai": {"customImages": pictures({"prompt": "a lantern"})}},
        {"raw": {"civitai": {"images": pictures({"prompt": "a lantern"})}}, "trainedWords": []},
        {"images": [{"positive": "a lantern", "negative": "day"}], "raw": {}, "trainedWords": []},
        {"versions": [], "version": {"mirrors": [], "images": pictures({"prompt": "a lantern"})}},
        {"images": pictures({"id": 1, "meta": {"prompt": "a lantern"}})},
        {"images": pictures("a lantern\nNegative prompt: day\nSteps: 20, Sampler: Euler, CFG scale: 7")},
        {"images": pictures({"parameters": "a lantern\nSteps: 20, Sampler: Euler, CFG scale: 7"})},
        {"items": [civitai_model("Amber", "amber.safetensors", version_images=pictures({"prompt": "a lantern"}))]},
    ],
)
def test_every_kind_of_record_is_read(document: Any) -> None:
    assert [one.text for one in read(document)] == ["a lantern"]


@pytest.mark.parametrize(
    ("meta", "weight", "others"),
    [
        ({"prompt": "x <lora:amber:0.6>, <lora:detail:0.4>"}, 0.6, ("detail",)),
        ({"prompt": "x <lora:Amber_Glow:0.7:0.3>"}, 0.7, ()),
        ({"prompt": "x <lora:old:0.5>", "hashes": {"lora:old": DIGEST[:10]}}, 0.5, ()),
        ({"prompt": "x <lora:old:0.5>", "Lora hashes": f"old: {DIGEST[:12]}"}, 0.5, ()),
        ({"prompt": "x", "resources": [{"type": "lora", "name": "amber", "weight": 0.9}]}, 0.9, ()),
        ({"prompt": "x", "resources": [{"type": "lora", "name": "?", "weight": 0.9, "hash": DIGEST[:12]}]}, 0.9, ()),
        ({"prompt": "x", "civitaiResources": [{"type": "lora", "weight": 0.3, "modelVersionId": 21}]}, 0.3, ()),
        ({"prompt": "x", "civitaiResources": [{"type": "checkpoint", "modelVersionId": 21}]}, None, ()),
        ({"prompt": "x", "AddNet Model 1": f"b({DIGEST[:12]})", "AddNet Weight A 1": "0.8"}, 0.8, ()),
        ({"prompt": "x <lora:amber_v2:0.8>"}, 0.8, ()),
        ({"prompt": "x <lora:amber_v2:0.8> <lora:amber_v3:0.2>"}, None, ("amber_v2", "amber_v3")),
        ({"prompt": "x <lora:detail:0.4>"}, None, ("detail",)),
        ({"prompt": "x <lora:amber:900>"}, None, ()),
        ({"prompt": "x <lora:amber:0>"}, None, ()),
    ],
)
def test_the_weight_is_this_ones_and_the_others_are_named(
    meta: dict[str, Any], weight: float | None, others: tuple[str, ...]
) -> None:
    example = only(meta)
    assert (example.weight, example.others) == (weight, others)


def test_a_workflow_in_the_place_of_the_prompt_is_none() -> None:
    assert read({"images": pictures({"prompt": '{"3": {"class_type": "KSampler"}}'}, {"prompt": " "})}) == []


def test_a_picture_says_it_only_with_parameters() -> None:
    found = example_of_infotext("a lantern <lora:amber:0.5>\nSteps: 20, Sampler: Euler, CFG scale: 7", NAMES)
    assert found == ExamplePrompt("a lantern <lora:amber:0.5>", 0.5, source="preview")
    assert example_of_infotext("Copyright by somebody", NAMES) is None


def test_there_is_an_end_to_everything() -> None:
    tags = "".join(f"<lora:n{number}:1>" for number in range(200))
    found = read({"images": pictures(*({"prompt": tags} for _ in range(900)))})
    assert len(found) == MOST_PICTURES
    long = read({"images": pictures(*({"prompt": f"{tags} {'x' * 90_000}"} for _ in range(900)))})
    assert 0 < len(long) < 50
    listed = "a\nSteps: 20, Sampler: Euler, " + "k: v, " * 30_000
    assert 0 < len(read({"images": pictures(*[listed] * 900)})) < 50
    found += long
    assert all(len(one.text) <= MAX_TEXT and len(one.others) <= MOST_OTHERS for one in found)


def test_bytes_without_a_prompt_are_not_parsed() -> None:
    assert not may_hold_prompts(json.dumps(civitai_model("A", "a.safetensors")).encode())
    assert may_hold_prompts(b"\xff\xfe{\0}\0")


_NAMES = (
    "images meta prompt civitai raw version modelVersions resources civitaiResources hashes parameters type name weight"
)
_MORE = "hash files items data customImages positive modelVersionId"
KEYS = [*_NAMES.split(), *_MORE.split(), "AddNet Model 1"]
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.just("<lora:amber:1> x\ud800"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=300)
@given(anything)
def test_nothing_raises_whatever_the_record_holds(document: Any) -> None:
    for example in examples_of_document(document, LOCAL, NAMES):
        example.text.encode()
        assert example.text
        assert example.weight is None or abs(example.weight) <= 10


@given(st.text())
def test_nothing_raises_whatever_a_picture_says(text: str) -> None:
    example_of_infotext(f"{text}\nSteps: 20, Sampler: Euler, {text}: 7", NAMES)
