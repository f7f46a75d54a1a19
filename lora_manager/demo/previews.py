"""Every demo LoRA's preview, by the name of its painter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from zlib import crc32

import numpy as np

from lora_manager.demo import paint_crafts, paint_figures, paint_prints, paint_scenes, paint_subjects
from lora_manager.demo.canvas import Picture, Random, finish

Painter = Callable[[Random, Sequence[str]], Picture]

PAINTERS: dict[str, Painter] = {
    "bamboo": paint_crafts.bamboo,
    "city": paint_scenes.city,
    "clay": paint_crafts.clay,
    "deep_sea": paint_scenes.deep_sea,
    "film_still": paint_subjects.film_still,
    "forest": paint_scenes.forest,
    "gold_fans": paint_crafts.gold_fans,
    "halftone_sun": paint_prints.halftone_sun,
    "ink_dragon": paint_crafts.ink_dragon,
    "isometric": paint_prints.isometric,
    "kintsugi": paint_crafts.kintsugi,
    "land_print": paint_prints.land_print,
    "lanterns": paint_scenes.lanterns,
    "low_poly": paint_crafts.low_poly,
    "mecha": paint_subjects.mecha,
    "mountains": paint_scenes.mountains,
    "paper_layers": paint_crafts.paper_layers,
    "pixel_land": paint_crafts.pixel_land,
    "sky": paint_scenes.sky,
    "stained_glass": paint_crafts.stained_glass,
    "synthwave": paint_scenes.synthwave,
    "watercolour": paint_prints.watercolour,
    "waves": paint_scenes.waves,
    **{kind: partial(paint_subjects.creature, kind=kind) for kind in paint_subjects.ANIMALS},
    **{f"dress {name}": partial(paint_subjects.garment, pattern=name) for name in paint_subjects.PATTERNS},
    **{f"{style} hair": partial(paint_figures.portrait, hair_style=style) for style in paint_figures.HAIR},
}


def paint_preview(path: Path, painter: str, palette: Sequence[str], name: str) -> None:
    """Paint and save; the extension of `path` says as what. `name` seeds chance: equal arguments, equal picture."""
    random = np.random.default_rng(crc32(name.encode()))
    finish(random, PAINTERS[painter](random, palette)).save(path, quality=88)
