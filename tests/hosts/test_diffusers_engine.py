"""Generation with a tiny random pipeline: the LoRAs have to change the pixels, and only when asked to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from safetensors.numpy import load_file, save_file

from lora_manager.errors import BadInputError, HostError
from lora_manager.formats import infotext
from lora_manager.hosts.base import AdapterToApply, GenerationRequest, GenerationResult, HostState, Progress
from lora_manager.hosts.diffusers_samplers import SAMPLERS
from lora_manager.hosts.standalone import StandaloneConfig, StandaloneHost

pytestmark = pytest.mark.torch

Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def host(tiny_model: Path, networks: Path, tmp_path_factory: pytest.TempPathFactory) -> StandaloneHost:
    outputs = tmp_path_factory.mktemp("outputs")
    return StandaloneHost(StandaloneConfig((networks,), tiny_model, tiny_model.parent, outputs))


def generate(
    host: StandaloneHost,
    *adapters: AdapterToApply,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[Progress], None] = lambda progress: None,
    **values: object,
) -> GenerationResult:
    settings: dict[str, object] = {
        "width": 128,
        "height": 128,
        "steps": 3,
        "seed": 7,
        "prompt": "an ink dragon",
        **values,
    }
    return host.generate(GenerationRequest(adapters=adapters, **settings), progress, cancelled)  # type: ignore[arg-type]


def pixels(result: GenerationResult) -> Pixels:
    with Image.open(result.images[0].path) as image:
        return np.asarray(image)


@pytest.fixture
def ink(networks: Path) -> AdapterToApply:
    return AdapterToApply("ink", networks / "ink.safetensors", 1.0, 1.0)


@pytest.fixture
def film(networks: Path) -> AdapterToApply:
    return AdapterToApply("film", networks / "film.safetensors", 1.0, 1.0)


def weighted(adapter: AdapterToApply, te_weight: float, unet_weight: float) -> AdapterToApply:
    return AdapterToApply(adapter.tag_name, adapter.path, te_weight, unet_weight)


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


def test_alpha_counts(host: StandaloneHost, ink: AdapterToApply, networks: Path, tmp_path: Path) -> None:
    state = load_file(networks / "ink.safetensors")
    for key in list(state):
        if key.endswith(".alpha"):
            state[key] = np.array(state[key] * 0.5, np.float16)
    save_file(state, tmp_path / "half.safetensors")
    half = AdapterToApply("half", tmp_path / "half.safetensors", 1.0, 1.0)
    difference = pixels(generate(host, half)).astype(int) - pixels(generate(host, weighted(ink, 0.5, 0.5)))
    assert np.abs(difference).max() <= 3


def test_order_and_earlier_runs_do_not_matter(host: StandaloneHost, ink: AdapterToApply, film: AdapterToApply) -> None:
    both = pixels(generate(host, ink, film))
    generate(host, weighted(film, 0.2, 0.2))
    again = generate(host, film, ink)
    assert [a.tag_name for a in again.applied] == ["film", "ink"]
    assert np.abs(pixels(again).astype(int) - both).max() <= 2


def test_a_tag_that_stands_twice_counts_twice(host: StandaloneHost, ink: AdapterToApply) -> None:
    result = generate(host, weighted(ink, 0.25, 0.25), weighted(ink, 0.5, 0.5))
    assert [(a.te_weight, a.unet_weight) for a in result.applied] == [(0.75, 0.75)]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("wrong sizes", "made for another base model"),
        ("half wrong", "made for another base model"),
        ("other model", "made for another base model"),
        ("no layers", "holds no LoRA layers"),
        ("broken", "broken or incomplete"),
        ("missing", "cannot be read"),
        ("pickle", "only .safetensors files"),
        ("loha", "cannot apply LoHa"),
        ("up is missing", "the loaded model cannot take it"),
    ],
)
def test_what_does_not_fit_is_refused_and_the_rest_applied(
    host: StandaloneHost,
    ink: AdapterToApply,
    film: AdapterToApply,
    networks: Path,
    tmp_path: Path,
    kind: str,
    reason: str,
) -> None:
    path = tmp_path / ("bad.pt" if kind == "pickle" else "bad.safetensors")
    _write_bad_network(path, kind, load_file(networks / "film.safetensors"))
    expected = pixels(generate(host, ink, film))
    result = generate(host, ink, AdapterToApply("bad", path, 1.0, 1.0), film)
    assert [a.tag_name for a in result.applied] == ["ink", "film"]
    ((refused),) = result.refused
    assert refused.tag_name == "bad"
    assert reason in refused.reason
    assert np.array_equal(pixels(result), expected)
    assert np.array_equal(pixels(generate(host)), pixels(generate(host, weighted(ink, 0, 0))))


def _write_bad_network(path: Path, kind: str, good: dict[str, NDArray[np.float16]]) -> None:
    if kind == "missing":
        return
    if kind in ("broken", "pickle"):
        path.write_bytes(b"\x80\x02 not what its name says")
        return
    keys = sorted(good)
    bad: dict[str, NDArray[np.float16]] = {
        "wrong sizes": {
            key: np.zeros((*value.shape[:1], 3), np.float16) if value.ndim else value for key, value in good.items()
        },
        "half wrong": {key: np.zeros((4, 3), np.float16) if key == keys[-2] else value for key, value in good.items()},
        "other model": {
            key.replace("_blocks_", "_blocks_9"): value for key, value in good.items() if "unet_down" in key
        },
        "no layers": {"emb_params": np.zeros((2, 768), np.float16)},
        "loha": {"lora_unet_mid_block_attentions_0_proj_in.hada_w1_a": np.zeros((4, 4), np.float16)},
        "up is missing": {key: value for key, value in good.items() if "lora_up" not in key},
    }[kind]
    save_file(bad, path)


def test_layers_that_the_model_lacks_are_said(host: StandaloneHost, networks: Path, tmp_path: Path) -> None:
    state = load_file(networks / "ink.safetensors")
    module = "lora_unet_down_blocks_0_attentions_0_proj_in"
    for part in ("lora_down.weight", "lora_up.weight", "alpha"):
        state[f"lora_unet_down_blocks_0_attentions_7_proj_in.{part}"] = state[f"{module}.{part}"]
    save_file(state, tmp_path / "more.safetensors")
    result = generate(host, AdapterToApply("more", tmp_path / "more.safetensors", 1, 1))
    assert len(result.applied) == 1
    assert any("1 of the" in note and "more" in note for note in result.notes)


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
