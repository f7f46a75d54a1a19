from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from lora_manager.errors import HostError
from lora_manager.hosts.diffusers_model import DEMO_MARK, describe


def make_folder(path: Path, pipeline: object, scheduler: str = "PNDMScheduler", **parts: object) -> Path:
    path.mkdir()
    index = {"_class_name": pipeline, "scheduler": ["diffusers", scheduler], **parts}
    (path / "model_index.json").write_text(json.dumps(index), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("pipeline", "scheduler", "family", "flow"),
    [
        ("StableDiffusionPipeline", "PNDMScheduler", "SD 1.5", False),
        ("StableDiffusionXLPipeline", "EulerDiscreteScheduler", "SDXL", False),
        ("StableDiffusion3Pipeline", "FlowMatchEulerDiscreteScheduler", "SD 3", True),
        ("FluxPipeline", "FlowMatchEulerDiscreteScheduler", "Flux.1", True),
        ("QwenImagePipeline", "FlowMatchEulerDiscreteScheduler", "", True),
    ],
)
def test_a_folder_is_told_by_its_index(tmp_path: Path, pipeline: str, scheduler: str, family: str, flow: bool) -> None:
    model = describe(make_folder(tmp_path / "m", pipeline, scheduler, safety_checker=[None, None]))
    assert (model.name, model.family, model.is_flow) == ("m", family, flow)
    assert model.has_safety_checker
    assert not model.is_demo


def test_sd_2_is_told_by_its_text_encoder(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "m", "StableDiffusionPipeline")
    (folder / "text_encoder").mkdir()
    (folder / "text_encoder" / "config.json").write_text('{"hidden_size": 1024}', encoding="utf-8")
    (folder / DEMO_MARK).touch()
    assert describe(folder).family == "SD 2.x"
    assert describe(folder).is_demo


@pytest.mark.parametrize(
    ("key", "family"),
    [
        ("conditioner.embedders.1.model.ln_final.weight", "SDXL"),
        ("cond_stage_model.transformer.text_model.final_layer_norm.weight", "SD 1.5"),
        ("model.diffusion_model.double_blocks.0.img_attn.qkv.weight", "Flux.1"),
        ("something.else", ""),
    ],
)
def test_a_checkpoint_is_told_by_its_keys(tmp_path: Path, key: str, family: str) -> None:
    save_file({key: np.zeros((2, 2), np.float32)}, tmp_path / "my model.safetensors")
    model = describe(tmp_path / "my model.safetensors")
    assert (model.name, model.family, model.is_folder) == ("my model", family, False)


def test_code_that_comes_with_a_model_is_refused(tmp_path: Path) -> None:
    own_pipeline = make_folder(tmp_path / "a", ["pipeline", "Evil"])
    with pytest.raises(HostError, match="its own pipeline code"):
        describe(own_pipeline)
    own_part = make_folder(tmp_path / "b", "StableDiffusionPipeline", unet=["os", "system"])
    with pytest.raises(HostError, match="made by code of its own"):
        describe(own_part)


def test_pickles_are_refused(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "a", "StableDiffusionPipeline", unet=["diffusers", "UNet2DConditionModel"])
    (folder / "unet").mkdir()
    (folder / "unet" / "diffusion_pytorch_model.bin").touch()
    with pytest.raises(HostError, match="only pickled weights"):
        describe(folder)
    (folder / "unet" / "diffusion_pytorch_model.safetensors").touch()
    describe(folder)
    (tmp_path / "model.ckpt").touch()
    with pytest.raises(HostError, match=r"is not a \.safetensors file"):
        describe(tmp_path / "model.ckpt")


@pytest.mark.parametrize("content", [None, "", "[]", "{", "[" * 100_000])
def test_a_broken_folder_is_explained(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "model_index.json").write_text(content, encoding="utf-8")
    with pytest.raises(HostError, match="model"):
        describe(tmp_path)


def test_a_broken_or_absent_file_is_explained(tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").write_bytes(b"\xff" * 100)
    with pytest.raises(HostError, match="cannot be read"):
        describe(tmp_path / "a.safetensors")
    with pytest.raises(HostError, match="There is no model"):
        describe(tmp_path / "b.safetensors")
