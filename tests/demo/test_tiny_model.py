from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from lora_manager.demo.networks import text_modules, unet_modules
from lora_manager.hosts.diffusers_model import describe

pytestmark = pytest.mark.torch


def test_it_is_a_stable_diffusion_in_miniature(tmp_path: Path) -> None:
    diffusers = pytest.importorskip("diffusers")
    from transformers import CLIPTokenizer

    from lora_manager.demo.tiny_model import build_tiny_model

    with warnings.catch_warnings():
        # diffusers' schedulers still use an old way of turning a tensor into a numpy array.
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="diffusers")
        folder = build_tiny_model(tmp_path / "tiny", ["dragon"])
        unet = diffusers.UNet2DConditionModel.from_pretrained(str(folder / "unet"), local_files_only=True)
    model = describe(folder)
    assert (model.family, model.is_demo, model.is_folder) == ("SD 1.5", True, True)
    assert sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) < 40_000_000

    layers = {name.replace(".", "_") for name, _ in unet.named_modules()}
    assert {module.name.removeprefix("lora_unet_") for module in unet_modules()} <= layers
    assert len(list(text_modules())) == 12
    tokenizer = CLIPTokenizer.from_pretrained(str(folder / "tokenizer"), local_files_only=True)
    assert len(tokenizer("dragon").input_ids) == 3
    assert len(tokenizer("墨 🐉 xyzzy").input_ids) > 5
