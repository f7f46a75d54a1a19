"""Which families' LoRAs a model takes."""

from __future__ import annotations

from lora_manager.formats.base_model_rules import FAMILIES
from lora_manager.formats.family_fit import architecture, fitting_families


def test_what_has_the_same_keys_fits() -> None:
    assert set(fitting_families("Pony")) == set(fitting_families("SDXL")) >= {"SDXL", "Pony", "Illustrious"}
    assert "Flux.1" not in fitting_families("SDXL")
    assert fitting_families("made up") == ()


def test_every_family_fits_itself_also_where_two_refine_each_other() -> None:
    for family in FAMILIES:
        assert family.name in fitting_families(family.name)
        assert architecture(architecture(family.name)) == architecture(family.name)
