from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from tests.hosts.in_sdnext import Inside

PROMPT = "a cat <lora:ink-wash:0.8>"
INFOTEXT = "a cat\nNegative prompt: \nSteps: 2, Sampler: Euler, Seed: 31, Size: 64x64"


@pytest.fixture
def process(sdnext: Inside) -> Any:
    """A processing object of the user's after its run."""
    processing = sdnext.module("processing")
    p = processing.StableDiffusionProcessingTxt2Img(prompt="a cat", steps=2, width=64, height=64)
    p.all_prompts, p.all_seeds = ["a cat"], [31]
    p.outpath_samples, p.outpath_grids = "outputs/text", "outputs/grids"
    return p


def file(name: str, infotext: str = INFOTEXT) -> Any:
    from lora_manager.hosts.sdnext_run import SavedFile

    return SavedFile(Path(name).absolute(), (64, 64), infotext)


def request_of(process: Any, *files: Any, failed: bool = False) -> Any:
    """A request after a run that saved these files and left no result of its own."""
    from lora_manager.hosts.sdnext_run import SdnextRequest

    request = SdnextRequest(process)
    request.begin()
    for saved in files:
        request.saved(saved)
    request.end(failed=failed)
    return request


def names(request: Any) -> list[str]:
    return [saved.path.name for saved in request.files]


def test_what_is_no_picture_of_the_users(process: Any) -> None:
    files = [
        file("outputs/text/1-before-detailer.png"),
        file("outputs/text/2-before-color-correct.png"),
        file("outputs/text/3-before-hires.jpg"),
        file("outputs/text/4-before-refiner.webp"),
        file("outputs/grids/5.png"),
        file("outputs/text/6.png", INFOTEXT + ", Grid: 2x2"),
        file("outputs/text/7.png"),
        file("outputs/text/day/8-the-hour-before-dawn and after.png"),
    ]
    assert names(request_of(process, *files)) == ["7.png", "8-the-hour-before-dawn and after.png"]


def test_grids_in_the_folder_of_the_pictures(process: Any) -> None:
    process.outpath_grids = process.outpath_samples
    assert names(request_of(process, file("outputs/text/7.png"))) == ["7.png"]


def test_a_folder_of_grids_around_that_of_the_pictures(process: Any) -> None:
    process.outpath_grids = "outputs"
    assert names(request_of(process, file("outputs/text/7.png"), file("outputs/grid.png"))) == ["7.png"]


@pytest.mark.parametrize("grids", [None, ""])
def test_no_folder_for_grids(process: Any, grids: str | None) -> None:
    process.outpath_grids = grids
    assert names(request_of(process, file("outputs/text/7.png"))) == ["7.png"]


def test_a_seed_is_that_of_the_picture(process: Any) -> None:
    process.all_seeds = [1, 2]
    files = [file("a.png", INFOTEXT), file("b.png", "no parameters"), file("c.png", "")]
    seeds = [image.seed for image in request_of(process, *files).result().images]
    assert seeds == [31, 2, -1]


def test_a_prompt_with_its_styles_is_what_was_asked_for(sdnext: Inside) -> None:
    prompt = "a cat <lora:ink-wash:0.8>"
    observed = sdnext.observed(prompt, styles=("in oil <lora:paper-cut:0.3>",), negative_prompt="dogs")
    assert observed.request.prompt == f"{prompt}, in oil <lora:paper-cut:0.3>"
    assert observed.request.negative_prompt == "dogs"
    assert [item.tag_name for item in observed.result.applied] == ["ink-wash", "paper-cut"]


def test_the_settings_of_a_run(sdnext: Inside) -> None:
    observed = sdnext.observed("a cat", width=96, height=64, steps=3, seed=9, n_iter=2, cfg_scale=4.5)
    asked = observed.request
    assert (asked.width, asked.height, asked.steps, asked.seed) == (96, 64, 3, 9)
    assert (asked.cfg_scale, asked.sampler, asked.batch_size) == (4.5, "Euler a", 2)
    assert observed.result.seconds > 0
    assert observed.result.model.name == "tiny-sd"
    assert observed.result.infotext == observed.result.images[0].infotext


def test_settings_that_the_host_left_out(process: Any) -> None:
    process.width = process.height = process.cfg_scale = process.sampler_name = None
    process.all_prompts, process.prompt, process.negative_prompt = [], ["one", "two"], ["dogs"]
    process.all_seeds = []
    settings = request_of(process, file("a.png")).settings
    assert (settings.prompt, settings.negative_prompt, settings.seed) == ("one", "dogs", -1)
    assert (settings.width, settings.cfg_scale, settings.sampler) == (0, 0.0, "Default")


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("steps", "x", "steps", 0),
        ("steps", None, "steps", 0),
        ("width", None, "width", 64),
        ("cfg_scale", "high", "cfg_scale", 0.0),
        ("cfg_scale", math.nan, "cfg_scale", 0.0),
        ("cfg_scale", math.inf, "cfg_scale", 0.0),
        ("sampler_name", None, "sampler", "Default"),
        ("all_seeds", None, "seed", 9),
        ("all_seeds", ["x"], "seed", 9),
        ("all_seeds", [None], "seed", 9),
        ("all_prompts", [None], "prompt", PROMPT),
        ("all_negative_prompts", [None], "negative_prompt", "dogs"),
        ("n_iter", None, "batch_size", 1),
        ("n_iter", "x", "batch_size", 1),
        ("seed", None, "seed", 9),
        ("outpath_samples", None, "seed", 9),
        ("refiner_prompt", ["x"], "seed", 9),
        ("ops", None, "seed", 9),
        ("negative_prompt", None, "negative_prompt", "dogs"),
    ],
)
def test_one_odd_field_does_not_cost_the_rest(
    sdnext: Inside, monkeypatch: pytest.MonkeyPatch, name: str, value: object, field: str, expected: object
) -> None:
    """As another extension may leave it."""
    at_the_end_of_a_run(sdnext, monkeypatch, lambda p, made: setattr(p, name, value))
    observed = sdnext.observed(PROMPT, negative_prompt="dogs", seed=9)
    assert getattr(observed.request, field) == expected
    assert [image.seed for image in observed.result.images] == [9]
    assert [item.tag_name for item in observed.result.applied] == ["ink-wash"]


def at_the_end_of_a_run(inside: Inside, monkeypatch: pytest.MonkeyPatch, change: Callable[[Any, Any], None]) -> None:
    processing = inside.module("processing")
    original = processing.process_images_inner

    def process_images_inner(p: Any) -> Any:
        made = original(p)
        change(p, made)
        return made

    monkeypatch.setattr(processing, "process_images_inner", process_images_inner)


@pytest.mark.parametrize(("name", "value"), [("images", None), ("images", [None]), ("index_of_first_image", None)])
def test_an_odd_result(sdnext: Inside, monkeypatch: pytest.MonkeyPatch, name: str, value: object) -> None:
    at_the_end_of_a_run(sdnext, monkeypatch, lambda p, made: setattr(made, name, value))
    assert len(sdnext.observed(PROMPT).result.images) == 1


def test_no_prompt_at_all(process: Any) -> None:
    process.prompt = process.negative_prompt = None
    process.all_prompts, process.all_negative_prompts = None, None
    settings = request_of(process, file("a.png")).settings
    assert (settings.prompt, settings.negative_prompt) == ("", "")


def test_a_seed_that_nothing_can_hold_is_unknown(sdnext: Inside) -> None:
    observed = sdnext.observed("a cat", seed=2**64 - 1)
    assert (observed.request.seed, observed.result.images[0].seed) == (-1, -1)


def test_each_batch_may_have_loras_of_its_own(sdnext: Inside) -> None:
    """As wildcards in a prompt make them."""
    prompts = ["a <lora:ink-wash:0.2>", "b <lora:paper-cut:0.4>"]
    observed = sdnext.observed(prompts, n_iter=2)  # type: ignore[arg-type]
    weights = [(item.tag_name, item.unet_weight) for item in observed.result.applied]
    assert weights == [("ink-wash", 0.2), ("paper-cut", 0.4)]


def test_a_saved_file_is_absolute(sdnext: Inside) -> None:
    from lora_manager.hosts.sdnext_run import file_of

    picture = Image.new("RGB", (5, 7))
    params = SimpleNamespace(filename="outputs/text/1.png", image=picture, pnginfo={"parameters": INFOTEXT})
    saved = file_of(params)
    assert (saved.path, saved.size, saved.infotext) == (Path("outputs/text/1.png").absolute(), (5, 7), INFOTEXT)
    for odd in ({}, None):
        params.pnginfo = odd
        assert file_of(params).infotext == ""


def test_a_result_of_another_run_is_not_taken_for_this_ones(sdnext: Inside, process: Any) -> None:
    """SDNext keeps the last result of anything."""
    sdnext.user_run("another")
    assert request_of(process).observed() is None


def test_an_end_without_a_beginning(process: Any) -> None:
    from lora_manager.hosts.sdnext_run import SdnextRequest

    request = SdnextRequest(process)
    request.end(failed=False)
    assert not request.is_running
