from __future__ import annotations

from pathlib import Path

from PIL import Image

from lora_manager.demo.make import ENTRIES
from lora_manager.demo.previews import PAINTERS, paint_preview


def test_every_painter_is_used() -> None:
    assert {entry.painter for entry in ENTRIES} == set(PAINTERS)


def test_the_name_decides_what_chance_does(tmp_path: Path) -> None:
    entry = next(entry for entry in ENTRIES if entry.painter == "mountains")
    for file, name in (("a", "one"), ("b", "one"), ("c", "two")):
        paint_preview(tmp_path / f"{file}.jpg", entry.painter, entry.palette, name)
    first, second, other = ((tmp_path / f"{file}.jpg").read_bytes() for file in "abc")
    assert first == second != other
    with Image.open(tmp_path / "a.jpg") as image:
        assert (image.format, image.size) == ("JPEG", (512, 640))
