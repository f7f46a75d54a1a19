from __future__ import annotations

from pathlib import Path

import pytest
from safetensors.numpy import load_file

from lora_manager.demo.networks import NetworkPlan, network_bytes, text_modules, unet_modules, write_network
from lora_manager.formats.base_model import detect_architecture
from lora_manager.formats.safetensors_header import read_header


@pytest.mark.parametrize("with_text_encoder", [False, True])
def test_the_file_is_what_others_take_it_for(tmp_path: Path, with_text_encoder: bool) -> None:
    path = tmp_path / "a.safetensors"
    write_network(path, NetworkPlan(4, 2, seed=1, with_text_encoder=with_text_encoder), {"ss_network_dim": "4"})
    header = read_header(path)
    assert header.metadata == {"ss_network_dim": "4"}
    assert detect_architecture(header).family == "SD 1.5"
    tensors = load_file(path)
    modules = [*unet_modules(), *(text_modules() if with_text_encoder else [])]
    assert len(tensors) == 3 * len(modules)
    for module in modules:
        down, up = tensors[f"{module.name}.lora_down.weight"], tensors[f"{module.name}.lora_up.weight"]
        assert down.shape[:2] == (4, module.inputs)
        assert up.shape[:2] == (module.outputs, 4)
        assert (down.ndim == 4) is module.is_convolution
        assert tensors[f"{module.name}.alpha"] == 2


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert network_bytes(NetworkPlan(4, 2, 1), {"a": "b"}) == network_bytes(NetworkPlan(4, 2, 1), {"a": "b"})
    assert network_bytes(NetworkPlan(4, 2, 1), {}) != network_bytes(NetworkPlan(4, 2, 2), {})
