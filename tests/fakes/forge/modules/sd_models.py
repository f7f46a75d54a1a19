"""Checkpoints in Forge: a stand-in for a model until the first image, which loads the one that was selected."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Any

model_path = ""
checkpoints_list: dict[str, CheckpointInfo] = {}


class CheckpointInfo:
    def __init__(self, filename: str) -> None:
        self.filename = filename
        self.name_for_extra = os.path.splitext(os.path.basename(filename))[0]
        self.title = os.path.basename(filename)

    def register(self) -> None:
        checkpoints_list[self.title] = self
        model_data.forge_loading_parameters.setdefault("checkpoint_info", self)


class FakeInitialModel:
    def __init__(self) -> None:
        self.cond_stage_model = None


class ModelData:
    def __init__(self) -> None:
        self.sd_model: Any = FakeInitialModel()
        self.forge_loading_parameters: dict[str, Any] = {}

    def get_sd_model(self) -> Any:
        return self.sd_model


model_data = ModelData()


def get_closet_checkpoint_match(search: str | None) -> CheckpointInfo | None:
    return next((info for title, info in checkpoints_list.items() if search and search in title), None)


def make_ready() -> Any:
    """Load what is selected, unless it is loaded."""
    info = model_data.forge_loading_parameters.get("checkpoint_info")
    if info is None:
        raise ValueError("You do not have any model!")
    if getattr(model_data.sd_model, "sd_checkpoint_info", None) is not info:
        flags = {"is_sd1": "xl" not in info.name_for_extra, "is_sdxl": "xl" in info.name_for_extra}
        model_data.sd_model = SimpleNamespace(sd_checkpoint_info=info, is_sd2=False, is_sd3=False, **flags)
        patch([])
    return model_data.sd_model


def patch(files: list[tuple[str, float]]) -> None:
    """Lay patches of these files on the model, and take off what lay there."""
    table = {(file, weight, 1.0, False): {} for file, weight in files}
    objects = SimpleNamespace(
        unet=SimpleNamespace(lora_patches=table), clip=SimpleNamespace(patcher=SimpleNamespace(lora_patches={}))
    )
    model_data.sd_model.forge_objects_after_applying_lora = objects
