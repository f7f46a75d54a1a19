"""The model SDNext would generate with now: looked at, never loaded by looking.

`shared.sd_model` is a property that loads the selected checkpoint; what is in memory stands in `model_data`.
"""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

from modules import modeldata, sd_checkpoint, shared

from lora_manager.errors import LoraManagerError
from lora_manager.hosts.base import GenerationDefaults, LoadedModel
from lora_manager.hosts.image_size import trained_side
from lora_manager.hosts.web_ui import NOT_LOADED

NO_MODEL = "SDNext has no checkpoint. Put one into its models folder, or choose one in its Models tab."
_NONE = "None"
_SD2_TEXT_WIDTH = 1024
_ARCHITECTURES = {
    # SDNext's type of a pipeline, where formats.base_model does not know that word: how it is known there
    "sd": "SD 1.5",
    "f1": "Flux.1",
    "f2": "Flux.2",
    "sc": "Stable Cascade",
    "h1": "HiDream",
    "o1": "HiDream",
}


def loaded_model() -> LoadedModel | None:
    """What is in memory, else what is selected, else None."""
    pipe = modeldata.model_data.sd_model
    if pipe is not None:
        info = getattr(pipe, "sd_checkpoint_info", None)
        name = _name(info, shared.opts.sd_model_checkpoint)
        return LoadedModel(name, _path(info), _family(_architecture(pipe), name))
    selected = str(shared.opts.sd_model_checkpoint or _NONE)
    if selected == _NONE:
        return None
    info = _listed(selected)
    if info is None and not _is_remote(selected):
        return None
    name, path = _name(info, selected), _path(info)
    return LoadedModel(name, path, _family(_family_on_disk(path), name), NOT_LOADED)


def cannot_generate() -> str:
    """Why there is nothing to generate with, or "" """
    if loaded_model() is not None:
        return ""
    if not sd_checkpoint.checkpoints_list:
        return NO_MODEL
    return "No checkpoint is selected in SDNext. Choose one at the top of its page."


def defaults() -> GenerationDefaults:
    """What the user saved as the defaults of SDNext's own form, else a size that suits the model."""
    model = loaded_model()
    side = trained_side(model.family if model is not None else "")
    return GenerationDefaults(
        width=_saved("Width", side),
        height=_saved("Height", side),
        steps=_saved("Steps", GenerationDefaults.steps),
        sampler="Default",
    )


def _saved(label: str, otherwise: int) -> int:
    """A number of `ui-config.json`, which SDNext has read; Control is the tab that its users see first."""
    page = sys.modules.get("modules.ui_settings")
    saved = getattr(getattr(page, "loadsave", None), "ui_settings", None) or {}
    values = (saved.get(f"{tab}/{label}/value") for tab in ("control", "txt2img"))
    return next((int(value) for value in values if isinstance(value, (int, float)) and value > 0), otherwise)


def _listed(selected: str) -> Any:
    """SDNext's record of a checkpoint, by any of the names it goes by; a title may carry an outdated hash."""
    found = sd_checkpoint.checkpoint_aliases.get(selected)
    if found is not None:
        return found
    bare = selected.split(" [")[0].lower()
    known = list(sd_checkpoint.checkpoints_list.values())
    return next((info for info in known if bare in (str(info.name).lower(), os.path.basename(info.name).lower())), None)


def _is_remote(selected: str) -> bool:
    """Whether SDNext would fetch it from a model hub by this name."""
    return selected.startswith(("huggingface/", "https://huggingface.co/"))


def _name(info: Any, otherwise: Any) -> str:
    """Its name for people: the file's own, without folder and hash."""
    name = str(getattr(info, "model_name", "") or os.path.basename(str(otherwise or "")))
    return name.split(" [")[0]


def _path(info: Any) -> str:
    path = str(getattr(info, "path", "") or getattr(info, "filename", "") or "")
    return os.path.abspath(path) if path and os.path.exists(path) else path


def _architecture(pipe: Any) -> str:
    kind = str(modeldata.get_model_type(pipe))
    if kind == "sd" and _text_width(pipe) == _SD2_TEXT_WIDTH:
        return "SD 2.x"
    return _ARCHITECTURES.get(kind, kind)


def _text_width(pipe: Any) -> object:
    config = getattr(getattr(pipe, "unet", None), "config", None)
    return getattr(config, "cross_attention_dim", None)


def _family(architecture: str, name: str) -> str:
    """The family by architecture; a name refines it, as Pony among SDXL."""
    # Its tables of patterns take a while to compile, and this file is imported while SDNext starts.
    from lora_manager.formats.base_model import resolve_base_model

    return resolve_base_model(None, architecture, None, name).family


def _family_on_disk(path: str) -> str:
    try:
        return _described(path, os.stat(path).st_mtime_ns)
    except OSError:
        return ""


@lru_cache(maxsize=8)
def _described(path: str, _modified: int) -> str:
    from lora_manager.hosts import diffusers_model

    try:
        return diffusers_model.describe(Path(path)).family
    except LoraManagerError:
        return ""  # nothing that we read; SDNext may well do
