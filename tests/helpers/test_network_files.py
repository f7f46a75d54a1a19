"""The helper itself is checked against the real safetensors library."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from safetensors import safe_open

from tests.helpers.network_files import png_bytes, write_network_file


def test_a_written_file_is_valid_and_finite(tmp_path: Path) -> None:
    path = write_network_file(tmp_path / "a" / "x.safetensors", metadata={"ss_network_dim": "4"})
    with safe_open(path, framework="np") as file:
        assert file.metadata() == {"ss_network_dim": "4"}
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
    assert len(tensors) == 3
    assert all(np.isfinite(tensor).all() for tensor in tensors.values())
    assert float(next(tensor for name, tensor in tensors.items() if name.endswith(".alpha"))) == 4.0


def test_equal_seeds_give_equal_files_and_names_give_different_ones(tmp_path: Path) -> None:
    first, second = (write_network_file(tmp_path / f"{name}.safetensors") for name in "ab")
    third, fourth = (write_network_file(tmp_path / f"{name}.safetensors", seed=7) for name in "cd")
    assert first.read_bytes() != second.read_bytes()
    assert third.read_bytes() == fourth.read_bytes()


def test_the_picture_opens(tmp_path: Path) -> None:
    path = tmp_path / "p.png"
    path.write_bytes(png_bytes(8, 6))
    with Image.open(path) as image:
        image.load()
        assert image.size == (8, 6)
