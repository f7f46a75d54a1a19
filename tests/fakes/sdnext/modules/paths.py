"""Folders are relative to the one the host runs in, and its data folder is the empty text."""

from __future__ import annotations

import os

data_path = ""
script_path = ""
models_path = "models"


def resolve_output_path(base_path: str, specific_path: str) -> str:
    if not specific_path:
        return base_path or ""
    if os.path.isabs(specific_path) or not base_path:
        return specific_path
    return os.path.normpath(os.path.join(base_path, specific_path))
