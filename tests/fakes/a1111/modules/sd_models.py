"""Checkpoints. The model is loaded by whoever first asks `get_sd_model` for it."""

from __future__ import annotations

import os
import threading
import time
from types import SimpleNamespace
from typing import Any

from modules import shared

model_path = ""
checkpoints_list: dict[str, CheckpointInfo] = {}
checkpoint_aliases: dict[str, CheckpointInfo] = {}


class CheckpointInfo:
    def __init__(self, filename: str) -> None:
        self.filename = filename
        self.name_for_extra = os.path.splitext(os.path.basename(filename))[0]
        self.title = f"{os.path.basename(filename)} [0123456789]"

    def register(self) -> None:
        checkpoints_list[self.title] = self
        for alias in (self.title, self.name_for_extra, os.path.basename(self.filename)):
            checkpoint_aliases[alias] = self


def get_closet_checkpoint_match(search: str | None) -> CheckpointInfo | None:
    if not search:
        return None
    found = [info for title, info in checkpoints_list.items() if search in title]
    return checkpoint_aliases.get(search) or (found[0] if found else None)


class ModelData:
    def __init__(self) -> None:
        self.sd_model: Any = None
        self.lock = threading.Lock()

    def get_sd_model(self) -> Any:
        """Loads it, or waits for who is loading it."""
        with self.lock:
            return self.sd_model or _load()


model_data = ModelData()
load_seconds = 0.0


def make_ready() -> Any:
    """What a run begins with: load the selected checkpoint unless it is loaded, without a look at the lock."""
    if model_data.lock.locked():
        raise NotImplementedError("Cannot copy out of meta tensor; no data!")
    return _load()


def _load() -> Any:
    if not checkpoints_list:
        raise FileNotFoundError("No checkpoints found")
    info = get_closet_checkpoint_match(shared.opts.sd_model_checkpoint) or next(iter(checkpoints_list.values()))
    if model_data.sd_model is None or model_data.sd_model.sd_checkpoint_info is not info:
        time.sleep(load_seconds)
        flags = {"is_sd1": "xl" not in info.name_for_extra, "is_sdxl": "xl" in info.name_for_extra}
        model_data.sd_model = SimpleNamespace(sd_checkpoint_info=info, is_sd2=False, is_sd3=False, **flags)
    return model_data.sd_model
