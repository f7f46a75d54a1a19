"""Helpers of the painters' tests."""

from __future__ import annotations

from functools import partial
from types import ModuleType

import numpy as np

from lora_manager.demo.canvas import HEIGHT, WIDTH, finish
from lora_manager.demo.make import ENTRIES
from lora_manager.demo.previews import PAINTERS


def painters_of(module: ModuleType) -> list[str]:
    """The names of the painters that this module defines."""
    functions = {name: p.func if isinstance(p, partial) else p for name, p in PAINTERS.items()}
    return [name for name, function in functions.items() if function.__module__ == module.__name__]


def paints(painter: str) -> bool:
    """Whether it paints a picture of the right size with contrast, the same one each time."""
    palette = next(entry.palette for entry in ENTRIES if entry.painter == painter)
    images = []
    for _ in range(2):
        random = np.random.default_rng(1)
        images.append(np.asarray(finish(random, PAINTERS[painter](random, palette))))
    first, second = images
    assert first.shape == (HEIGHT, WIDTH, 3)
    assert first.std() > 8
    return np.array_equal(first, second)
