"""The host's options, state and flags."""

from __future__ import annotations

import os
import sys
from types import SimpleNamespace
from typing import Any

from modules.modeldata import Shared
from modules.shared_state import State


class Options(SimpleNamespace):
    """Options by name."""


cmd_opts = SimpleNamespace(
    lora_dir=os.path.join("models", "Lora"),
    listen=False,
    share=False,
    server_name=None,
    auth=None,
    api_auth=None,
    subpath=None,
    lora_manager_dir=None,
    lora_manager_db=None,
)
opts = Options(
    sd_model_checkpoint="None",
    lora_apply_te=False,
    samples_save=True,
    keep_incomplete=True,
    save_images_before_detailer=False,
    grid_save=True,
    return_grid=True,
    sequential_seed=True,
    image_watermark_enabled=False,
    extra_networks_default_multiplier=1.0,
    subpath="",
    server_rate_limit=300,
    outdir_samples="",
    outdir_txt2img_samples="outputs/text",
    outdir_img2img_samples="outputs/image",
    outdir_control_samples="outputs/control",
    outdir_grids="",
    outdir_txt2img_grids="outputs/grids",
    outdir_img2img_grids="outputs/grids",
    outdir_control_grids="outputs/grids",
)
state = State()
demo: Any = None
sys.modules[__name__].__class__ = Shared
