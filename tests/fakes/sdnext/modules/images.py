"""Saving pictures: a thread writes them, names are relative, what was saved says so itself."""

from __future__ import annotations

import os
import queue
import threading
from typing import Any

from modules import script_callbacks, shared
from modules.script_callbacks import ImageSaveParams
from PIL import Image
from PIL.PngImagePlugin import PngInfo

_numbers = iter(range(1, 1_000_000))
_waiting: queue.Queue[tuple[Any, str, str]] = queue.Queue()
_writer: threading.Thread | None = None


def save_image(
    image: Any, path: str, seed: int, info: str, p: Any, *, suffix: str = "", grid: bool = False
) -> tuple[str, None, str]:
    global _writer
    if shared.opts.image_watermark_enabled:
        marked = image.copy()
        marked.info = image.info
        image = marked
    name = f"{next(_numbers):05}-{seed}{'-grid' if grid else ''}{suffix}.png"
    params = ImageSaveParams(image=image, p=p, filename=os.path.join(path, name), pnginfo={"parameters": info})
    os.makedirs(path, exist_ok=True)
    script_callbacks.call("before_image_saved", params)
    if _writer is None:
        _writer = threading.Thread(target=_write, name="save", daemon=True)
        _writer.start()
    _waiting.put((params.image, params.filename, info))
    _waiting.join()
    params.image.already_saved_as = params.filename
    script_callbacks.call("image_saved", params)
    return params.filename, None, info


def _write() -> None:
    while True:
        image, filename, text = _waiting.get()
        job = shared.state.begin("Save image")
        embedded = PngInfo()
        embedded.add_text("parameters", text)
        Image.Image.save(image, filename, "PNG", pnginfo=embedded)
        shared.state.end(job)
        _waiting.task_done()
