from __future__ import annotations

import pytest

from lora_manager.db.kinship import Kin
from lora_manager.services.recommending.folding import Group, core_of, folded


def kin(*rows: tuple[str, str, int | None]) -> dict[int, Kin]:
    return {
        number: Kin(number, name, "", author, model_id, "SD 1.5")
        for number, (name, author, model_id) in enumerate(rows, 1)
    }


def test_versions_of_one_model_are_folded_below_the_best() -> None:
    known = kin(("Amber", "ada", 7), ("Moth", "ada", 8), ("Amber Glow", "bob", 7))
    assert folded([3, 2, 1], known) == [Group(3, ((1, "version"),)), Group(2)]


def test_files_that_differ_in_a_number_only_are_versions() -> None:
    known = kin(("amber-000002", "", None), ("amber-000004", "", None), ("amber lamp", "", None), ("AmberV3", "", None))
    assert folded([1, 2, 3, 4], known) == [Group(1, ((2, "version"), (4, "version"))), Group(3)]


def test_near_twins_by_one_author_are_folded_and_those_of_others_not() -> None:
    known = kin(("Old Amber Lamp", "ada", 1), ("Old Amber Lamp Night", "ada", 2), ("Old Amber Lamp Night", "bob", 3))
    assert folded([1, 2, 3], known) == [Group(1, ((2, "author"),)), Group(3)]


def test_twins_by_their_texts_are_folded_where_they_are_by_one_author() -> None:
    known = kin(("Amber", "ada", 1), ("Moth", "ada", 2), ("Fox", "bob", 3))
    assert folded([1, 2, 3], known, lambda one, other: True) == [Group(1, ((2, "author"),)), Group(3)]
    asked: list[tuple[int, int]] = []
    folded([1, 2, 3], known, lambda one, other: bool(asked.append((one, other))))
    assert asked == [(1, 2)]


def test_what_nobody_knows_stands_alone() -> None:
    assert folded([5, 6], {}) == [Group(5), Group(6)]
    numbers = kin(("1", "", None), ("2", "", None))
    assert folded([1, 2], numbers) == [Group(1), Group(2)]


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("Amber Lamp v1.5", {"amber", "lamp"}),
        ("amberLampV2", {"amber", "lamp"}),
        ("Amber_Lamp-LoRA-000010", {"amber", "lamp"}),
        ("v2", set()),
    ],
)
def test_the_core_of_a_name_is_without_its_version(name: str, core: set[str]) -> None:
    assert core_of(name) == core
