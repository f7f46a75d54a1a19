from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.formats.example_names import AdapterNames, fold_name, says_which

DIGEST = "ab" * 32
NAMES = AdapterNames.of(["style/Amber Lantern_v1.2.safetensors", None, ""], [DIGEST, None, "e3b0c44298fc1c"], 21)


@pytest.mark.parametrize("name", ["Amber Lantern_v1.2", "amber_lantern_v1_2", "a/b\\Amber Lantern_v1.2.pt"])
def test_a_name_is_the_same_with_folder_ending_and_case(name: str) -> None:
    assert NAMES.is_named(name)


def test_another_version_may_be_it() -> None:
    assert not NAMES.is_named("amber_lantern_v2")
    assert NAMES.may_be_named("amber_lantern_v2")
    assert NAMES.may_be_named("amberlantern-extra")
    assert not NAMES.may_be_named("amb")
    assert not NAMES.may_be_named("more_details")


@pytest.mark.parametrize("digest", [DIGEST, DIGEST.upper(), DIGEST[:10], f" {DIGEST[:12]} "])
def test_a_hash_or_its_beginning_is_it(digest: str) -> None:
    assert NAMES.has_hash(digest)


@pytest.mark.parametrize("digest", ["", "ab", "abab", "zz" * 6, "e3b0c44298fc", "e3b0c44298", "cd" * 6])
def test_other_hashes_are_not(digest: str) -> None:
    assert not NAMES.has_hash(digest)


@given(st.text(max_size=50))
def test_any_text_may_be_asked_for(text: str) -> None:
    names = AdapterNames.of([text], [text])
    assert names.is_named(text) or not names.names
    names.may_be_named(text)
    names.has_hash(text)


@pytest.mark.parametrize("name", ["amber lantern", "v1_amber", "Ink", "桜", "a.safetensors", "epoch_ink", "xl"])
def test_a_name_says_which(name: str) -> None:
    assert says_which(fold_name(name))


@pytest.mark.parametrize(
    "name", ["", "v1", "V2.5.safetensors", "000010", "lora", "last-000004", "epoch_3", "-", "step 400"]
)
def test_a_number_of_the_training_says_not(name: str) -> None:
    assert not says_which(fold_name(name))
