"""Keeping our files from the host's own route `/file=...`, which hands out what lies in the host's folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any


def keep_from_file_route(server: Any, paths: Sequence[Path]) -> None:
    """Have gradio refuse these files and folders, whoever asks. `server` is the host's app, with or without a page.

    By `Blocks.blocked_paths`, which gradio 3.41 to 4.40 look at for each file and let win over what is allowed.
    """
    get_blocks = getattr(server, "get_blocks", None)
    if get_blocks is None:
        return
    page = get_blocks()
    page.blocked_paths = [*(getattr(page, "blocked_paths", None) or ()), *(str(path) for path in paths)]
