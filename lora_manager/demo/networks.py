"""LoRA files that fit the demo's tiny model, written without torch: kohya's names, trainers' metadata.

The sizes here are those of `tiny_model.py`: a U-Net with the blocks of Stable Diffusion 1.x, one layer each, and its
text width of 768, so that anyone who looks at the keys and shapes sees an SD 1.5 LoRA.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

CHANNELS = (32, 32, 64, 64)
TEXT_WIDTH = 768
TEXT_LAYERS = 2
_FEED_FORWARD = 4


@dataclass(frozen=True)
class TargetModule:
    """A layer of the tiny model that a LoRA can change: kohya's name of it and its sizes."""

    name: str
    inputs: int
    outputs: int
    is_convolution: bool = False


def unet_modules() -> Iterator[TargetModule]:
    """The attention and feed-forward layers of the tiny U-Net."""
    for number, channels in enumerate(CHANNELS[:3]):
        yield from _transformer(f"down_blocks_{number}_attentions_0", channels)
    yield from _transformer("mid_block_attentions_0", CHANNELS[3])
    for number, channels in enumerate(reversed(CHANNELS[:3]), start=1):
        for layer in (0, 1):
            yield from _transformer(f"up_blocks_{number}_attentions_{layer}", channels)


def text_modules() -> Iterator[TargetModule]:
    """The layers of the tiny text encoder."""
    for number in range(TEXT_LAYERS):
        layer = f"lora_te_text_model_encoder_layers_{number}"
        for part in (
            "self_attn_q_proj",
            "self_attn_k_proj",
            "self_attn_v_proj",
            "self_attn_out_proj",
            "mlp_fc1",
            "mlp_fc2",
        ):
            yield TargetModule(f"{layer}_{part}", TEXT_WIDTH, TEXT_WIDTH)


def _transformer(place: str, channels: int) -> Iterator[TargetModule]:
    block = f"lora_unet_{place}_transformer_blocks_0"
    yield TargetModule(f"lora_unet_{place}_proj_in", channels, channels, is_convolution=True)
    for attention, context in (("attn1", channels), ("attn2", TEXT_WIDTH)):
        yield TargetModule(f"{block}_{attention}_to_q", channels, channels)
        yield TargetModule(f"{block}_{attention}_to_k", context, channels)
        yield TargetModule(f"{block}_{attention}_to_v", context, channels)
        yield TargetModule(f"{block}_{attention}_to_out_0", channels, channels)
    yield TargetModule(f"{block}_ff_net_0_proj", channels, channels * _FEED_FORWARD * 2)
    yield TargetModule(f"{block}_ff_net_2", channels * _FEED_FORWARD, channels)
    yield TargetModule(f"lora_unet_{place}_proj_out", channels, channels, is_convolution=True)


@dataclass(frozen=True)
class NetworkPlan:
    """How to make one LoRA file. `strength`: the size of its change beside that of the weights it changes."""

    rank: int
    alpha: float
    seed: int
    with_text_encoder: bool = False
    strength: float = 0.6


def write_network(path: Path, plan: NetworkPlan, metadata: dict[str, str]) -> None:
    """Write the file at `path`; the same plan gives the same bytes."""
    path.write_bytes(network_bytes(plan, metadata))


def network_bytes(plan: NetworkPlan, metadata: dict[str, str]) -> bytes:
    """What the file holds."""
    random = np.random.default_rng(plan.seed)
    tensors: dict[str, NDArray[np.float16]] = {}
    modules = list(unet_modules()) + (list(text_modules()) if plan.with_text_encoder else [])
    for module in modules:
        down = random.standard_normal((plan.rank, module.inputs), np.float32) / np.float32(module.inputs) ** 0.5
        up = random.standard_normal((module.outputs, plan.rank), np.float32) / np.float32(plan.rank) ** 0.5
        up *= np.float32(plan.strength * plan.rank / plan.alpha)
        if module.is_convolution:
            down, up = down[:, :, None, None], up[:, :, None, None]
        tensors[f"{module.name}.lora_down.weight"] = down.astype(np.float16)
        tensors[f"{module.name}.lora_up.weight"] = up.astype(np.float16)
        tensors[f"{module.name}.alpha"] = np.array(plan.alpha, np.float16)
    return _serialise(tensors, metadata)


def _serialise(tensors: dict[str, NDArray[np.float16]], metadata: dict[str, str]) -> bytes:
    """The safetensors format by hand: the library writes the metadata in another order each time."""
    header: dict[str, object] = {"__metadata__": metadata}
    position = 0
    for name, tensor in tensors.items():
        header[name] = {"dtype": "F16", "shape": tensor.shape, "data_offsets": (position, position + tensor.nbytes)}
        position += tensor.nbytes
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    parts = [tensor.astype("<f2", copy=False).tobytes() for tensor in tensors.values()]
    return b"".join([struct.pack("<Q", len(text)), text, *parts])
