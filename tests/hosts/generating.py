"""Helpers of the tests that generate with the tiny model."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lora_manager.hosts.base import AdapterToApply, GenerationRequest, GenerationResult, Progress
from lora_manager.hosts.standalone import StandaloneHost

Pixels = NDArray[np.uint8]


def generate(
    host: StandaloneHost,
    *adapters: AdapterToApply,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[Progress], None] = lambda progress: None,
    **values: object,
) -> GenerationResult:
    settings: dict[str, object] = {
        "width": 128,
        "height": 128,
        "steps": 3,
        "seed": 7,
        "prompt": "an ink dragon",
        **values,
    }
    return host.generate(GenerationRequest(adapters=adapters, **settings), progress, cancelled)  # type: ignore[arg-type]


def pixels(result: GenerationResult) -> Pixels:
    with Image.open(result.images[0].path) as image:
        return np.asarray(image)


def weighted(adapter: AdapterToApply, te_weight: float, unet_weight: float) -> AdapterToApply:
    return AdapterToApply(adapter.tag_name, adapter.path, te_weight, unet_weight)
