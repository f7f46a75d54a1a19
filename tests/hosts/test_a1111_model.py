from __future__ import annotations

from lora_manager.hosts.base import LoadedModel
from tests.hosts.in_a1111 import Inside, request

NOT_LOADED = "Not loaded yet: the first image loads it."


def not_cancelled() -> bool:
    return False


def test_before_the_first_image_the_selected_one_is_named_and_nothing_is_loaded(inside: Inside) -> None:
    path = inside.folder / "models" / "Stable-diffusion" / "tiny-sd15.safetensors"
    assert inside.host.loaded_model() == LoadedModel("tiny-sd15", str(path), "SD 1.5", NOT_LOADED)
    held = inside.module("sd_models").model_data.sd_model
    assert getattr(held, "sd_checkpoint_info", None) is None


def test_after_it_the_model_in_memory_is(inside: Inside) -> None:
    inside.host.generate(request("a cat"), lambda progress: None, not_cancelled)
    model = inside.host.loaded_model()
    assert (model.name, model.family, model.note) == ("tiny-sd15", "SD 1.5", "")


def test_another_one_selected_since(inside: Inside) -> None:
    inside.user_run("a cat")
    inside.control.add_checkpoint("big-xl.safetensors")
    sd_models = inside.module("sd_models")
    chosen = sd_models.get_closet_checkpoint_match("big-xl")
    inside.module("shared").opts.set("sd_model_checkpoint", chosen.title)
    if inside.family == "forge":
        sd_models.model_data.forge_loading_parameters = {"checkpoint_info": chosen}
    assert inside.host.loaded_model().note == NOT_LOADED
    assert inside.host.loaded_model().name == "big-xl"
    inside.user_run("a cat")
    assert (inside.host.loaded_model().family, inside.host.loaded_model().note) == ("SDXL", "")
    assert inside.host.defaults().width == 1024


def test_a_family_that_only_its_class_tells(forge: Inside) -> None:
    class Flux:
        is_sd1 = is_sdxl = is_sd3 = False

    forge.user_run("a cat")
    data = forge.module("sd_models").model_data
    Flux.sd_checkpoint_info = data.sd_model.sd_checkpoint_info  # type: ignore[attr-defined]
    data.sd_model = Flux()
    assert forge.host.loaded_model().family == "Flux.1"


def test_a_name_refines_what_the_host_says(a1111: Inside) -> None:
    a1111.control.add_checkpoint("ponyDiffusion-xl.safetensors")
    a1111.module("shared").opts.set("sd_model_checkpoint", "ponyDiffusion")
    a1111.user_run("a cat")
    assert a1111.host.loaded_model().family == "Pony"


def test_no_checkpoint_at_all_is_a_state(inside: Inside) -> None:
    sd_models = inside.module("sd_models")
    sd_models.checkpoints_list.clear()
    if inside.family == "forge":
        sd_models.model_data.forge_loading_parameters = {"checkpoint_info": None}
    else:
        sd_models.checkpoint_aliases.clear()
    assert inside.host.loaded_model() is None
