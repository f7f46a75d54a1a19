from __future__ import annotations

from typing import Any

from lora_manager.formats.record import Source
from lora_manager.formats.sidecars import draw_things
from tests.formats.sidecars.documents import local

DOCUMENT: dict[str, Any] = {
    "name": "Paper Boats",
    "version": "flux1",
    "file": "paper_boats_lora_f16.ckpt",
    "prefix": "paper boat, ",
    "note": "Use *boats*.",
    "weight": {"value": 0.8, "lower_bound": -1.5, "upper_bound": 2.5},
    "download": {"file": "https://example.com/boats.safetensors"},
    "converted": {"paper_boats_lora_f16.ckpt": "aa" * 32},
}


def test_the_prefix_is_the_trigger() -> None:
    problems: list[str] = []
    (record,) = draw_things.read(DOCUMENT, local(), problems)
    assert problems == []
    assert (record.source, record.name, record.sd_version) == (Source.DRAW_THINGS, "Paper Boats", "Flux.1 D")
    assert (record.trained_words, record.weight) == (("paper boat,",), 0.8)
    assert record.weight_range is None, "the app's slider, whole"
    assert record.sha256 is None, "that is of the app's own form of the file"


def test_a_base_model_that_is_not_known_keeps_its_name() -> None:
    (record,) = draw_things.read({**DOCUMENT, "version": "wan_v9", "prefix": "", "weight": None}, local(), [])
    assert (record.sd_version, record.trained_words, record.weight) == ("wan_v9", (), None)


def test_bounds_that_somebody_set_are_the_range() -> None:
    weight = {"value": 0.8, "lower_bound": 0.4, "upper_bound": 1.2}
    (record,) = draw_things.read({**DOCUMENT, "weight": weight}, local(), [])
    assert (record.weight, record.weight_range) == (0.8, (0.4, 1.2))


def test_its_marks() -> None:
    assert draw_things.matches({"is_lo_ha": False})
    assert not draw_things.matches({"name": "n"})
