"""LoRAs on a real, tiny pipeline: what fits is applied with its weights, what does not is refused without a trace."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from lora_manager.demo.networks import NetworkPlan, write_network
from lora_manager.hosts.base import AdapterToApply
from lora_manager.hosts.standalone import StandaloneHost
from tests.hosts.generating import generate, pixels, weighted

pytestmark = pytest.mark.torch


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


def test_a_file_replaced_under_the_same_name_is_read_again(host: StandaloneHost, tmp_path: Path) -> None:
    adapter = AdapterToApply("changing", tmp_path / "changing.safetensors", 1.0, 1.0)
    images = []
    for seed, rank in ((11, 4), (12, 6)):
        write_network(adapter.path, NetworkPlan(rank=rank, alpha=4, seed=seed), {})
        images.append(pixels(generate(host, adapter)))
    assert not np.array_equal(*images)


def test_many_loras_in_turn_leave_the_model_as_it_was(host: StandaloneHost, tmp_path: Path) -> None:
    before = pixels(generate(host))
    for number in range(7):
        path = tmp_path / f"{number}.safetensors"
        write_network(path, NetworkPlan(rank=2, alpha=2, seed=number), {})
        assert len(generate(host, AdapterToApply(str(number), path, 0.5, 0.5), steps=1).applied) == 1
    assert np.array_equal(pixels(generate(host)), before)
