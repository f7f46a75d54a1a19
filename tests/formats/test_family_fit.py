from __future__ import annotations

import pytest

from lora_manager.formats.base_model_rules import BY_NAME, FAMILIES
from lora_manager.formats.family_fit import (
    NOT,
    SAME,
    TRAINED_APART,
    UNKNOWN,
    USABLE,
    architecture,
    fit,
    fitting_families,
)


def test_what_shares_the_keys_fits() -> None:
    assert {"SDXL", "Pony", "Illustrious", "NoobAI"} <= set(fitting_families("SDXL"))
    assert fitting_families("Pony") == fitting_families("SDXL")
    assert fitting_families("SD 1.5") == ("SD 1.5",)
    assert "Flux.1" not in fitting_families("SDXL")


def test_every_family_fits_itself() -> None:
    for family in FAMILIES:
        assert family.name in fitting_families(family.name)
        assert architecture(architecture(family.name)) == architecture(family.name)


def test_nobody_knows_what_fits_an_unknown_model() -> None:
    assert fitting_families("") == fitting_families("nonsense") == ()


def test_a_family_is_the_same_as_itself() -> None:
    for family in FAMILIES:
        assert fit(family.name, family.name).kind == SAME


@pytest.mark.parametrize(("adapter", "model"), [("Pony", "SDXL"), ("SDXL", "Illustrious"), ("Illustrious", "Pony")])
def test_those_of_one_architecture_are_usable_with_a_note(adapter: str, model: str) -> None:
    found = fit(adapter, model)
    assert found.kind == USABLE
    assert adapter in found.note
    assert model in found.note


def test_what_was_trained_apart_is_told_with_less_hope() -> None:
    assert set(BY_NAME) >= TRAINED_APART
    assert "expect little" in fit("Flux.1", "Chroma").note
    assert "expect little" not in fit("Pony", "SDXL").note


@pytest.mark.parametrize(("adapter", "model"), [("SD 1.5", "SDXL"), ("Flux.1", "SD 1.5"), ("Wan", "Flux.1")])
def test_other_keys_do_not_work(adapter: str, model: str) -> None:
    assert fit(adapter, model).kind == NOT


def test_what_is_not_known_is_not_judged() -> None:
    unknown = [fit("", "SDXL"), fit("SDXL", ""), fit("", ""), fit("a", "a"), fit("SDXL", "nonsense")]
    assert {found.kind for found in unknown} == {UNKNOWN}


def test_fit_agrees_with_what_is_listed_as_fitting() -> None:
    for one in FAMILIES:
        fitting = fitting_families(one.name)
        assert all((fit(other.name, one.name).kind in (SAME, USABLE)) == (other.name in fitting) for other in FAMILIES)
