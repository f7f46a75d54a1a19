"""How wide the layer is that a module of a network adapts, told from the shapes of the module's tensors."""

from __future__ import annotations

import math

from lora_manager.formats.network_file import NetworkModule
from lora_manager.formats.tensor_table import TensorTable


def module_shape(tensors: TensorTable, module: NetworkModule) -> tuple[int, int]:
    """Input and output width of the layer that the module adapts, 0 where they cannot be told.

    Where the tensors know only one side of it, that stands for both.
    """
    if module.algorithm == "LoRA":
        suffix = module.key[len(module.name) :]
        up = module.name + suffix.replace("down", "up").replace("lora_A", "lora_B")
        return _axis(tensors, module.key, 1), _axis(tensors, up, 0)
    if module.algorithm == "LoHa":
        # With a Tucker core (hada_t1) w1_a is [rank, out], else [out, rank].
        out_axis = 1 if f"{module.name}.hada_t1" in tensors else 0
        return _axis(tensors, module.key, 1), _axis(tensors, f"{module.name}.hada_w1_a", out_axis)
    if module.algorithm == "LoKr":
        first, second = (_factor_shape(tensors, f"{module.name}.lokr_{factor}") for factor in ("w1", "w2"))
        return first[0] * second[0], first[1] * second[1]
    if module.algorithm == "Full":
        return _axis(tensors, module.key, 1), _axis(tensors, module.key, 0)
    if module.algorithm == "GLoRA":
        return _axis(tensors, module.key, 1), _axis(tensors, f"{module.name}.b1.weight", 0)
    width = _one_side(tensors, module)
    return width, width


def _one_side(tensors: TensorTable, module: NetworkModule) -> int:
    shape = tensors.shape(module.key)
    if module.algorithm in ("OFT", "BOFT") and len(shape) > 2 and shape[-1] == shape[-2]:
        return shape[-3] * shape[-1]  # so many square blocks of this side
    if module.algorithm == "OFT" and len(shape) == 2:
        # Only the triangle above the diagonal is kept: side * (side - 1) / 2 numbers.
        return shape[0] * ((1 + math.isqrt(1 + 8 * min(shape[1], 2**40))) // 2)
    if module.algorithm == "IA3":
        return _axis(tensors, f"{module.name}.weight", 0)
    if module.algorithm == "VeRA":
        shape = tensors.shape(f"{module.name}.vera_lambda_b")
        return shape[0] if len(shape) == 1 else 0
    return 0


def _factor_shape(tensors: TensorTable, factor: str) -> tuple[int, int]:
    """Input and output width of one Kronecker factor, which is whole or again a product of two."""
    if factor in tensors:
        return _axis(tensors, factor, 1), _axis(tensors, factor, 0)
    return _axis(tensors, f"{factor}_b", 1), _axis(tensors, f"{factor}_a", 0)


def _axis(tensors: TensorTable, key: str, axis: int) -> int:
    shape = tensors.shape(key)
    return shape[axis] if len(shape) > 1 else 0
