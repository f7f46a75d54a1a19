from __future__ import annotations

import json
from pathlib import Path

import pytest

from lora_manager.hosts.base import GenerationDefaults
from tests.hosts.in_sdnext import Inside


def put_in_memory(inside: Inside, kind: str, name: str = "some-model", text_width: int = 768) -> None:
    modeldata = inside.module("modeldata")
    info = inside.module("sd_checkpoint").CheckpointInfo(str(inside.folder / f"{name}.safetensors"), name)
    pipe = type(kind, (modeldata.StableDiffusionPipeline,), {})(info, text_width)
    modeldata.model_data.sd_model = pipe


def test_looking_loads_nothing(sdnext: Inside) -> None:
    model = sdnext.host.loaded_model()
    assert model.name == "tiny-sd"
    assert model.path == str(sdnext.folder / "models" / "Diffusers" / "tiny-sd")
    assert model.note == "Not loaded yet: the first image loads it."
    assert sdnext.host.cannot_generate() == ""
    sdnext.host.defaults()
    assert sdnext.module("modeldata").model_data.loads == 0


def test_after_the_first_image_it_is_in_memory(sdnext: Inside) -> None:
    sdnext.generate()
    model = sdnext.host.loaded_model()
    assert (model.name, model.family, model.note) == ("tiny-sd", "SD 1.5", "")
    assert sdnext.module("modeldata").model_data.loads == 1


@pytest.mark.parametrize(
    ("kind", "name", "text_width", "family"),
    [
        ("StableDiffusionPipeline", "anything", 768, "SD 1.5"),
        ("StableDiffusionPipeline", "v2", 1024, "SD 2.x"),
        ("StableDiffusionXLPipeline", "base", 2048, "SDXL"),
        ("StableDiffusionXLPipeline", "ponyDiffusionV6XL", 2048, "Pony"),
        ("FluxPipeline", "some", 0, "Flux.1"),
        ("OfNextYearPipeline", "some", 0, ""),
    ],
)
def test_families(sdnext: Inside, kind: str, name: str, text_width: int, family: str) -> None:
    put_in_memory(sdnext, kind, name, text_width)
    assert sdnext.host.loaded_model().family == family


def test_the_family_of_what_is_selected_is_read_from_its_files(sdnext: Inside) -> None:
    folder = sdnext.folder / "models" / "Diffusers" / "tiny-sd"
    assert sdnext.host.loaded_model().family == ""
    folder.joinpath("model_index.json").write_text(json.dumps({"_class_name": "StableDiffusionXLPipeline"}))
    assert sdnext.host.loaded_model().family == "SDXL"


@pytest.mark.parametrize("selected", ["Diffusers/tiny-sd", "tiny-sd", "Diffusers/tiny-sd [0123456789]", "TINY-SD"])
def test_a_selected_checkpoint_by_any_of_its_names(sdnext: Inside, selected: str) -> None:
    sdnext.module("shared").opts.sd_model_checkpoint = selected
    assert sdnext.host.loaded_model().name == "tiny-sd"


def test_a_checkpoint_of_a_hub(sdnext: Inside) -> None:
    sdnext.module("shared").opts.sd_model_checkpoint = "huggingface/someone/a-model"
    model = sdnext.host.loaded_model()
    assert (model.name, model.path, model.family) == ("a-model", "", "")


@pytest.mark.parametrize("selected", ["None", None, "", "deleted.safetensors"])
def test_nothing_selected(sdnext: Inside, selected: str | None) -> None:
    sdnext.module("shared").opts.sd_model_checkpoint = selected
    assert sdnext.host.loaded_model() is None
    assert "Choose one" in sdnext.host.cannot_generate()
    assert sdnext.host.defaults().width == 1024


def test_no_checkpoint_at_all(sdnext: Inside) -> None:
    sdnext.module("shared").opts.sd_model_checkpoint = "None"
    sdnext.module("sd_checkpoint").checkpoints_list.clear()
    assert "models folder" in sdnext.host.cannot_generate()


def test_defaults_suit_the_model(sdnext: Inside) -> None:
    for kind, side in (("StableDiffusionPipeline", 512), ("StableDiffusionXLPipeline", 1024)):
        put_in_memory(sdnext, kind)
        assert sdnext.host.defaults() == GenerationDefaults(width=side, height=side, sampler="Default")


def test_defaults_that_the_user_saved_in_the_host(sdnext: Inside) -> None:
    sdnext.module("ui_settings").loadsave.ui_settings = {
        "control/Width/value": 256,
        "txt2img/Width/value": 640,
        "txt2img/Height/value": 384.0,
        "control/Steps/value": "many",
    }
    found = sdnext.host.defaults()
    assert (found.width, found.height, found.steps) == (256, 384, GenerationDefaults.steps)


def test_a_path_that_is_gone_is_told_as_it_is(sdnext: Inside) -> None:
    sdnext.folder.joinpath("models", "Diffusers", "tiny-sd").rmdir()
    model = sdnext.host.loaded_model()
    assert not Path(model.path).exists()
    assert model.family == ""
