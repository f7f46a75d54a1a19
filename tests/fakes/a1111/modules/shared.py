"""What every part of the host shares. As there, touching `sd_model` makes the host load one."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

from modules.shared_state import State

cmd_opts = SimpleNamespace(
    listen=False,
    share=False,
    ngrok=None,
    ngrok_options={},
    server_name=None,
    nowebui=False,
    gradio_auth=None,
    api_auth=None,
    subpath=None,
)
demo: Any = None
state = State()


class Options:
    """Settings; those that nobody changed have their default."""

    defaults: dict[str, Any] = {  # noqa: RUF012 - as in the host
        "sd_model_checkpoint": None,
        "sd_lora": "None",
        "extra_networks_default_multiplier": 1.0,
        "outdir_samples": "",
        "outdir_txt2img_samples": "outputs/txt2img-images",
        "outdir_img2img_samples": "outputs/img2img-images",
        "outdir_grids": "",
        "outdir_txt2img_grids": "outputs/txt2img-grids",
        "samples_save": True,
        "save_incomplete_images": False,
        "save_images_before_highres_fix": False,
        "enable_pnginfo": True,
        "grid_save": True,
        "return_grid": True,
        "grid_only_if_multiple": True,
        "save_mask": False,
        "return_mask": False,
    }

    def __init__(self) -> None:
        self.data: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        if name in self.data:
            return self.data[name]
        if name in self.defaults:
            return self.defaults[name]
        raise AttributeError(name)

    def set(self, key: str, value: Any, **_: Any) -> None:
        self.data[key] = value


opts = Options()


class TotalTqdm:
    def clear(self) -> None:
        pass


total_tqdm = TotalTqdm()


class _Shared(ModuleType):
    @property
    def sd_model(self) -> Any:
        from modules import sd_models

        return sd_models.model_data.get_sd_model()


sys.modules[__name__].__class__ = _Shared
