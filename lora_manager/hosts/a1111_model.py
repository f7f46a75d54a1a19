"""The checkpoint of an AUTOMATIC1111 family host: which one a generation would use now, and of which family it is.

Nothing in here may make the host load a model: `shared.sd_model` does, so it is never touched.
"""

from __future__ import annotations

import os
from typing import Any

from modules import sd_models, shared

from lora_manager.formats.base_model import resolve_base_model
from lora_manager.hosts.base import LoadedModel
from lora_manager.hosts.web_ui import NOT_LOADED

NO_CHECKPOINT = "The host has no checkpoint. Put one into {folder} and press the refresh button beside its list."

_ARCHITECTURES = (
    # the host's flag, as formats.base_model knows it; the first that is set counts
    ("is_sd3", "SD 3"),
    ("is_sdxl", "SDXL 1.0"),
    ("is_sd2", "SD 2.1"),
    ("is_sd1", "SD 1.5"),
)
_CLASSES = {"Flux": "Flux.1 D", "Chroma": "Chroma"}
"""Classes of models that have no flag."""


def loaded_model() -> LoadedModel | None:
    """The model in memory, unless another was selected since: then that one, which the next image loads."""
    model = in_memory()
    selected = _selected()
    if model is not None:
        info = model.sd_checkpoint_info
        if selected is None or _path(selected) == _path(info):
            return LoadedModel(info.name_for_extra, _path(info), _family(model, info.name_for_extra))
    if selected is None:
        return None
    name = selected.name_for_extra
    return LoadedModel(name, _path(selected), resolve_base_model(None, None, None, name).family, NOT_LOADED)


def in_memory() -> Any:
    """The host's model object; None as long as it has none, or only a stand-in for one."""
    model = sd_models.model_data.sd_model
    return model if getattr(model, "sd_checkpoint_info", None) is not None else None


def no_checkpoint() -> str:
    """Why nothing can be generated: there is no checkpoint at all. "" if there is one."""
    if sd_models.checkpoints_list:
        return ""
    return NO_CHECKPOINT.format(folder=getattr(shared.cmd_opts, "ckpt_dir", None) or sd_models.model_path)


def _selected() -> Any:
    """The checkpoint the next generation uses, as the host would find it, without the host's complaints."""
    loading = getattr(sd_models.model_data, "forge_loading_parameters", None) or {}
    if loading.get("checkpoint_info") is not None:
        return loading["checkpoint_info"]
    found = sd_models.get_closet_checkpoint_match(getattr(shared.opts, "sd_model_checkpoint", None))
    return found or next(iter(list(sd_models.checkpoints_list.values())), None)


def _path(info: Any) -> str:
    return os.path.abspath(str(info.filename))


def _family(model: Any, name: str) -> str:
    flagged = next((text for flag, text in _ARCHITECTURES if getattr(model, flag, False)), None)
    return resolve_base_model(None, flagged or _CLASSES.get(type(model).__name__), None, name).family
