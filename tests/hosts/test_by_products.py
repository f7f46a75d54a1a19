from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from lora_manager.hosts.by_products import lies_with_grids


@pytest.mark.parametrize(
    ("path", "grids", "samples", "is_grid"),
    [
        ("grids/1.png", "grids", "samples", True),
        ("grids/2026/1.png", "grids", "samples", True),
        ("samples/1.png", "grids", "samples", False),
        ("all/1.png", "all", "all", False),
        ("all/grids/1.png", "all/grids", "all", False),
        ("grids-of-mine/1.png", "grids", "samples", False),
        ("1.png", "", None, False),
    ],
)
def test_a_grid_lies_where_no_picture_does(path: str, grids: str, samples: str | None, is_grid: bool) -> None:
    process = SimpleNamespace(outpath_grids=grids, outpath_samples=samples)
    assert lies_with_grids(Path(os.path.abspath(path)), process) is is_grid


def test_a_run_that_names_no_folders_has_no_grids() -> None:
    assert not lies_with_grids(Path(os.path.abspath("1.png")), SimpleNamespace())
