from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lora_manager.demo.make import ENTRIES
from lora_manager.demo.previews import PAINTERS, paint_preview

BY_PAINTER = {entry.painter: entry for entry in ENTRIES}


def test_every_painter_is_used() -> None:
    assert set(BY_PAINTER) == set(PAINTERS)


@pytest.mark.parametrize("painter", sorted(PAINTERS))
def test_a_painter_fills_the_picture(tmp_path: Path, painter: str) -> None:
    entry = BY_PAINTER[painter]
    for name in ("a", "b"):
        paint_preview(tmp_path / f"{name}.png", painter, entry.palette, entry.name)
    with Image.open(tmp_path / "a.png") as image:
        pixels = np.asarray(image)
    assert pixels.shape == (640, 512, 3)
    assert pixels.std() > 8
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
