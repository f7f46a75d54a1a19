from __future__ import annotations

import json
from typing import Any

import pytest

from lora_manager.hosts.base import GenerationDefaults
from tests.hosts.in_a1111 import Inside

SAMPLER = "customscript/sampler.py/txt2img/Sampling method/value"
STEPS = "customscript/sampler.py/txt2img/Sampling steps/value"


def save(inside: Inside, **values: Any) -> None:
    """The page's defaults as the host writes them."""
    named = {"width": "txt2img/Width/value", "height": "txt2img/Height/value", "cfg": "txt2img/CFG Scale/value"}
    named |= {"steps": STEPS, "sampler": SAMPLER}
    saved = {named[key]: value for key, value in values.items()}
    (inside.folder / "ui-config.json").write_text(json.dumps(saved), encoding="utf-8")


def test_without_a_file_of_the_page(inside: Inside) -> None:
    assert inside.host.defaults() == GenerationDefaults(sampler="DPM++ 2M")


def test_what_the_user_saved_for_the_page(inside: Inside) -> None:
    save(inside, width=640, height=960, cfg=4.5, steps=28, sampler="Euler")
    assert inside.host.defaults() == GenerationDefaults(640, 960, 28, 4.5, "Euler")
    assert list(inside.host.samplers()) == ["Euler", "DPM++ 2M", "Euler a"]


def test_fields_that_are_no_script_of_the_host_have_plain_names(forge: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Classic. The file may come from a host of the other kind, and hold both names."""
    saved = {"txt2img/Sampling method/value": "Euler a", "txt2img/Sampling steps/value": 32, SAMPLER: "Euler"}
    (forge.folder / "ui-config.json").write_text(json.dumps(saved), encoding="utf-8")
    assert (forge.host.defaults().steps, forge.host.defaults().sampler) == (32, "Euler")
    monkeypatch.delattr(forge.module("sd_samplers"), "get_sampler_and_scheduler")
    assert forge.host.defaults().sampler == "Euler a"


def test_a_saved_default_that_changes_is_seen(a1111: Inside) -> None:
    save(a1111, width=640)
    assert a1111.host.defaults().width == 640
    save(a1111, width=1280)
    assert a1111.host.defaults().width == 1280


def test_the_size_every_host_ships_with_is_no_choice(a1111: Inside) -> None:
    save(a1111, width=512, height=512)
    a1111.control.add_checkpoint("some-xl.safetensors")
    a1111.module("shared").opts.set("sd_model_checkpoint", "some-xl")
    assert (a1111.host.defaults().width, a1111.host.defaults().height) == (1024, 1024)


def test_presets_of_forge(forge: Inside) -> None:
    options = forge.module("shared").opts
    for key, value in {"width": 896, "height": 1152, "cfg": 3.5, "sampler": "Euler a"}.items():
        options.set(f"xl_t2i_{key}", value)
    options.set("forge_preset", "xl")
    found = forge.host.defaults()
    assert (found.width, found.height, found.cfg_scale, found.sampler) == (896, 1152, 3.5, "Euler a")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"txt2img/Width/value": "wide"}', "[" * 100_000])
def test_a_file_that_makes_no_sense_is_passed_over(a1111: Inside, text: str) -> None:
    (a1111.folder / "ui-config.json").write_text(text, encoding="utf-8")
    assert a1111.host.defaults() == GenerationDefaults(sampler="DPM++ 2M")


def test_hidden_samplers_stay_hidden(inside: Inside) -> None:
    assert "PLMS" not in inside.host.samplers()
