from __future__ import annotations

from lora_manager.formats.base_model_rules import FAMILIES
from lora_manager.formats.family_fit import architecture, fitting_families


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
