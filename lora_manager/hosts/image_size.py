"""Sizes of pictures, in pixels: what suits a family of models, and what a host can make."""

from __future__ import annotations

from lora_manager.errors import BadInputError
from lora_manager.hosts.base import GenerationDefaults, GenerationRequest

LARGEST_SIDE = 4096
_TRAINED_SIDE = {"SD 1.5": 512, "SD 2.x": 768}
_OTHER_SIDE = 1024


def trained_side(family: str) -> int:
    """The side of the squares that a family was trained with; that of the newer ones for a family not known here."""
    return _TRAINED_SIDE.get(family, _OTHER_SIDE)


def check_size(request: GenerationRequest, step: int = GenerationDefaults.size_step) -> None:
    """Raise BadInputError for a side that is no multiple of `step`, or beyond what is made; it names the nearest."""
    for label, value in (("Width", request.width), ("Height", request.height)):
        if value % step or not step <= value <= LARGEST_SIDE:
            nearest = min(max(round(value / step) * step, step), LARGEST_SIDE)
            raise BadInputError(
                f"{label} must be a multiple of {step} up to {LARGEST_SIDE}: {value} is not, {nearest} is."
            )
