"""The host's function that makes images: the order of its callbacks, what it saves, what it forgets."""

from __future__ import annotations

import random
import time
from copy import copy
from typing import Any

from modules import extra_networks, images, script_callbacks, shared
from modules.logger import log
from modules.processing_class import (  # noqa: F401 - the real module hands them on
    StableDiffusionProcessing,
    StableDiffusionProcessingControl,
    StableDiffusionProcessingImg2Img,
    StableDiffusionProcessingTxt2Img,
    StableDiffusionProcessingVideo,
)
from modules.scripts_manager import ScriptRunner
from PIL import Image

step_seconds = 0.0
fail_at: int | None = None
"""The picture (from 0) at which the run fails."""
failure: Exception = TypeError("unexpected keyword")
"""How it fails: RuntimeError and ValueError of a pipeline are logged and swallowed."""
processed: Processed | None = None
"""The last that anything made."""
PREVIEW_SIDE = 4


class Processed:
    def __init__(self, p: Any, found: list[Any], infotexts: list[str], index_of_first_image: int = 0) -> None:
        self.images = found
        self.infotexts = infotexts
        self.info = infotexts[0] if infotexts else ""
        self.index_of_first_image = index_of_first_image
        self.all_seeds = p.all_seeds


def process_images(p: Any) -> Processed | None:
    if shared.sd_model is None:
        log.warning("Aborted: op=process model not loaded")
        return None
    if p.abort:
        return None
    stored = {key: getattr(shared.opts, key) for key in p.override_settings}
    for key, value in p.override_settings.items():
        setattr(shared.opts, key, value)
    results = None
    try:
        script_callbacks.call("before_process", p)
        results = process_images_inner(p)
    finally:
        script_callbacks.call("after_process", p)
        for key, value in stored.items():
            setattr(shared.opts, key, value)
    return results


def process_images_inner(p: Any) -> Processed:
    global processed
    _init(p)
    if isinstance(p.scripts, ScriptRunner):
        p.scripts.process(p)
    job = shared.state.begin("Process")
    found: list[Any] = []
    texts: list[str] = []
    for batch in range(p.n_iter):
        p.iteration = batch
        if shared.state.interrupted:
            break
        if not _make_batch(p, batch, found, texts):
            break
    first = _save_grid(p, found, texts)
    processed = result = Processed(p, found, texts, first)
    if isinstance(p.scripts, ScriptRunner) and not shared.state.interrupted:
        p.scripts.postprocess(p, result)
    shared.state.end(job)
    return result


def create_infotext(p: Any, number: int, prompt: str, more: str = "") -> str:
    params = {"Steps": p.steps, "Size": f"{p.width}x{p.height}", "Sampler": p.sampler_name, "Seed": p.all_seeds[number]}
    params.update(p.extra_generation_params)
    text = ", ".join(f'{key}: "{value}"' if "," in str(value) else f"{key}: {value}" for key, value in params.items())
    return f"{prompt}\nNegative prompt: {p.negative_prompt}\n{text}{more}"


def _init(p: Any) -> None:
    count = p.n_iter * p.batch_size
    seed = p.seed if p.seed >= 0 else random.randrange(2**31)
    styled = [f"{p.prompt}, {style}" for style in p.styles] or [p.prompt]
    p.all_prompts = p.all_prompts or (styled[:1] * count if isinstance(p.prompt, str) else p.prompt)
    p.all_negative_prompts = p.all_negative_prompts or [p.negative_prompt] * count
    p.all_seeds = p.all_seeds or [seed + number for number in range(count)]


def _make_batch(p: Any, batch: int, found: list[Any], texts: list[str]) -> bool:
    numbers = list(range(batch * p.batch_size, (batch + 1) * p.batch_size))
    p.prompts, p.network_data = extra_networks.parse_prompts([p.all_prompts[number] for number in numbers])
    instead = p.scripts.process_images(p) if isinstance(p.scripts, ScriptRunner) else None
    pictures = instead.images if instead is not None else _pipeline(p, numbers)
    if shared.state.interrupted:
        keep = shared.opts.keep_incomplete if p.keep_incomplete is None else p.keep_incomplete
        if not keep:
            return False
        pictures = [shared.state.current_image] if shared.state.current_image is not None else []
    if isinstance(p.scripts, ScriptRunner):
        p.prompts = [p.all_prompts[number] for number in numbers]
    for number, picture in zip(numbers, pictures, strict=False):
        prompt = p.prompts[number - numbers[0]]
        text = create_infotext(p, number, prompt)
        if _saves(p):
            _save(p, number, picture, text)
        picture.info["parameters"] = text
        found.append(picture)
        texts.append(text)
    return not shared.state.interrupted


def _save(p: Any, number: int, picture: Any, text: str) -> None:
    if p.detailer_enabled:
        if shared.opts.save_images_before_detailer:
            images.save_image(picture, p.outpath_samples, p.all_seeds[number], text, p, suffix="-before-detailer")
        _detail(p)
    images.save_image(picture, p.outpath_samples, p.all_seeds[number], text, p)


def _detail(p: Any) -> None:
    """A run within the run, of a copy of its object that shares its lists; without callbacks."""
    pc = copy(p)
    pc.prompt, pc.n_iter, pc.batch_size = "a face", 1, 1
    pc.detailer_enabled, pc.do_not_save_samples, pc.do_not_save_grid = False, True, True
    pc.disable_extra_networks = True
    process_images_inner(pc)


def _pipeline(p: Any, numbers: list[int]) -> list[Any]:
    job = shared.state.begin("Base")
    extra_networks.activate(p, p.network_data)
    pictures: list[Any] = []
    try:
        _sample(p, numbers)
        if p.enable_hr and p.refiner_prompt:
            p.ops.append("hires")
            _, p.network_data = extra_networks.parse_prompts([p.refiner_prompt])
            extra_networks.activate(p, p.network_data)
        pictures = [_draw(p, number) for number in numbers]
        inner = shared.state.begin("VAE Decode") if not shared.state.interrupted else ""
        shared.state.end(inner or None)
    except AssertionError as interrupt:
        log.info(interrupt)
    except (ValueError, RuntimeError) as error:
        shared.state.interrupted = True
        log.error("Processing: args=%s %s", {"prompt": p.prompts, "width": p.width}, error)
        log.error("Processing: %s", type(error).__name__)
    shared.state.end(job)
    return pictures


def _sample(p: Any, numbers: list[int]) -> None:
    job = shared.state.begin("Inference")
    shared.state.sampling_steps = p.steps
    for step in range(p.steps):
        if fail_at in numbers and step == p.steps // 2:
            raise failure
        time.sleep(step_seconds)
        shared.state.sampling_step = step + 1
        if shared.state.interrupted:
            # What the page showed of it last: a preview of a few pixels.
            shared.state.current_image = Image.new("RGB", (PREVIEW_SIDE, PREVIEW_SIDE))
            raise AssertionError("Interrupted...")
    shared.state.end(job)


def _draw(p: Any, number: int) -> Any:
    """Each seed and each set of LoRAs another colour."""
    from modules.lora import lora_common

    weights = sum(getattr(network, "unet_multiplier", [1])[0] for network in lora_common.loaded_networks)
    red = p.all_seeds[number] * 37 % 256
    return Image.new("RGB", (p.width, p.height), (red, int(weights * 100) % 256, 90))


def _saves(p: Any) -> bool:
    wanted = shared.opts.samples_save if p.samples_save is None else p.samples_save
    return bool(wanted and not p.do_not_save_samples and p.outpath_samples is not None)


def _save_grid(p: Any, found: list[Any], texts: list[str]) -> int:
    if p.do_not_save_grid or len(found) < 2:
        return 0
    grid = Image.new("RGB", (p.width * len(found), p.height))
    text = create_infotext(p, 0, p.all_prompts[0], f", Grid: 1x{len(found)}")
    if shared.opts.grid_save:
        images.save_image(grid, p.outpath_grids, p.all_seeds[0], text, p, grid=True)
    if not shared.opts.return_grid:
        return 0
    found.insert(0, grid)
    texts.insert(0, text)
    return 1
