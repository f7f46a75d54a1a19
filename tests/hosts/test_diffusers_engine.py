"""Generation with a tiny random pipeline: the LoRAs have to change the pixels, and only when asked to."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from PIL import Image

from lora_manager.errors import BadInputError, HostError
from lora_manager.formats import infotext
from lora_manager.hosts.base import AdapterToApply, HostState, Progress
from lora_manager.hosts.diffusers_samplers import SAMPLERS
from lora_manager.hosts.standalone import StandaloneHost
from tests.hosts.generating import generate, pixels, weighted

pytestmark = pytest.mark.torch


def test_a_lora_changes_the_pixels_and_leaves_no_trace(host: StandaloneHost, ink: AdapterToApply) -> None:
    before = pixels(generate(host))
    result = generate(host, ink)
    assert [(a.tag_name, a.te_weight, a.unet_weight) for a in result.applied] == [("ink", 1.0, 1.0)]
    assert not result.refused
    changed = np.abs(pixels(result).astype(int) - before).mean()
    assert changed > 5
    assert np.array_equal(pixels(generate(host)), before)


def test_weight_zero_equals_without(host: StandaloneHost, ink: AdapterToApply) -> None:
    result = generate(host, weighted(ink, 0.0, 0.0))
    assert result.applied == ()
    assert np.array_equal(pixels(result), pixels(generate(host)))


def test_the_two_weights_act_apart(host: StandaloneHost, film: AdapterToApply) -> None:
    runs = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.5, 1.0), (1.0, 1.0)]
    results = [generate(host, weighted(film, *weights)) for weights in runs]
    for weights, result in list(zip(runs, results, strict=True))[1:]:
        assert [(a.te_weight, a.unet_weight) for a in result.applied] == [weights]
    images = [pixels(result) for result in results]
    for index, image in enumerate(images):
        assert not any(np.array_equal(image, other) for other in images[:index])


def test_a_cancelled_run_keeps_what_was_done(host: StandaloneHost, ink: AdapterToApply) -> None:
    before = pixels(generate(host))
    steps: list[int] = []
    result = generate(
        host, ink, batch_size=3, progress=lambda p: steps.append(p.step), cancelled=lambda: max(steps, default=0) >= 4
    )
    assert result.interrupted
    assert len(result.images) == 1
    assert [a.tag_name for a in result.applied] == ["ink"]
    assert np.array_equal(pixels(generate(host)), before)


def test_cancelled_before_the_first_step(host: StandaloneHost) -> None:
    result = generate(host, cancelled=lambda: True)
    assert result.interrupted
    assert result.images == ()
    assert "Steps: 3" in result.infotext


@pytest.mark.parametrize("sampler", list(SAMPLERS))
def test_every_sampler_draws_and_counts_its_steps(host: StandaloneHost, sampler: str) -> None:
    seen: list[Progress] = []
    result = generate(host, sampler=sampler, batch_size=2, progress=seen.append, steps=4)
    assert len(result.images) == 2
    assert [image.seed for image in result.images] == [7, 8]
    steps = [progress.step for progress in seen]
    assert steps == sorted(steps)
    assert steps[-1] == seen[-1].steps == 8
    assert pixels(result).std() > 5


def test_the_infotext_in_the_image_says_how_it_was_made(host: StandaloneHost, ink: AdapterToApply) -> None:
    prompt = "an ink dragon, <lora:ink:0.8>"
    result = generate(host, ink, prompt=prompt, negative_prompt="blurry", sampler="DPM++ 2M Karras")
    with Image.open(result.images[0].path) as image:
        text = image.text["parameters"]  # type: ignore[attr-defined]
    assert text == result.images[0].infotext == result.infotext
    read = infotext.parse(text)
    assert (read.prompt, read.negative_prompt) == (prompt, "blurry")
    assert {key: read.params[key] for key in ("Steps", "Sampler", "CFG scale", "Seed", "Size", "Model")} == {
        "Steps": "3",
        "Sampler": "DPM++ 2M Karras",
        "CFG scale": "7",
        "Seed": "7",
        "Size": "128x128",
        "Model": "tiny",
    }
    (digest,) = infotext.lora_hashes(read).values()
    assert len(digest) == 12


def test_images_are_numbered_by_day(host: StandaloneHost) -> None:
    first, second = (generate(host).images[0].path for _ in range(2))
    assert first.parent == second.parent
    assert abs((date.fromisoformat(first.parent.name) - date.today()).days) <= 1
    assert first.name.endswith("-7.png")
    assert int(second.name[:5]) == int(first.name[:5]) + 1


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"width": 100}, "Width must be a multiple of 16 up to 4096: 100 is not, 96 is."),
        ({"height": 0}, "Height must be a multiple of 16"),
        ({"steps": 0}, "Steps must be from 1"),
        ({"batch_size": 0}, "The number of images must be from 1"),
        ({"sampler": "Magic"}, "There is no sampler 'Magic'"),
        ({"seed": 2**40}, "The seed must be below"),
    ],
)
def test_bad_settings_are_explained(host: StandaloneHost, values: dict[str, object], message: str) -> None:
    with pytest.raises(BadInputError, match=message.replace("+", r"\+").replace(".", r"\.")):
        generate(host, **values)


def test_an_error_midway_leaves_the_host_working(host: StandaloneHost, ink: AdapterToApply) -> None:
    before = pixels(generate(host))

    def broken_progress(progress: Progress) -> None:
        assert host.state() is HostState.BUSY
        if progress.step == 2:
            raise ValueError("the listener is gone")

    with pytest.raises(HostError, match="the listener is gone"):
        generate(host, ink, progress=broken_progress)
    assert host.state() is HostState.IDLE
    assert np.array_equal(pixels(generate(host)), before)


def test_what_the_engine_cannot_do_is_said(host: StandaloneHost) -> None:
    assert generate(host).notes == ()
    notes = " ".join(generate(host, prompt="(word:1.2) " + "word " * 100).notes)
    assert "first 77 tokens of the prompt" in notes
    assert "ignores attention weights" in notes


def test_minus_one_chooses_a_seed(host: StandaloneHost) -> None:
    seeds = {generate(host, seed=-1, steps=1).images[0].seed for _ in range(2)}
    assert len(seeds) == 2
    assert min(seeds) >= 0
