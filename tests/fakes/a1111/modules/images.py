"""Saving pictures, numbered in their folder, with the infotext inside."""

from __future__ import annotations

import os
from typing import Any

from modules import script_callbacks, shared
from PIL import Image
from PIL.PngImagePlugin import PngInfo


def save_image(image: Image.Image, folder: str, seed: int, info: str, p: Any, suffix: str = "") -> None:
    os.makedirs(folder, exist_ok=True)
    number = len(os.listdir(folder))
    # As relative as the folder is.
    path = os.path.join(folder, f"{number:05}-{seed}{suffix}.png")
    text = PngInfo()
    if shared.opts.enable_pnginfo:
        text.add_text("parameters", info)
    image.save(path, pnginfo=text)
    image.already_saved_as = path  # type: ignore[attr-defined]
    script_callbacks.call("image_saved", script_callbacks.ImageSaveParams(image, p, path, {"parameters": info}))
