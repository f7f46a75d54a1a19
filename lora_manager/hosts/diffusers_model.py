"""A model on disk for the standalone engine: what it is, told without torch, and whether it is safe to load."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lora_manager.errors import HostError, IncompleteFileError, UnreadableFileError
from lora_manager.formats.safetensors_header import read_header

_INDEX = "model_index.json"
_LARGEST_INDEX = 1 << 20
DEMO_MARK = "lora_manager_demo.txt"
"""A file of this name in a model folder says that the model is a toy."""
# A folder's index names the Python modules of its parts: anything else could be code that came with the model.
_TRUSTED_LIBRARIES = frozenset({"diffusers", "transformers", "stable_diffusion", None})
_PICKLES = (".bin", ".ckpt", ".pt", ".pth")
_FAMILY_BY_PIPELINE = (
    ("StableDiffusionXL", "SDXL"),
    ("StableDiffusion3", "SD 3"),
    ("StableDiffusion", "SD 1.5"),
    ("Flux2", "Flux.2"),
    ("Flux", "Flux.1"),
)
_FAMILY_BY_KEY = (
    ("conditioner.embedders.1.", "SDXL"),
    ("conditioner.embedders.0.model.transformer.resblocks.", "SDXL"),
    ("cond_stage_model.transformer.", "SD 1.5"),
    ("cond_stage_model.model.transformer.", "SD 2.x"),
    ("double_blocks.0.img_attn.", "Flux.1"),
    ("model.diffusion_model.double_blocks.0.img_attn.", "Flux.1"),
    ("model.diffusion_model.joint_blocks.", "SD 3"),
)


@dataclass(frozen=True)
class ModelOnDisk:
    """A checkpoint: its name, family ("" if unknown), whether it is a diffusers folder, a demo, trained by flow."""

    path: Path
    name: str
    family: str
    is_folder: bool
    is_demo: bool = False
    is_flow: bool = False
    has_safety_checker: bool = False


def describe(path: Path) -> ModelOnDisk:
    """What lies at this path. Raises HostError, with the remedy, when it is nothing that the engine loads."""
    if path.is_dir():
        return _describe_folder(path)
    if not path.is_file():
        raise HostError(
            f"There is no model at {path}. Name a diffusers folder or a .safetensors checkpoint with --model."
        )
    if path.suffix.lower() != ".safetensors":
        raise HostError(
            f"{path.name} is not a .safetensors file and is not opened, because loading it could run code. "
            "Name a .safetensors checkpoint or a diffusers folder with --model."
        )
    try:
        keys = read_header(path).tensors
    except (UnreadableFileError, IncompleteFileError, OSError) as error:
        raise HostError(f"{path.name} cannot be read: {error}") from error
    family = next((family for start, family in _FAMILY_BY_KEY if any(key.startswith(start) for key in keys)), "")
    return ModelOnDisk(path, path.stem, family, is_folder=False, is_flow=_is_flow(family))


def _describe_folder(path: Path) -> ModelOnDisk:
    index = _read_index(path)
    pipeline = str(index.get("_class_name", ""))
    family = next((family for start, family in _FAMILY_BY_PIPELINE if pipeline.startswith(start)), "")
    if family == "SD 1.5" and _text_width(path) == 1024:
        family = "SD 2.x"
    _refuse_code_and_pickles(path, index)
    return ModelOnDisk(
        path,
        path.name,
        family,
        is_folder=True,
        is_demo=(path / DEMO_MARK).is_file(),
        is_flow="FlowMatch" in str(index.get("scheduler", "")) or _is_flow(family),
        has_safety_checker="safety_checker" in index,
    )


def _read_index(path: Path) -> dict[str, Any]:
    try:
        with (path / _INDEX).open("rb") as file:
            index = json.loads(file.read(_LARGEST_INDEX))
    except FileNotFoundError as error:
        raise HostError(
            f"{path} holds no {_INDEX}, so it is not a diffusers model. "
            "Name a diffusers folder or a .safetensors checkpoint with --model."
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise HostError(f"{path / _INDEX} cannot be read ({error}). Download the model again.") from error
    if not isinstance(index, dict):
        raise HostError(f"{path / _INDEX} holds no JSON object. Download the model again.")
    return index


def _refuse_code_and_pickles(path: Path, index: dict[str, Any]) -> None:
    if not isinstance(index.get("_class_name"), str):
        raise HostError(f"{path.name} brings its own pipeline code, which is not run. Name another model with --model.")
    for part, value in index.items():
        if not isinstance(value, list):
            continue
        if value and value[0] not in _TRUSTED_LIBRARIES:
            raise HostError(
                f"The part {part} of {path.name} is made by code of its own ({value[0]}), which is not run."
            )
        folder = path / part
        files = [file.suffix.lower() for file in folder.iterdir()] if folder.is_dir() else []
        if part != "safety_checker" and any(s in _PICKLES for s in files) and ".safetensors" not in files:
            raise HostError(
                f"{folder} has only pickled weights (.bin), which are not opened because loading them could run code. "
                "Download the .safetensors variant of the model."
            )


def _text_width(path: Path) -> int:
    try:
        with (path / "text_encoder" / "config.json").open("rb") as file:
            width = json.loads(file.read(_LARGEST_INDEX)).get("hidden_size", 0)
    except (OSError, ValueError, AttributeError, RecursionError):
        return 0
    return width if isinstance(width, int) else 0


def _is_flow(family: str) -> bool:
    return family in ("Flux.1", "Flux.2", "SD 3")
