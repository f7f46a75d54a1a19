"""What Civitai's model and version records share."""

from __future__ import annotations

from typing import Any

import pytest

from lora_manager.formats.sidecars import civitai_common
from tests.formats.sidecars.documents import local, version


@pytest.mark.parametrize(
    ("value", "level", "said"),
    [(1, 1, False), ("4", 4, False), ("X", 8, True), (0, None, False), (999, None, False), ([], None, True)],
)
def test_the_level_is_the_bit_mask(value: Any, level: int | None, said: bool) -> None:
    problems: list[str] = []
    assert civitai_common.read_level({"nsfwLevel": value}, problems) == level
    assert bool(problems) is said


@pytest.mark.parametrize(("flag", "level"), [(True, 16), (False, 1), (None, None), ("true", None)])
def test_the_older_flag_stands_for_a_level(flag: Any, level: int | None) -> None:
    assert civitai_common.level_of_flag(flag) == level


def test_an_archetype_is_surer_alone_than_among_others() -> None:
    alone, sure = civitai_common.archetype_of(("woman", "Poses"))
    several, unsure = civitai_common.archetype_of(("style", "character"))
    assert alone == "pose"
    assert several in ("style", "character")
    assert sure is not None
    assert unsure is not None
    assert sure > unsure
    assert civitai_common.archetype_of(("woman",)) == (None, None)


@pytest.mark.parametrize(
    ("availability", "mode", "visibility"),
    [
        ("Public", None, "Public"),
        ("Public", "Archived", "Public, Archived"),
        (None, "TakenDown", "TakenDown"),
        (None, 7, None),
    ],
)
def test_visibility_names_the_mode(availability: str | None, mode: Any, visibility: str | None) -> None:
    assert civitai_common.visibility_of(availability, mode) == visibility


def test_a_weight_among_the_words_comes_before_one_in_the_description() -> None:
    assert civitai_common.weights_of("<p>weight 0.5</p>", ("<lora:x:0.8>",)) == (0.8, None)
    assert civitai_common.weights_of("<p>weight 0.5</p>", ("word",)) == (0.5, None)
    assert civitai_common.weights_of("<p>weight 0.6 - 0.8</p>", ("<x>",)) == (0.7, (0.6, 0.8))
    assert civitai_common.weights_of(None) == (None, None)


def test_tags_are_one_line_each_and_none_twice() -> None:
    assert civitai_common.read_tags({"tags": ["A\nb", "a b", "", "C"]}, []) == ("A b", "C")


@pytest.mark.parametrize(
    "claim", ["", "12", "z" * 64, "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855", 5, None]
)
def test_a_hash_that_can_not_be_the_files_is_no_claim(claim: Any) -> None:
    file = {"name": "a.safetensors", "hashes": {"SHA256": claim}}
    assert civitai_common.read_version(version(1), file, local(), []).sha256 is None


def test_a_hash_is_a_claim_in_lower_case() -> None:
    file = {"name": "a.safetensors", "hashes": {"SHA256": " " + "AB" * 32}}
    assert civitai_common.read_version(version(1), file, local(), []).sha256 == "ab" * 32
