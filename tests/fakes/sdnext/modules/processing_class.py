"""The processing objects: what a run is asked for."""

from __future__ import annotations

from typing import Any

from modules import shared

_DEFAULTS: dict[str, Any] = {
    "prompt": "", "negative_prompt": "", "styles": (), "seed": -1, "steps": 20, "width": 1024, "height": 1024,
    "cfg_scale": 6.0, "batch_size": 1, "n_iter": 1, "sampler_name": None, "outpath_samples": None,
    "outpath_grids": None, "do_not_save_samples": False, "do_not_save_grid": False, "samples_save": None,
    "keep_incomplete": None, "sequential_seed": None, "lora_apply_te": None, "detailer_enabled": False,
    "refiner_prompt": "", "enable_hr": False, "xyz": False, "override_settings": {},
}  # fmt: skip


class StableDiffusionProcessing:
    def __init__(self, sd_model: object = None, **given: Any) -> None:
        unknown = set(given) - set(_DEFAULTS)
        if unknown:
            raise TypeError(f"unexpected {unknown}")
        for name, value in {**_DEFAULTS, **given}.items():
            setattr(self, name, value)
        self.abort = False
        self.iteration = 0
        self.prompts: list[str] = []
        self.all_prompts: list[str] = []
        self.all_negative_prompts: list[str] = []
        self.all_seeds: list[int] = []
        self.ops: list[str] = []
        self.network_data: Any = {}
        self.extra_generation_params: dict[str, Any] = {}
        self.disable_extra_networks = False
        self.scripts: Any = None
        self.script_args: Any = ()
        self.closed = False

    @property
    def sd_model(self) -> Any:
        return shared.sd_model

    def close(self) -> None:
        self.scripts = None
        self.closed = True


class StableDiffusionProcessingTxt2Img(StableDiffusionProcessing):
    """The Text tab."""


class StableDiffusionProcessingImg2Img(StableDiffusionProcessing):
    """The Image tab."""


class StableDiffusionProcessingControl(StableDiffusionProcessing):
    """The Control tab."""


class StableDiffusionProcessingVideo(StableDiffusionProcessing):
    """The Video tab."""
