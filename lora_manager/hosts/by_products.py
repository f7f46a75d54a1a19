"""What the web UIs save of a run besides its pictures, as far as they all do it alike."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any


def lies_with_grids(path: Path, process: Any) -> bool:
    """Whether a file lies where the grids of this run go, unless its pictures go there too."""
    in_grids, in_samples = (_is_below(path, getattr(process, f"outpath_{kind}", None)) for kind in ("grids", "samples"))
    return in_grids and not in_samples


def _is_below(path: Path, folder: str | None) -> bool:
    return bool(folder) and path.is_relative_to(os.path.abspath(str(folder)))
