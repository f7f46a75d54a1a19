"""What a generation form starts with on an AUTOMATIC1111 family host: its samplers and its page's own defaults."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from modules import sd_samplers, shared

from lora_manager.hosts.base import GenerationDefaults
from lora_manager.hosts.image_size import trained_side

_UNKNOWN_SIDE = 512
_SHIPPED_SIDE = 512
"""What every host of the family ships with, whatever the model: no choice of the user's."""
_MOST_BYTES = 5_000_000
# These fields are a script of the host's since schedules have names of their own; a file may hold both names of them.
_SAMPLER = ("customscript/sampler.py/txt2img/Sampling method/value", "txt2img/Sampling method/value")
_STEPS = ("customscript/sampler.py/txt2img/Sampling steps/value", "txt2img/Sampling steps/value")


def samplers() -> list[str]:
    """The samplers that the host's page offers, its default first."""
    names = list(sd_samplers.visible_sampler_names())
    default = _preset("sampler") or _field(_SAMPLER)
    return sorted(names, key=lambda name: name != default)


def defaults(family: str) -> GenerationDefaults:
    """Sizes, steps and guidance of the host's page; a size that nobody chose by the model's family."""
    saved = _saved()
    own = GenerationDefaults()
    names = samplers()
    return GenerationDefaults(
        width=_side(_preset("width") or saved.get("txt2img/Width/value"), family),
        height=_side(_preset("height") or saved.get("txt2img/Height/value"), family),
        steps=int(_number(_field(_STEPS), own.steps)),
        cfg_scale=_number(_preset("cfg") or saved.get("txt2img/CFG Scale/value"), own.cfg_scale),
        sampler=names[0] if names else own.sampler,
    )


def _side(value: Any, family: str) -> int:
    chosen = int(_number(value, _SHIPPED_SIDE))
    if chosen != _SHIPPED_SIDE and chosen % GenerationDefaults.size_step == 0:
        return chosen
    return trained_side(family) if family else _UNKNOWN_SIDE


def _number(value: Any, otherwise: float) -> float:
    return float(value) if isinstance(value, (int, float)) and value > 0 else otherwise


def _preset(name: str) -> Any:
    """A value of the UI preset that is chosen, on hosts that have such presets."""
    preset = getattr(shared.opts, "forge_preset", None)
    return getattr(shared.opts, f"{preset}_t2i_{name}", None) if preset else None


def _field(keys: Sequence[str]) -> Any:
    """The value that the page's file has for a field, under the newer or the older of its names."""
    saved = _saved()
    ordered = keys if hasattr(sd_samplers, "get_sampler_and_scheduler") else tuple(reversed(keys))
    return next((saved[key] for key in ordered if key in saved), None)


def _saved() -> dict[str, Any]:
    """The page's defaults, which the host keeps in a file; {} if there is none that can be read."""
    path = getattr(shared.cmd_opts, "ui_config_file", None)
    try:
        status = os.stat(path) if path else None
    except OSError:
        return {}
    return {} if status is None else _read(str(path), status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=1)
def _read(path: str, _mtime: int, size: int) -> dict[str, Any]:
    if size > _MOST_BYTES:
        return {}
    try:
        with open(path, encoding="utf-8") as file:
            saved = json.load(file)
    except (OSError, ValueError, RecursionError):
        return {}
    return saved if isinstance(saved, dict) else {}
