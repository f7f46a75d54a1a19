"""What a run of an AUTOMATIC1111 family host left: its final images on disk, what was asked for, if it was cut off.

A run hands back more than its images: a grid before them, masks between them, maps of other extensions after them; and
it saves more files than that.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from modules import shared

from lora_manager.hosts.base import GeneratedImage, GenerationRequest
from lora_manager.hosts.run_observer import SavedImage

_INFOTEXT = "parameters"
_BY_THE_WAY = re.compile(
    r"-(?:before-highres-fix|before-face-restoration|before-color-correction|mask|mask-composite)$"
)
"""What the host puts at the end of the names of files that are no final images."""


def final_images(process: Any, processed: Any) -> list[GeneratedImage]:
    """The images of a run that has ended, as far as the host saved them."""
    first = processed.index_of_first_image
    texts = list(processed.infotexts[first:])
    found = []
    for number, image in enumerate(_without_by_products(processed.images[first:], len(texts))):
        saved_as = getattr(image, "already_saved_as", None)
        if saved_as:
            text = image.info.get(_INFOTEXT) or (texts[number] if number < len(texts) else "")
            # Relative to the folder the host was started in: made absolute before anybody changes that.
            path = Path(os.path.abspath(saved_as))
            found.append(GeneratedImage(path, _seed(process, number), image.width, image.height, text))
    return found


def saved_images(process: Any, saved: Sequence[SavedImage]) -> list[GeneratedImage]:
    """The images of a run that broke off, by the files that were saved until then."""
    width, height = _size(process)
    kept = [file for file in saved if not _BY_THE_WAY.search(file.path.stem)]
    return [
        GeneratedImage(file.path, _seed(process, number), width, height, file.infotext)
        for number, file in enumerate(kept)
    ]


def request_of(process: Any, images: Sequence[GeneratedImage]) -> GenerationRequest:
    """What the user asked for, with the tags, styles and wildcards written out as the host used them."""
    width, height = (images[0].width, images[0].height) if images else _size(process)
    return GenerationRequest(
        prompt=_first(process, "all_prompts", "prompt"),
        negative_prompt=_first(process, "all_negative_prompts", "negative_prompt"),
        width=width,
        height=height,
        steps=int(process.steps),
        cfg_scale=float(process.cfg_scale),
        seed=_seed(process, 0),
        sampler=_sampler(process),
        batch_size=int(process.n_iter) * int(process.batch_size),
    )


def was_interrupted() -> bool:
    """Whether the run that is ending now was cut short. Asked before the host begins anything else."""
    return bool(shared.state.interrupted or getattr(shared.state, "stopping_generation", False))


def _without_by_products(images: Sequence[Any], count: int) -> Sequence[Any]:
    """Without masks and other extensions' pictures: only an image of the run's own has its infotext with it."""
    marked = [image for image in images if _INFOTEXT in (getattr(image, "info", None) or {})]
    if marked or not count:
        return marked
    # The user does not want infotexts in files, so nothing tells them apart but their order: masks follow each image.
    return images[:: max(1, len(images) // count)][:count]


def _seed(process: Any, number: int) -> int:
    seeds = getattr(process, "all_seeds", None) or []
    if number < len(seeds):
        return int(seeds[number])
    seed = process.seed
    return int(seed) + number if isinstance(seed, (int, float)) and seed >= 0 else -1


def _size(process: Any) -> tuple[int, int]:
    """The size of the final images: the second pass of a hires run makes them larger."""
    if getattr(process, "enable_hr", False) and getattr(process, "hr_upscale_to_x", 0):
        # A second pass to a given size cuts off what sticks out of it, in units of the latent image.
        cut = (getattr(process, "truncate_x", 0) * 8, getattr(process, "truncate_y", 0) * 8)
        return process.hr_upscale_to_x - cut[0], process.hr_upscale_to_y - cut[1]
    return int(process.width), int(process.height)


def _first(process: Any, plural: str, single: str) -> str:
    every = getattr(process, plural, None)
    if not every:
        one = getattr(process, single)
        every = one if isinstance(one, list) else [one]
    return str(every[0]) if every else ""


def _sampler(process: Any) -> str:
    """The sampler with its schedule, as the older hosts name the two in one and the newer still understand."""
    schedule = getattr(process, "scheduler", None)
    name = str(process.sampler_name)
    return name if schedule in (None, "", "Automatic", "automatic") else f"{name} {schedule}"
