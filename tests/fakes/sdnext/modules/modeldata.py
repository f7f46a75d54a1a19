"""The model in memory. Looking at `shared.sd_model` loads the selected checkpoint."""

from __future__ import annotations

import threading
from types import ModuleType, SimpleNamespace
from typing import Any


class StableDiffusionPipeline:
    """A pipeline as far as anybody looks at it."""

    def __init__(self, info: Any, text_width: int = 768) -> None:
        self.sd_checkpoint_info = info
        self.unet = SimpleNamespace(config=SimpleNamespace(cross_attention_dim=text_width))


class StableDiffusionXLPipeline(StableDiffusionPipeline):
    """Another kind."""


def get_model_type(pipe: Any) -> str:
    name = type(pipe).__name__
    if "StableDiffusionXL" in name:
        return "sdxl"
    if "StableDiffusion" in name:
        return "sd"
    return "f1" if "Flux" in name else name


class ModelData:
    def __init__(self) -> None:
        self.sd_model: Any = None
        self.locked = True
        self.lock = threading.Lock()
        self.loads = 0

    def get_sd_model(self) -> Any:
        from modules import sd_checkpoint, shared

        if self.locked or self.sd_model is not None or shared.opts.sd_model_checkpoint == "None":
            return self.sd_model
        with self.lock:
            info = sd_checkpoint.checkpoint_aliases.get(shared.opts.sd_model_checkpoint)
            if info is not None:
                self.loads += 1
                self.sd_model = StableDiffusionPipeline(info)
        return self.sd_model


model_data = ModelData()


class Shared(ModuleType):
    """What `modules.shared` turns into."""

    @property
    def sd_loaded(self) -> bool:
        return model_data.sd_model is not None

    @property
    def sd_model(self) -> Any:
        return model_data.get_sd_model()

    @property
    def sd_model_name(self) -> None:
        """Never set by the real host."""
        return
