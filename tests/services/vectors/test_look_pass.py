from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from lora_manager.db.vectors import write_vectors
from lora_manager.errors import NotFoundError
from lora_manager.services.vectors.look_pass import LookPass
from tests.helpers.network_files import png_bytes, write_adapter
from tests.helpers.shelf import Shelf, touch_later


def mean_colours(items: Sequence[Any]) -> np.ndarray:
    """An encoder of pictures: the mean colour of each."""
    rows = np.array([np.asarray(item, np.float32).mean((0, 1)) for item in items], np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def as_webp(path: Path, version: str) -> bytes:
    out = io.BytesIO()
    with Image.open(path) as image:
        image.save(out, "WEBP", lossless=True)
    return out.getvalue()


def test_previews_are_seen_once_and_again_when_they_are_others(shelf: Shelf) -> None:
    for name in ("amber", "brook", "cedar"):
        write_adapter(shelf.root, name, preview=name != "cedar")
    (shelf.root / "brook.preview.png").write_bytes(png_bytes(colour=(250, 10, 10)))
    shelf.scan()
    ids = [shelf.adapter_id(f"{name}.safetensors") for name in ("amber", "brook", "cedar")]
    one = LookPass(as_webp, "colours", mean_colours)
    with shelf.database.write() as connection:
        made = one.make(one.look(connection, ids), lambda: True)
        assert made is not None
        assert [(vector.adapter_id, vector.kind, len(vector.data)) for vector in made] == [
            (ids[0], "look", 6),
            (ids[1], "look", 6),
        ]
        write_vectors(connection, made)
        assert one.look(connection, ids) == []
    (shelf.root / "amber.preview.png").write_bytes(png_bytes(colour=(9, 9, 250)))
    touch_later(shelf.root / "amber.preview.png")
    shelf.scan()
    with shelf.database.read() as connection:
        assert [wanted.adapter_id for wanted in one.look(connection, ids)] == [ids[0]]


def test_a_picture_that_cannot_be_read_has_no_vector(shelf: Shelf) -> None:
    write_adapter(shelf.root, "amber", preview=True)
    shelf.scan()

    def broken(path: Path, version: str) -> bytes:
        raise NotFoundError("no usable image")

    with shelf.database.read() as connection:
        ids = [shelf.adapter_id("amber.safetensors")]
        for thumbnail in (broken, lambda path, version: b"RIFFxxxxWEBP damaged"):
            one = LookPass(thumbnail, "colours", mean_colours)
            made = one.make(one.look(connection, ids), lambda: True)
            assert made is not None
            assert [vector.data for vector in made] == [b""]
            assert one.make(one.look(connection, ids), lambda: False) is None
