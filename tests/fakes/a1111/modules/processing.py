"""The host's function that makes images: the order of its hooks, what it saves, what it hands back."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from modules import extra_networks, images, sd_models, shared
from PIL import Image

step_seconds = 0.0
fail_at: int | None = None
"""The image (from 0) during which the run fails."""


@dataclass
class StableDiffusionProcessing:
    outpath_samples: str = ""
    outpath_grids: str = ""
    prompt: Any = ""
    negative_prompt: str = ""
    seed: int = -1
    sampler_name: str | None = None
    scheduler: str | None = None
    batch_size: int = 1
    n_iter: int = 1
    steps: int = 50
    cfg_scale: float = 7.0
    width: int = 512
    height: int = 512
    do_not_save_samples: bool = False
    do_not_save_grid: bool = False
    override_settings: dict[str, Any] = field(default_factory=dict)
    disable_extra_networks: bool = False
    is_api: bool = field(default=False, init=False)
    user: str | None = field(default=None, init=False)
    iteration: int = field(default=0, init=False)
    all_prompts: Any = field(default=None, init=False)
    all_negative_prompts: Any = field(default=None, init=False)
    all_seeds: Any = field(default=None, init=False)
    extra_network_data: Any = field(default=None, init=False)
    scripts_value: Any = field(default=None, init=False)
    script_args_value: Any = field(default=None, init=False)
    closed: bool = field(default=False, init=False)

    @property
    def scripts(self) -> Any:
        return self.scripts_value

    @scripts.setter
    def scripts(self, value: Any) -> None:
        self.scripts_value = value
        self._set_up()

    @property
    def script_args(self) -> Any:
        return self.script_args_value

    @script_args.setter
    def script_args(self, value: Any) -> None:
        self.script_args_value = value
        self._set_up()

    def _set_up(self) -> None:
        """Scripts are set up once there are both scripts and arguments."""
        if self.scripts_value is not None and self.script_args_value is not None:
            self.scripts_value.setup_scripts(self, is_ui=not self.is_api)

    def close(self) -> None:
        self.closed = True


@dataclass
class StableDiffusionProcessingTxt2Img(StableDiffusionProcessing):
    enable_hr: bool = False
    hr_scale: float = 2.0
    hr_prompt: str = ""
    hr_upscale_to_x: int = field(default=0, init=False)
    hr_upscale_to_y: int = field(default=0, init=False)
    hr_extra_network_data: Any = field(default=None, init=False)


@dataclass
class StableDiffusionProcessingImg2Img(StableDiffusionProcessing):
    init_images: Any = None
    image_mask: Any = None


class Processed:
    def __init__(self, p: Any, found: list[Any], infotexts: list[str], index_of_first_image: int) -> None:
        self.images = found
        self.infotexts = infotexts
        self.info = infotexts[0]
        self.index_of_first_image = index_of_first_image
        self.all_seeds = p.all_seeds


def process_images(p: StableDiffusionProcessing) -> Processed:
    if p.scripts is not None:
        p.scripts.before_process(p)
    stored = {key: getattr(shared.opts, key) for key in p.override_settings}
    try:
        for key, value in p.override_settings.items():
            shared.opts.set(key, value)
        sd_models.make_ready()
        return process_images_inner(p)
    finally:
        for key, value in stored.items():
            shared.opts.set(key, value)


def process_images_inner(p: Any) -> Processed:
    seed = p.seed if p.seed >= 0 else random.randrange(2**32 - 100)
    count = p.n_iter * p.batch_size
    p.all_prompts = p.prompt if isinstance(p.prompt, list) else [p.prompt] * count
    p.all_negative_prompts = [p.negative_prompt] * count
    p.all_seeds = [seed + number for number in range(count)]
    if getattr(p, "enable_hr", False):
        p.hr_upscale_to_x, p.hr_upscale_to_y = int(p.width * p.hr_scale), int(p.height * p.hr_scale)
    if shared.state.job_count == -1:
        shared.state.job_count = p.n_iter
    found: list[Any] = []
    texts: list[str] = []
    for batch in range(p.n_iter):
        p.iteration = batch
        if shared.state.interrupted:
            break
        _make_batch(p, batch, found, texts)
        shared.state.nextjob()
    processed = _with_grid(p, found, texts or [_infotext(p, 0)])
    if p.scripts is not None:
        p.scripts.postprocess(p, processed)
    return processed


def _make_batch(p: Any, batch: int, found: list[Any], texts: list[str]) -> None:
    numbers = range(batch * p.batch_size, (batch + 1) * p.batch_size)
    _, p.extra_network_data = extra_networks.parse_prompts([p.all_prompts[number] for number in numbers])
    if not p.disable_extra_networks:
        extra_networks.activate(p, p.extra_network_data)
    _sample(p, numbers)
    if getattr(p, "enable_hr", False) and not shared.state.interrupted:
        _second_pass(p, numbers)
    saves = not p.do_not_save_samples and shared.opts.samples_save
    saves = saves and (shared.opts.save_incomplete_images or not shared.state.interrupted)
    for number in numbers:
        pp = SimpleNamespace(image=_draw(p, number))
        if p.scripts is not None:
            p.scripts.postprocess_image(p, pp)
        text = _infotext(p, number)
        if saves:
            images.save_image(pp.image, p.outpath_samples, p.all_seeds[number], text, p)
        texts.append(text)
        if shared.opts.enable_pnginfo:
            pp.image.info["parameters"] = text
        found.append(pp.image)
        _mask(p, number, found, saves)


def _sample(p: Any, numbers: range) -> None:
    shared.state.sampling_steps = p.steps
    for step in range(p.steps):
        if fail_at in numbers and step == p.steps // 2:
            raise RuntimeError("A tensor with NaNs was produced in Unet.")
        if shared.state.interrupted:
            return
        time.sleep(step_seconds)
        shared.state.sampling_step = step + 1


def _second_pass(p: Any, numbers: range) -> None:
    if shared.opts.save_images_before_highres_fix:
        for number in numbers:
            small = _draw(p, number).resize((p.width, p.height))
            images.save_image(small, p.outpath_samples, p.all_seeds[number], "", p, "-before-highres-fix")
    prompts = [p.hr_prompt or p.all_prompts[number] for number in numbers]
    _, p.hr_extra_network_data = extra_networks.parse_prompts(prompts)
    extra_networks.activate(p, p.hr_extra_network_data)
    shared.state.nextjob()
    _sample(p, numbers)


def _mask(p: Any, number: int, found: list[Any], saves: bool) -> None:
    mask = getattr(p, "image_mask", None)
    if mask is not None and shared.opts.return_mask:
        picture = mask.convert("RGB")
        if saves and shared.opts.save_mask:
            images.save_image(picture, p.outpath_samples, p.all_seeds[number], _infotext(p, number), p, "-mask")
        found.append(picture)


def _with_grid(p: Any, found: list[Any], texts: list[str]) -> Processed:
    opts = shared.opts
    unwanted = p.do_not_save_grid or (len(found) < 2 and opts.grid_only_if_multiple)
    if unwanted or not (opts.return_grid or opts.grid_save):
        return Processed(p, found, texts, 0)
    grid = Image.new("RGB", (p.width * 2, p.height))
    if opts.grid_save:
        images.save_image(grid, p.outpath_grids, p.all_seeds[0], texts[0], p)
    if not opts.return_grid:
        return Processed(p, found, texts, 0)
    grid.info["parameters"] = texts[0]
    return Processed(p, [grid, *found], [texts[0], *texts], 1)


def _draw(p: Any, number: int) -> Image.Image:
    size = (getattr(p, "hr_upscale_to_x", 0) or p.width, getattr(p, "hr_upscale_to_y", 0) or p.height)
    return Image.new("RGB", size, (p.all_seeds[number] % 256, 80, 120))


def _infotext(p: Any, number: int) -> str:
    prompts, seed = p.all_prompts, p.all_seeds[number]
    size = f"{p.width}x{p.height}"
    return f"{prompts[number]}\nSteps: {p.steps}, Sampler: {p.sampler_name}, Seed: {seed}, Size: {size}"
