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
from lora_manager.hosts.by_products import lies_with_grids
from lora_manager.hosts.run_observer import SavedImage
from lora_manager.hosts.tolerant import finite_number, items_of, text_of, whole_number

_INFOTEXT = "parameters"
_BY_THE_WAY = re.compile(
    r"-(?:before-highres-fix|before-face-restoration|before-color-correction|mask|mask-composite)$"
)
"""What the host puts at the end of the names of files that are no final images."""


def final_images(process: Any, processed: Any, saved: Sequence[SavedImage]) -> list[GeneratedImage]:
    """The images of a run that has ended, as far as the host saved them."""
    first = whole_number(processed.index_of_first_image)
    texts = items_of(processed.infotexts)[first:]
    found = []
    for number, image in enumerate(_without_by_products(items_of(processed.images)[first:], len(texts))):
        saved_as = getattr(image, "already_saved_as", None)
        if saved_as:
            said = _embedded(image) or (texts[number] if number < len(texts) else "")
            # Relative to the folder the host was started in: made absolute before anybody changes that.
            path = Path(os.path.abspath(saved_as))
            width, height = whole_number(image.width), whole_number(image.height)
            found.append(GeneratedImage(path, _seed(process, number), width, height, text_of(said)))
    if found or not _saves_images(process):
        return found
    # Another extension put pictures of its own in their place, which do not say where the host saved those.
    return saved_images(process, saved)


def saved_images(process: Any, saved: Sequence[SavedImage]) -> list[GeneratedImage]:
    """The images of a run that broke off, by the files that were saved until then."""
    width, height = _size(process)
    kept = [file for file in saved if not (_BY_THE_WAY.search(file.path.stem) or _is_grid(process, file))]
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
        steps=whole_number(process.steps),
        cfg_scale=finite_number(process.cfg_scale),
        seed=_seed(process, 0),
        sampler=_sampler(process),
        batch_size=whole_number(whole_number(process.n_iter) * whole_number(process.batch_size)) or len(images) or 1,
    )


def was_interrupted() -> bool:
    """Whether the run that is ending now was cut short. Asked before the host begins anything else."""
    return bool(shared.state.interrupted or getattr(shared.state, "stopping_generation", False))


def _without_by_products(images: Sequence[Any], count: int) -> Sequence[Any]:
    """Without masks and other extensions' pictures: only an image of the run's own has its infotext with it."""
    marked = [image for image in images if _embedded(image) is not None]
    if marked or not count:
        return marked
    # The user does not want infotexts in files, so nothing tells them apart but their order: masks follow each image.
    return images[:: max(1, len(images) // count)][:count]


def _embedded(image: Any) -> str | None:
    """The infotext that the host put into a picture; None where there is none, and of what is no picture."""
    info = getattr(image, "info", None)
    return text_of(info[_INFOTEXT]) if isinstance(info, dict) and _INFOTEXT in info else None


def _saves_images(process: Any) -> bool:
    """Whether the host was to save this run's images."""
    overridden = getattr(process, "override_settings", None) or {}
    wanted = overridden.get("samples_save", getattr(shared.opts, "samples_save", True))
    return bool(wanted) and not getattr(process, "do_not_save_samples", False)


def _is_grid(process: Any, file: SavedImage) -> bool:
    """By its name, or by a folder that is not that of the images, too."""
    return file.path.name.startswith("grid-") or lies_with_grids(file.path, process)


def _seed(process: Any, number: int) -> int:
    seeds = items_of(getattr(process, "all_seeds", None))
    if number < len(seeds) and (seed := whole_number(seeds[number], -1)) >= 0:
        return seed
    seed = whole_number(process.seed, -1)
    return seed + number if seed >= 0 else -1


def _size(process: Any) -> tuple[int, int]:
    """The size of the final images: the second pass of a hires run makes them larger."""
    if getattr(process, "enable_hr", False) and whole_number(getattr(process, "hr_upscale_to_x", 0)):
        # A second pass to a given size cuts off what sticks out of it, in units of the latent image.
        cut = (whole_number(getattr(process, "truncate_x", 0)) * 8, whole_number(getattr(process, "truncate_y", 0)) * 8)
        return whole_number(process.hr_upscale_to_x) - cut[0], whole_number(process.hr_upscale_to_y) - cut[1]
    return whole_number(process.width), whole_number(process.height)


def _first(process: Any, plural: str, single: str) -> str:
    every = (*items_of(getattr(process, plural, None))[:1], *items_of(getattr(process, single, None))[:1])
    return next((text_of(one) for one in every if one is not None), "")


def _sampler(process: Any) -> str:
    """The sampler with its schedule, as the older hosts name the two in one and the newer still understand."""
    schedule = getattr(process, "scheduler", None)
    name = text_of(process.sampler_name)
    return name if schedule in (None, "", "Automatic", "automatic") else f"{name} {schedule}"
