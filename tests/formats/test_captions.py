from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.formats.captions import MAX_CAPTION, MOST_CAPTIONS, captions_of, training_facts


def header(**values: Any) -> dict[str, str]:
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}


def test_counts_of_all_folders_are_added_up_most_frequent_first() -> None:
    frequency = {"10_amber": {"lantern": 20, " Dusk": 5}, "2_more": {"dusk": 30, "rain": 1, "": 9, "odd": "x"}}
    assert captions_of(header(ss_tag_frequency=frequency)) == (("Dusk", 35), ("lantern", 20), ("rain", 1))


def test_newer_trainers_keep_them_with_each_dataset() -> None:
    datasets = [{"subsets": [], "tag_frequency": {"1_a": {"lantern": 2}}}, {"tag_frequency": None}, 7]
    assert captions_of(header(ss_datasets=datasets)) == (("lantern", 2),)


@pytest.mark.parametrize("value", ["", "{}", "[]", "null", "{", '{"10_amber": 211}', "[" * 100_000, '{"a": {"b": -1}}'])
def test_what_holds_no_tags_gives_none(value: str) -> None:
    assert captions_of({"ss_tag_frequency": value}) == ()


def test_there_is_an_end_to_everything() -> None:
    frequency = {"1": {f"{'t' * 200}{number}": number + 1 for number in range(3_000)}}
    found = captions_of(header(ss_tag_frequency=frequency))
    assert len(found) == MOST_CAPTIONS
    assert all(len(tag) <= MAX_CAPTION for tag, _ in found)
    assert [count for _, count in found[:2]] == [3_000, 2_999]


def test_training_facts_are_plain_values() -> None:
    metadata = header(
        ss_resolution="(512, 768)",
        ss_steps="1500",
        ss_epoch="None",
        ss_num_epochs="10",
        ss_num_train_images="44",
        ss_optimizer="bitsandbytes.optim.adamw.AdamW8bit",
        ss_network_dim="32",
        ss_network_alpha="16.5",
        ss_sd_model_name="base.safetensors",
    )
    assert training_facts(metadata) == {
        "resolution": "512x768",
        "optimizer": "bitsandbytes.optim.adamw.AdamW8bit",
        "base_checkpoint": "base.safetensors",
        "steps": 1500,
        "epochs": 10,
        "images": 44,
        "dim": 32,
        "alpha": 16.5,
    }


def test_one_trainer_says_it_in_a_record_of_its_own() -> None:
    assert training_facts(header(training_info={"step": 300, "epoch": 3})) == {"steps": 300, "epochs": 3}


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@given(ANY, st.text(max_size=30))
def test_nothing_raises(value: Any, text: str) -> None:
    for packed in (json.dumps(value), text, value):
        keys = ("ss_tag_frequency", "ss_datasets", "training_info", "ss_resolution", "ss_steps")
        metadata = dict.fromkeys(keys, packed)
        for tag, count in captions_of(metadata):
            tag.encode()
            assert count > 0
        json.dumps(training_facts(metadata), allow_nan=False)
