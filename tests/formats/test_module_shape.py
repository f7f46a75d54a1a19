from __future__ import annotations

import pytest

from lora_manager.formats.base_model import detect_architecture
from lora_manager.formats.module_shape import module_shape
from lora_manager.formats.network_file import sort_keys
from tests.formats.header_fixtures import header_of


@pytest.mark.parametrize(
    ("tensors", "shape"),
    [
        ({"lora_down.weight": [8, 640], "lora_up.weight": [320, 8]}, (640, 320)),
        ({"lora_A.default.weight": [8, 640], "lora_B.default.weight": [320, 8]}, (640, 320)),
        ({"lora_down.weight": [8, 640]}, (640, 0)),
        ({"hada_w1_b": [8, 640], "hada_w1_a": [320, 8]}, (640, 320)),
        ({"hada_w1_b": [8, 640], "hada_w1_a": [8, 320], "hada_t1": [8, 8, 3, 3]}, (640, 320)),
        ({"lokr_w1": [4, 8], "lokr_w2": [80, 80]}, (640, 320)),
        ({"lokr_w1": [4, 8], "lokr_w2_a": [80, 4], "lokr_w2_b": [4, 80]}, (640, 320)),
        ({"diff": [320, 640]}, (640, 320)),
        ({"a2.weight": [8, 640], "a1.weight": [640, 8], "b1.weight": [320, 8]}, (640, 320)),
        ({"oft_blocks": [4, 160, 160]}, (640, 640)),
        ({"oft_blocks": [3, 80, 8, 8]}, (640, 640)),
        ({"oft_R.weight": [20, 496]}, (640, 640)),
        ({"oft_blocks": [4, 160, 3]}, (0, 0)),
        ({"boft_R": [1, 80, 8, 8]}, (640, 640)),
        ({"on_input": [1], "weight": [640, 1]}, (640, 640)),
        ({"vera_lambda_d": [64], "vera_lambda_b": [640]}, (640, 640)),
        ({"w_norm": [640]}, (0, 0)),
        ({"lora_down.weight": []}, (0, 0)),
    ],
)
def test_the_width_of_the_adapted_layer(tensors: dict[str, list[int]], shape: tuple[int, int]) -> None:
    header = header_of({f"x.{end}": ("F16", size) for end, size in tensors.items()})
    assert module_shape(header.tensors, sort_keys(header).modules[0]) == shape


@pytest.mark.parametrize("tensors", [{"oft_blocks": [60, 64, 64]}, {"oft_R.weight": [120, 496]}])
def test_rotations_tell_the_family_by_their_width(tensors: dict[str, list[int]]) -> None:
    names = {f"diffusion_model.layers.0.attention.to_q.{end}": ("BF16", size) for end, size in tensors.items()}
    assert detect_architecture(header_of(names)).family == "Z-Image"
